"""The yardstick of chat: a bare aiohttp websocket that sends back whatever it is sent.

`python -m scripts.benchmarks.chat_echo` prints `ready` and its address, and serves until it is
killed.
"""

import asyncio

import uvloop
from aiohttp import web

from actors.runtime import collector


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Send back each message."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data)
    return socket


async def main() -> None:
    """Serve."""
    app = web.Application()
    app.router.add_get("/live", echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    _, port = runner.addresses[0][:2]
    collector.calm()
    print(f"ready http://127.0.0.1:{port}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
