"""Debian's Janus as a yardstick: a room of its video room plugin, over its HTTP API."""

import asyncio
import os
import shutil
import socket
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from scripts.benchmarks.calls_peer import LoadPeer, Media

LIBRARIES = Path("/usr/lib/x86_64-linux-gnu/janus")
ROOM = 4711
TRIES = 200

GENERAL = """\
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{libraries}/plugins"
    transports_folder = "{libraries}/transports"
    events_folder = "{libraries}/none"
    loggers_folder = "{libraries}/none"
    debug_level = 1
    {loops}
}}
media: {{ ipv6 = false }}
nat: {{ ice_ignore_list = "vmnet" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
"""
HTTP = """\
general: {{ json = "plain", base_path = "/janus", http = true, port = {port}, ip = "127.0.0.1" }}
admin: {{ admin_http = false }}
"""


def is_installed() -> bool:
    """Return whether there is a Janus to compare with."""
    return shutil.which("janus") is not None


def _others(kind: str, wanted: str) -> str:
    names = {file.name for file in (LIBRARIES / kind).glob("libjanus_*.so")}
    return ",".join(sorted(names - {wanted}))


def _configure(folder: Path, port: int, loops: int) -> None:
    general = GENERAL.format(
        folder=folder,
        libraries=LIBRARIES,
        loops=f"event_loops = {loops}" if loops else "",
        plugins=_others("plugins", "libjanus_videoroom.so"),
        transports=_others("transports", "libjanus_http.so"),
    )
    (folder / "janus.jcfg").write_text(general)
    (folder / "janus.transport.http.jcfg").write_text(HTTP.format(port=port))
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Janus:
    """A running Janus with one room."""

    def __init__(self, pid: int, session: aiohttp.ClientSession, url: str) -> None:
        self.pid = pid
        self._session = session
        self._url = url
        self._events: dict[int, asyncio.Queue[dict[str, Any]]] = {}
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Make a session and the room."""
        self._url += f"/{(await self._post(self._url, janus='create'))['data']['id']}"
        self._listening = asyncio.create_task(self._listen())
        handle = await self._attach()
        body = {"request": "create", "room": ROOM, "publishers": 500, "bitrate": 0}
        await self._say(handle, {**body, "audiocodec": "opus", "videocodec": "vp8"})

    async def publish(self, peer: LoadPeer, audio: int, video: int) -> int:
        """Let *peer* publish those two streams; return the feed."""
        handle = await self._attach()
        join = {"request": "join", "ptype": "publisher", "room": ROOM}
        joined = await self._answered(handle, join)
        sections = [Media("audio", "sendonly", audio, "0"), Media("video", "sendonly", video, "1")]
        offer = {"type": "offer", "sdp": peer.describe(sections)}
        answer = await self._answered(handle, {"request": "configure"}, jsep=offer)
        peer.hear(answer["jsep"]["sdp"])
        await peer.connect()
        return int(joined["plugindata"]["data"]["id"])

    async def subscribe(self, peer: LoadPeer, feeds: list[int]) -> None:
        """Let *peer* receive all of *feeds*."""
        handle = await self._attach()
        streams = [{"feed": feed} for feed in feeds]
        join = {"request": "join", "ptype": "subscriber", "room": ROOM, "streams": streams}
        offered = await self._answered(handle, join)
        remote = peer.hear(offered["jsep"]["sdp"], controlled=True)
        sections = [Media(each.kind, "recvonly", mid=each.mid) for each in remote.sections]
        answer = {"type": "answer", "sdp": peer.describe(sections)}
        await self._answered(handle, {"request": "start"}, jsep=answer)
        await peer.connect()

    async def _attach(self) -> int:
        plugin = {"janus": "attach", "plugin": "janus.plugin.videoroom"}
        handle = int((await self._post(self._url, **plugin))["data"]["id"])
        self._events[handle] = asyncio.Queue()
        return handle

    async def _say(self, handle: int, body: dict[str, Any], **more: object) -> dict[str, Any]:
        return await self._post(f"{self._url}/{handle}", janus="message", body=body, **more)

    async def _answered(self, handle: int, body: dict[str, Any], **more: object) -> dict[str, Any]:
        said = await self._say(handle, body, **more)
        async with asyncio.timeout(20):
            while True:
                event = await self._events[handle].get()
                if (event.get("janus"), event.get("transaction")) == ("event", said["transaction"]):
                    return event

    async def _listen(self) -> None:
        while True:
            async with self._session.get(f"{self._url}?maxev=10") as answer:
                events = await answer.json(content_type=None)
            for event in events if isinstance(events, list) else [events]:
                if event.get("sender") in self._events:
                    self._events[event["sender"]].put_nowait(event)

    async def _post(self, url: str, **body: object) -> dict[str, Any]:
        body["transaction"] = os.urandom(6).hex()
        async with self._session.post(url, json=body) as answer:
            said: dict[str, Any] = await answer.json(content_type=None)
        if said.get("janus") == "error":
            raise RuntimeError(f"Janus says no: {said['error']['reason']}")
        return said

    async def close(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])


@asynccontextmanager
async def janus(folder: Path, *, loops: int = 0) -> AsyncIterator[Janus]:
    """Run a Janus with a room; *loops* event loops (0: its own choice, a thread per person)."""
    port = _free_port()
    _configure(folder, port, loops)
    process = await asyncio.create_subprocess_exec(
        "janus", f"--configs-folder={folder}", stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{port}/janus"
            await _answers(session, url)
            server = Janus(process.pid, session, url)
            await server.open()
            try:
                yield server
            finally:
                await server.close()
    finally:
        process.kill()
        await process.wait()


async def _answers(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(TRIES):
        try:
            async with session.get(f"{url}/info") as answer:
                answer.raise_for_status()
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
    raise RuntimeError("Janus did not start.")
