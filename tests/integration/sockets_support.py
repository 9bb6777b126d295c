"""A live socket as a program opens it, and a browser's cookie."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import anyio
import msgspec
from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.edge import PASSWORD, Edge, Person

SECONDS = 8.0


@dataclass
class Live:
    """An open socket."""

    socket: ClientWebSocketResponse

    async def watch(self, address: str, after: int = 0) -> None:
        """Ask to be told of *address*."""
        await self.say({"type": "watch", "address": address, "after": after})

    async def say(self, frame: dict[str, Any]) -> None:
        """Send a frame."""
        await self.socket.send_str(msgspec.json.encode(frame).decode())

    async def hear(self) -> dict[str, Any]:
        """Return the next frame."""
        with anyio.fail_after(SECONDS):
            message = await self.socket.receive()
        assert message.type is WSMsgType.TEXT, message
        frame: dict[str, Any] = msgspec.json.decode(message.data)
        return frame

    async def hear_until(self, **wanted: object) -> dict[str, Any]:
        """Return the first frame that has all of *wanted*."""
        while True:
            frame = await self.hear()
            if wanted.items() <= frame.items():
                return frame

    async def closing(self, seconds: float = SECONDS) -> int | None:
        """Read until the socket is closed; return its code."""
        with anyio.fail_after(seconds):
            while not self.socket.closed:
                await self.socket.receive()
        return self.socket.close_code


@asynccontextmanager
async def open_live(
    edge: Edge,
    person: Person,
    headers: dict[str, str] | None = None,
    **options: Any,  # noqa: ANN401
) -> AsyncIterator[Live]:
    """Open a live socket as *person*."""
    mine = {"Authorization": f"Bearer {person.token}"} if headers is None else headers
    async with edge.session.ws_connect(f"{edge.url}/live", headers=mine, **options) as socket:
        yield Live(socket)


async def post_form(
    edge: Edge, path: str, fields: dict[str, str], cookie: str = ""
) -> tuple[int, str, str]:
    """Send a form as a browser does; return status, Location and the page."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": edge.url,
        "Sec-Fetch-Site": "same-origin",
        **({"Cookie": cookie} if cookie else {}),
    }
    answer = await edge.send("POST", path, urlencode(fields), headers)
    return answer.status, answer.headers.get("Location", ""), answer.text


async def page_cookie(edge: Edge, person: Person) -> str:
    """Sign in as a browser and return its Cookie header."""
    fields = {"email": person.email, "password": PASSWORD}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": edge.url,
        "Sec-Fetch-Site": "same-origin",
    }
    answer = await edge.send("POST", "/sign-in", urlencode(fields), headers)
    assert answer.status == 303, answer.text
    return f"__Host-sid={answer.cookies['__Host-sid']}"
