"""A clinic with its edge on a free port, and people who speak to it over HTTP."""

import itertools
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from aiohttp import web
from yarl import URL

from actors.caller import Caller, Role
from actors.directory.messages import ADDRESS, IssueInvitation
from config.settings import EdgeSettings
from http_edge import keys
from http_edge.app import make_app, open_tokens
from http_edge.credentials import hash_of
from http_edge.reaching import Reach
from http_edge.routes import Route
from http_edge.server import listen, serving
from http_edge.tls import tls_of
from tests.clinic import Clinic

OPERATOR = Caller("root", Role.OPERATOR)
PASSWORD = "four plain words tonight"
ZONE = "Europe/Berlin"
V1 = "/api/v1"
LARGE = 2**20
"""Bytes from which on a body is sent piece by piece."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str
    """The body; what is no text in it is replaced."""
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @property
    def json(self) -> Any:  # noqa: ANN401  whatever was sent
        """The body, decoded."""
        return msgspec.json.decode(self.text)

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        return str(self.json["code"])


@dataclass
class Person:
    """Somebody who may have signed in with an API client."""

    edge: "Edge"
    email: str = ""
    user: str = ""
    token: str = ""
    refresh_token: str = ""

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401  anything that becomes JSON
        headers: Mapping[str, str] | None = None,
        *,
        data: bytes | str | None = None,
    ) -> Answer:
        """Send a request to the API as this person."""
        mine = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        typed = {} if data is None and body is None else {"Content-Type": "application/json"}
        content = data if data is not None else (msgspec.json.encode(body) if typed else None)
        path = path if path.startswith("/api") else V1 + path
        return await self.edge.send(method, path, content, {**typed, **mine, **(headers or {})})

    async def get(self, path: str, **headers: str) -> Answer:
        """Read something."""
        return await self.call("GET", path, headers=headers)

    async def post(self, path: str, body: Any, **headers: str) -> Answer:  # noqa: ANN401
        """Do something."""
        return await self.call("POST", path, body, headers)

    async def sign_in(self, password: str = PASSWORD) -> "Person":
        """Sign in anew."""
        answer = await Person(self.edge).post(
            "/sessions", {"email": self.email, "password": password}
        )
        assert answer.status == 201, answer.text
        self.token = answer.json["access_token"]
        self.refresh_token = answer.json["refresh_token"]
        self.user = (await self.get("/me")).json["id"]
        return self


@dataclass
class Edge:
    """The edge of a clinic, over real sockets."""

    clinic: Clinic
    app: web.Application
    settings: EdgeSettings
    session: aiohttp.ClientSession
    numbers: Any = field(default_factory=itertools.count)

    @property
    def url(self) -> str:
        """Where it listens."""
        scheme = "https" if self.settings.tls else "http"
        return f"{scheme}://localhost:{self.settings.port}"

    async def send(
        self,
        method: str,
        path: str,
        data: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request as it is; follow no redirect."""
        async with self.session.request(
            method,
            URL(self.url + path, encoded=True),
            data=BytesIO(data) if isinstance(data, bytes) and len(data) > LARGE else data,
            headers=headers,
            allow_redirects=False,
        ) as response:
            cookies = {name: morsel.value for name, morsel in response.cookies.items()}
            text, body = await response.text(errors="replace"), await response.read()
            return Answer(response.status, response.headers, text, cookies, body)

    @property
    def visitor(self) -> Person:
        """Somebody who has not signed in."""
        return Person(self)

    async def patient(self, name: str = "Pat Ient") -> Person:
        """Return a patient who has just signed up and in."""
        return await (await self.signed_up("patient", name)).sign_in()

    async def admin(self) -> Person:
        """Return an administrator, invited by the operator."""
        token = self.clinic.mint.secret()
        expires = self.clinic.clock.now() + timedelta(days=1)
        command = IssueInvitation(hash_of(token), Role.ADMIN, expires)
        await self.clinic.client.tell(ADDRESS, command, OPERATOR)
        person = await self.signed_up("admin", "Ada Min", invitation=token)
        await self.clinic.settled()
        return await person.sign_in()

    async def doctor(self, admin: Person, name: str = "Dr Who") -> Person:
        """Return a doctor whom *admin* has approved."""
        person = await self.signed_up("doctor", name)
        await self.clinic.settled()
        found = await admin.post("/admin/accounts/search", {"text": person.email})
        (account,) = found.json["items"]
        approved = await admin.post(f"/admin/accounts/{account['user']}/approve", {})
        assert approved.status == 200, approved.text
        await self.clinic.settled()
        return await person.sign_in()

    async def signed_up(self, role: str, name: str, **more: str) -> Person:
        """Return somebody who has just signed up."""
        person = Person(self, email=f"somebody{next(self.numbers)}@clinic.example")
        body = {"email": person.email, "name": name, "zone": ZONE, "password": PASSWORD}
        answer = await person.post("/accounts", {**body, "role": role, **more})
        assert answer.status == 202, answer.text
        await self.clinic.settled()
        return person


def routes_of(edge: Edge) -> list[Route]:
    """Return every route, once."""
    return list(dict.fromkeys(edge.app[keys.ROUTES].values()))


def path_of(route: Route) -> str:
    """Return a path that *route* matches, naming nothing that exists (but a static file)."""
    return re.sub(r"\{\w+\}", "some-id", re.sub(r"\{\w+:[^}]*\}", "app.css", route.path))


@asynccontextmanager
async def open_edge(
    clinic: Clinic,
    *,
    reach: Reach | None = None,
    mail_folder: Path | None = None,
    **changes: Any,  # noqa: ANN401
) -> AsyncIterator[Edge]:
    """Serve *clinic* over HTTP; *changes* are settings of the edge."""
    wanted = EdgeSettings(**{"port": 0, "attempts_per_minute": 100_000, **changes})
    bound, settings = listen(wanted)
    tokens = open_tokens(clinic.directory, settings, clinic.clock, clinic.mint)
    app = make_app(
        settings,
        client=clinic.client,
        transport=clinic.edge_transport,
        clock=clinic.clock,
        mint=clinic.mint,
        tokens=tokens,
        reach=reach,
        mail_folder=mail_folder,
    )
    async with (
        serving(app, bound, tls_of(settings)),
        aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": "a test"}
        ) as session,
    ):
        yield Edge(clinic, app, settings, session)


@dataclass(frozen=True)
class Ward:
    """A department with one group of two doctors, one category, and those who run it."""

    admin: Person
    doctors: tuple[Person, Person]
    department: str
    category: str = "palpitations"

    def wish(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401  fields of a request
        """Return the body of a request for this ward."""
        body = {"department": self.department, "category": self.category, "reason": "It races."}
        return {**body, **more}


async def open_ward(edge: Edge) -> Ward:
    """Set up a department whose category goes to a group of two doctors."""
    admin = await edge.admin()
    doctors = (await edge.doctor(admin, "Dr Mia"), await edge.doctor(admin, "Dr Ben"))
    opened = await admin.post("/admin/departments", {"name": "Cardiology"})
    assert opened.status == 201, opened.text
    department = opened.json["id"]
    path = f"/admin/departments/{department}"
    members = [doctor.user for doctor in doctors]
    group = await admin.call("PUT", f"{path}/groups/hearts", {"name": "Hearts", "members": members})
    assert group.status == 200, group.text
    category = {"name": "Palpitations", "group": "hearts"}
    answer = await admin.call("PUT", f"{path}/categories/palpitations", category)
    assert answer.status == 200, answer.text
    await edge.clinic.settled()
    return Ward(admin, doctors, department)
