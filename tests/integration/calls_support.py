"""People at the pages of a call, as their scripts speak to it: over live sockets."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from actors.conversation.messages import between
from actors.ids import DoctorId, PatientId
from http_edge.cookies import GUEST
from tests.edge import Answer, Edge, Person, open_ward
from tests.integration.sockets_support import Live, open_live
from tests.integration.staff_support import accept, ask_for, set_hours, soon

KEY = "B" + "A" * 86
"""What stands for a public key."""

_legs = itertools.count(1)


@dataclass(frozen=True)
class Visit:
    """A visit that begins in twenty minutes: its waiting room is open."""

    edge: Edge
    patient: Person
    doctor: Person
    colleague: Person
    """Another doctor, who was not asked any more."""
    id: str

    @property
    def path(self) -> str:
        """Where its call is in the API."""
        return f"/calls/{self.id}"

    @property
    def thread(self) -> str:
        """The conversation of the two."""
        return between(PatientId(self.patient.user), DoctorId(self.doctor.user))


async def visit_of(edge: Edge, name: str = "Pat Ient") -> Visit:
    """Let a new patient have a visit with a new doctor, in a department of their own."""
    ward = await open_ward(edge)
    patient, doctor = await edge.patient(name), ward.doctors[0]
    await set_hours(doctor)
    visit = await ask_for(edge, ward, patient)
    await accept(edge, doctor, visit, soon(edge))
    return Visit(edge, patient, doctor, ward.doctors[1], visit)


@dataclass
class Caller:
    """A page of somebody in a call, whatever becomes of its line."""

    call: str
    leg: str = field(default_factory=lambda: f"leg-{next(_legs)}")
    live: Live = field(init=False)
    view: dict[str, Any] = field(default_factory=dict)
    seq: int = 0
    run: str = ""
    number: int = 0
    told: list[str] = field(default_factory=list)
    """Bodies of the signals that it was told."""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What came of what it sent, by its id."""
    refused: list[dict[str, Any]] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: itertools.count(1))

    async def say(self, kind: str, **fields: object) -> None:
        """Send a frame about the call."""
        await self.live.say({"type": kind, "call": self.call, **fields})

    async def attend(self) -> None:
        """Attend, from where one was."""
        await self.say("attend", leg=self.leg, run=self.run, number=self.number)

    async def hear(self) -> dict[str, Any]:
        """Take the next frame."""
        frame = await self.live.hear()
        match frame["type"]:
            case "call":
                assert frame["seq"] >= self.seq
                self.view, self.seq = frame["view"], frame["seq"]
            case "signal":
                self._told(frame)
            case "held":
                self.held[frame["to"]] = frame["number"]
            case "acted" | "answer":
                self.answers[frame["id"]] = frame
            case "refused":
                self.answers[frame["id"]] = frame
                self.refused.append(frame)
            case _:
                pass
        return frame

    def _told(self, frame: dict[str, Any]) -> None:
        if frame["run"] != self.run:
            self.run, self.number = frame["run"], 0
        assert frame["number"] == self.number + 1, "a signal was lost, doubled or out of order"
        self.number += 1
        self.told.append(frame["body"])

    async def until(self, condition: Any) -> None:  # noqa: ANN401  a predicate of this
        """Hear until *condition* holds of this page."""
        while not condition(self):
            await self.hear()

    async def act(self, kind: str, once: str = "", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
        """Do something, and return what came of it."""
        once = once or f"{self.leg}-{next(self.ids)}"
        await self.say("do", id=once, act={"type": kind, **fields})
        await self.until(lambda me: once in me.answers)
        return self.answers.pop(once)

    async def join(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """Be in the call, and see it."""
        sends = ["microphone", "camera"]
        done = await self.act(
            "JoinCall", leg=self.leg, medium="video", sends=sends, **{"key": KEY, **more}
        )
        assert done["type"] == "acted", done
        await self.until(lambda me: me.seq >= done["seq"])
        return done

    async def signal(self, to: "Caller", body: str, signal: str = "candidate") -> None:
        """Tell another page something."""
        number = self.sent[to.leg] = self.sent.get(to.leg, 0) + 1
        await self.say("signal", leg=self.leg, to=to.leg, number=number, signal=signal, body=body)

    async def cut(self) -> None:
        """Have the line broken, without a word."""
        connection = self.live.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()
        await self.live.closing()

    def state_of(self, leg: str) -> str:
        """Return where that leg is, as this page sees it; empty: not there."""
        legs = (each for person in self.view["people"] for each in person["legs"])
        return next((each["state"] for each in legs if each["id"] == leg), "")


Opening = AbstractAsyncContextManager[Live]


@asynccontextmanager
async def at_page(
    call: str, opening: Opening, before: Caller | None = None
) -> AsyncIterator[Caller]:
    """Open a page in *call*; with *before* it is the same page on a new line."""
    async with opening as live:
        caller = before or Caller(call)
        caller.live = live
        await caller.attend()
        frame = await caller.hear()
        while frame["type"] != "call":
            frame = await caller.hear()
        yield caller


async def come_in(edge: Edge, code: str, name: str) -> Answer:
    """Come in by the code of a link, as the page does."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": edge.url,
        "Sec-Fetch-Site": "same-origin",
    }
    return await edge.send("POST", "/join", urlencode({"code": code, "name": name}), headers)


def guest_headers(edge: Edge, answer: Answer) -> dict[str, str]:
    """Return what the browser of a guest who came in shows."""
    return {"Cookie": f"{GUEST}={answer.cookies[GUEST]}", "Origin": edge.url}


@asynccontextmanager
async def guest_live(edge: Edge, call: str, headers: dict[str, str]) -> AsyncIterator[Live]:
    """Open the live socket of a guest's page."""
    async with edge.session.ws_connect(f"{edge.url}/join/{call}/live", headers=headers) as socket:
        yield Live(socket)


def line_of(edge: Edge, person: Person) -> Opening:
    """Return a live socket of somebody signed in, to be opened."""
    return open_live(edge, person)
