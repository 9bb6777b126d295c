"""Plays one room by itself: gives commands, keeps the events, asks questions. No event loop."""

from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

import msgspec
import pytest

from actors.accounts.messages import SessionOpened, SignIn, SignUp, account_key
from actors.address import Address
from actors.asked import Asked
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.effects import Send
from actors.ids import MessageId
from actors.refusal import Refusal
from actors.runtime.room import Room

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

EMAIL = "ada@example.org"
KEY = account_key(EMAIL)
GOOD = "seven green kettles hum"
OTHER = "a quiet lamp on the stairs"

ADMIN = Caller("boss", Role.ADMIN, "s-boss")
OPERATOR = Caller("root", Role.OPERATOR)
BY_DIRECTORY = actor_caller(DIRECTORY)

S = TypeVar("S")
T = TypeVar("T")


def result_of(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]
    raise AssertionError("This work waits for something.")


class Played(Generic[S]):
    """One actor of *room* and all that has happened to it."""

    def __init__(self, room: Room[S], key: str) -> None:
        self.room = room
        self.me = Address(room.kind, key)
        self.state = room.born(key)
        self.events: list[Any] = []
        self._count = 0

    def do(self, command: Any, caller: Caller = NOBODY, at: datetime = NOW) -> list[Any]:  # noqa: ANN401  any of the room's
        """Give *command* and return the events that happened."""
        self._count += 1
        asked = Asked(caller, at, MessageId(f"{self.me}-{self._count}"))
        if type(command) in self.room.prepared and self.room.prepare:
            command = result_of(self.room.prepare(self.state, command, asked))  # type: ignore[arg-type]
        events = list(self.room.decide(self.state, command, asked))
        for event in events:
            self.state = self.room.evolve(self.state, event)
        self.events += events
        return events

    def ask(self, query: Any, caller: Caller = NOBODY, at: datetime = NOW) -> Any:  # noqa: ANN401  any of the room's
        """Ask *query* and return the view."""
        return self.room.answer(self.state, query, Asked(caller, at, MessageId("query")))

    def sends(self, events: list[Any]) -> list[Send]:
        """Return what *events* make the actor tell others."""
        effects = [effect for event in events for effect in self.room.react(event, self.me)]
        return [effect for effect in effects if isinstance(effect, Send)]

    def replayed(self) -> S:
        """Return the state that the events alone make, each read back from its bytes."""
        raw = msgspec.msgpack.encode(self.events)
        state = self.room.born(self.me.key)
        for event in msgspec.msgpack.decode(raw, type=list[self.room.event]):  # type: ignore[name-defined]
            state = self.room.evolve(state, event)
        return state

    def restored(self) -> S:
        """Return the state after a snapshot has been written and read."""
        return msgspec.msgpack.decode(msgspec.msgpack.encode(self.state), type=self.room.state)


def refusal_of(
    played: Played[S], command: object, caller: Caller = NOBODY, at: datetime = NOW
) -> Refusal:
    """Give *command*, expect a refusal and return it; nothing may have changed."""
    before = played.state
    with pytest.raises(Refusal) as caught:
        played.do(command, caller, at)
    assert played.state is before
    return caught.value


def said(refusal: Refusal) -> tuple[str, str, str, dict[str, str]]:
    """Return all of *refusal* that a caller gets to see."""
    return refusal.code, refusal.ground.value, refusal.sentence, refusal.fields


def sign_up(
    role: Role = Role.PATIENT, invitation: str = "", email: str = EMAIL, password: str = GOOD
) -> SignUp:
    """Return a sign-up that is fine."""
    return SignUp(
        email=email,
        name="Ada Byron",
        role=role,
        zone="Europe/Paris",
        password=password,
        invitation=invitation,
    )


def sign_in(token: str = "t1", refresh: str = "", password: str = GOOD) -> SignIn:  # noqa: S107  made up
    """Return a sign-in that draws these tokens."""
    return SignIn(password=password, token_hash=token, refresh_hash=refresh, client="Firefox")


def signed_in(played: Played[Any], command: SignIn | None = None, at: datetime = NOW) -> Caller:
    """Sign in and return the caller that the session makes."""
    opened = played.do(command or sign_in(), at=at)[-1]
    assert isinstance(opened, SessionOpened)
    return Caller(opened.user, opened.role, opened.session)
