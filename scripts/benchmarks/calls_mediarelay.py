"""aiortc's MediaRelay as a yardstick: everything is decoded, and encoded again for each listener.

Run as a module, it is the server: who posts an offer to `/publish` or `/subscribe` is answered.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay

from scripts.benchmarks.calls_peer import LoadPeer, Media
from scripts.benchmarks.processes import other_process


class Room:
    """All publishers' tracks, for every subscriber."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._tracks: list[MediaStreamTrack] = []
        self._connections: list[RTCPeerConnection] = []

    async def publish(self, request: web.Request) -> web.Response:
        """Take somebody's tracks."""
        connection = self._new()
        connection.on("track", self._tracks.append)
        return await _answer(connection, request)

    async def subscribe(self, request: web.Request) -> web.Response:
        """Send all tracks to somebody."""
        connection = self._new()
        offer = RTCSessionDescription(await request.text(), "offer")
        await connection.setRemoteDescription(offer)
        for track in self._tracks:
            connection.addTrack(self._relay.subscribe(track))
        await connection.setLocalDescription(await connection.createAnswer())
        return web.Response(text=connection.localDescription.sdp)

    def _new(self) -> RTCPeerConnection:
        self._connections.append(RTCPeerConnection())
        return self._connections[-1]


async def _answer(connection: RTCPeerConnection, request: web.Request) -> web.Response:
    await connection.setRemoteDescription(RTCSessionDescription(await request.text(), "offer"))
    await connection.setLocalDescription(await connection.createAnswer())
    return web.Response(text=connection.localDescription.sdp)


async def serve() -> None:
    """Serve a room until killed; say on which port."""
    app, room = web.Application(), Room()
    app.router.add_post("/publish", room.publish)
    app.router.add_post("/subscribe", room.subscribe)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"ready {runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


class MediaRelayServer:
    """A running server."""

    def __init__(self, pid: int, session: aiohttp.ClientSession) -> None:
        self.pid = pid
        self._session = session

    async def publish(self, peer: LoadPeer, audio: int, video: int) -> int:
        """Let *peer* publish those two streams."""
        sections = [Media("audio", "sendonly", audio, "0"), Media("video", "sendonly", video, "1")]
        await self._connect("/publish", peer, sections)
        return 0

    async def subscribe(self, peer: LoadPeer, feeds: list[int]) -> None:
        """Let *peer* receive everything; *feeds* say of how many."""
        kinds = ["audio", "video"] * len(feeds)
        sections = [Media(kind, "recvonly", mid=str(n)) for n, kind in enumerate(kinds)]
        await self._connect("/subscribe", peer, sections)

    async def _connect(self, path: str, peer: LoadPeer, sections: list[Media]) -> None:
        async with self._session.post(path, data=peer.describe(sections)) as answer:
            peer.hear(await answer.text())
        await peer.connect()


@asynccontextmanager
async def media_relay() -> AsyncIterator[MediaRelayServer]:
    """Run a server of its own."""
    async with (
        other_process("scripts.benchmarks.calls_mediarelay") as (pid, port),
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield MediaRelayServer(pid, session)


if __name__ == "__main__":
    asyncio.run(serve())
