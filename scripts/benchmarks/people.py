"""People who speak to a clinic through its JSON API, and the ward that they meet in."""

import asyncio
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

API = "/api/v1"
PASSWORD = "four plain words tonight"  # noqa: S105  of made-up people
ZONE = "Europe/Berlin"
PATIENCE = 10.0
PAUSE = 0.002
ALL_WEEK = [{"weekday": day, "start": "00:00:00", "end": "00:00:00"} for day in range(7)]
HOURS = {"zone": ZONE, "weekly": ALL_WEEK, "visit_minutes": 5, "buffer_after_minutes": 0}


class Unexpected(Exception):
    """The clinic did not answer as it should; the figures would mean nothing."""


@dataclass
class Person:
    """Somebody with an API client."""

    session: aiohttp.ClientSession
    url: str
    email: str
    token: str = ""

    async def send(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Send a request; return its status and what was answered."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.session.request(
            method, self.url + API + path, json=body, headers=headers
        ) as reply:
            return reply.status, await reply.json(content_type=None)

    async def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """Return the answer of a request that has to succeed."""
        status, answer = await self.send(method, path, body)
        if status >= HTTPStatus.BAD_REQUEST:
            raise Unexpected(f"{method} {path}: {status} {answer}")
        return answer

    async def insist(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """Repeat a request until it succeeds: what it stands on is on its way."""
        end = time.perf_counter() + PATIENCE
        while True:
            status, answer = await self.send(method, path, body)
            if status < HTTPStatus.BAD_REQUEST:
                return answer
            if time.perf_counter() > end:
                raise Unexpected(f"{method} {path}: {status} {answer}")
            await asyncio.sleep(PAUSE)

    async def sign_up(self, role: str, **more: str) -> "Person":
        """Open an account."""
        body = {"email": self.email, "name": self.email, "zone": ZONE, "password": PASSWORD}
        await self.call("POST", "/accounts", {**body, "role": role, **more})
        return self

    async def sign_in(self) -> "Person":
        """Sign in, as soon as the account is open."""
        body = {"email": self.email, "password": PASSWORD}
        self.token = (await self.insist("POST", "/sessions", body))["access_token"]
        return self

    async def session_cookie(self) -> dict[str, str]:
        """Sign in as a browser does; return the header with the session's cookie."""
        form = {"email": self.email, "password": PASSWORD}
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.url}
        begin = self.session.post(
            f"{self.url}/sign-in", data=form, headers=headers, allow_redirects=False
        )
        async with begin as reply:
            return {"Cookie": f"__Host-sid={reply.cookies['__Host-sid'].value}"}


@dataclass
class Ward:
    """Departments of one group of two doctors each, and patients."""

    departments: list[str]
    doctors: list[tuple[Person, Person]]
    patients: list[Person]


async def open_ward(
    session: aiohttp.ClientSession, url: str, invitation: str, departments: int, patients: int
) -> Ward:
    """Set up a fresh clinic and sign everybody in."""
    admin = Person(session, url, "ada@clinic.example")
    await (await admin.sign_up("admin", invitation=invitation)).sign_in()
    ids, doctors = [], []
    for number in range(departments):
        pair = (await _doctor(admin, 2 * number), await _doctor(admin, 2 * number + 1))
        doctors.append(pair)
        ids.append(await _department(admin, number, pair))
    people = [Person(session, url, f"pat{number}@home.example") for number in range(patients)]
    for person in people:
        await (await person.sign_up("patient")).sign_in()
    return Ward(ids, doctors, people)


async def _doctor(admin: Person, number: int) -> Person:
    doctor = Person(admin.session, admin.url, f"doctor{number}@clinic.example")
    await doctor.sign_up("doctor")
    async with asyncio.timeout(PATIENCE):
        while not (found := await _found(admin, doctor.email)):  # noqa: ASYNC110  by polls
            await asyncio.sleep(PAUSE)
    await admin.call("POST", f"/admin/accounts/{found[0]['user']}/approve", {})
    await doctor.sign_in()
    await doctor.insist("PUT", "/doctor/hours", HOURS)
    return doctor


async def _found(admin: Person, text: str) -> list[dict[str, str]]:
    page = await admin.call("POST", "/admin/accounts/search", {"text": text})
    items: list[dict[str, str]] = page["items"]
    return items


async def _department(admin: Person, number: int, doctors: tuple[Person, Person]) -> str:
    opened = await admin.call("POST", "/admin/departments", {"name": f"Department {number}"})
    path = f"/admin/departments/{opened['id']}"
    members = [(await doctor.call("GET", "/me"))["id"] for doctor in doctors]
    await admin.insist("PUT", f"{path}/groups/all", {"name": "All", "members": members})
    await admin.insist("PUT", f"{path}/categories/any", {"name": "Any", "group": "all"})
    return str(opened["id"])
