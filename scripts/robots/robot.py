"""Somebody who is signed in to the JSON API, like any program."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp

from scripts.robots.line import Line, Seen
from scripts.robots.peer.attendance import Attendance, attending

API = "/api/v1"
UNAUTHORIZED, OK = 401, range(200, 300)
SECONDS_TO_CLOSE = 1.0


class Robot:
    """Somebody who is signed in as long as they live; *people* are those who act themselves."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        email: str,
        password: str,
        people: frozenset[str] = frozenset(),
    ) -> None:
        self.people = people
        self._session = session
        self._who = {"email": email, "password": password, "client": "demo robot"}
        self._token = ""
        self._id = ""
        self._signing_in = asyncio.Lock()

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401
        """Return the answer, or None where the clinic says no; *headers* as `If_Match`."""
        token = self._token
        status, answer = await self._send(method, path, body, **headers)
        if status == UNAUTHORIZED:
            await self._sign_in(token)
            status, answer = await self._send(method, path, body, **headers)
        return answer if status in OK else None

    async def get(self, path: str, **query: str) -> Seen:
        """Return what is there; nothing where the clinic says no."""
        return await self.call("GET", f"{path}?{urlencode(query)}") or {}

    async def say(self, path: str, **body: object) -> bool:
        """Do it, and return whether the clinic did not say no."""
        return await self.call("POST", path, body) is not None

    @asynccontextmanager
    async def follow(self, conversation: str, after: int) -> AsyncIterator[Line]:
        """Open a live socket that follows *conversation*."""
        timeout = aiohttp.ClientWSTimeout(ws_close=SECONDS_TO_CLOSE)
        async with self._session.ws_connect(
            "/live", headers=self._headers, timeout=timeout
        ) as socket:
            line = Line(socket, conversation)
            await line.follow(after)
            yield line

    @asynccontextmanager
    async def attend(self, call: str) -> AsyncIterator[Attendance]:
        """Open a live socket that attends *call*."""
        timeout = aiohttp.ClientWSTimeout(ws_close=SECONDS_TO_CLOSE)
        async with (
            self._session.ws_connect("/live", headers=self._headers, timeout=timeout) as socket,
            attending(socket, call) as attendance,
        ):
            yield attendance

    async def _sign_in(self, used: str) -> None:
        """Sign in, unless that happened since *used* was taken for good."""
        async with self._signing_in:
            if self._token == used:
                _, tokens = await self._send("POST", "/sessions", self._who)
                self._token = tokens.get("access_token", "")

    async def whoami(self) -> str:
        """Return the user's id."""
        if not self._id:
            self._id = str((await self.get("/me")).get("id", ""))
        return self._id

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    async def _send(self, method: str, path: str, body: object, **headers: str) -> tuple[int, Any]:
        more = {name.replace("_", "-"): text for name, text in headers.items()}
        async with self._session.request(
            method, API + path, json=body, headers=self._headers | more
        ) as reply:
            return reply.status, await reply.json(content_type=None)
