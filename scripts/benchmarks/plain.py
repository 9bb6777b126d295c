"""The yardstick of the edge: a bare aiohttp server that answers a small JSON.

`python -m scripts.benchmarks.plain` prints `ready` and its address, and serves until it is killed.
"""

import asyncio

import uvloop
from aiohttp import web

ANSWER = {"id": "x" * 26, "name": "Pat Ient", "role": "patient", "zone": "UTC", "unread": 0}


async def answer(_request: web.Request) -> web.Response:
    """Answer what a read of oneself answers."""
    return web.json_response(ANSWER)


async def main() -> None:
    """Serve."""
    app = web.Application()
    app.router.add_get("/api/v1/me", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0][:2]
    print(f"ready http://127.0.0.1:{port}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
