"""A person's phone: what rings, which calls they are in. Pure.

What comes by a durable send is never refused for being late: what is over then changes nothing.
"""

from typing import assert_never

import msgspec
from msgspec.structs import replace

from actors.asked import Asked
from actors.call_session import messages as call_session
from actors.caller import Caller, Role, is_actor, is_actor_of_kind
from actors.ids import CallId, RingId, UserId
from actors.phone.messages import (
    CallLeft,
    CallTaken,
    Command,
    Engaged,
    Event,
    GetPhone,
    NoteEngaged,
    NoteFree,
    PhoneRang,
    PhoneView,
    Query,
    Ringing,
    RingOver,
    RingPhone,
    RingSilenced,
    RingStopped,
    SilenceRing,
    StopRinging,
    View,
    WasBusy,
    address_of,
)
from actors.refusal import NotAllowed, NotFound

MOST_RINGING = 16
"""Rings at a time; who rings beyond them finds the person busy."""

MOST_CALLS = 8
"""Calls that somebody is known to be in; beyond them the one of which we heard first goes."""

HAVE_A_PHONE = frozenset({Role.PATIENT, Role.DOCTOR, Role.ADMIN})


class Phone(msgspec.Struct, frozen=True):
    """The phone of one person."""

    user: UserId
    ringing: dict[RingId, Ringing] = {}
    """Oldest first."""
    silenced: tuple[RingId, ...] = ()
    engaged: dict[CallId, Engaged] = {}
    """The one that they came to last comes last."""

    def __repr__(self) -> str:
        return f"Phone({len(self.ringing)} ringing)"


def born(key: str) -> Phone:
    """Return a phone that has not rung yet."""
    return Phone(UserId(key))


# --- what may happen -----------------------------------------------------------------------------


def decide(state: Phone, command: Command, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case RingPhone(ringing):
            _only_by_session(asked, ringing.call)
            return _ring(state, ringing, asked)
        case StopRinging(ring, missed):
            return _stop(state, ring, asked, missed=missed)
        case NoteEngaged(engaged):
            _only_by_session(asked, engaged.call)
            known = state.engaged.get(engaged.call) == engaged
            return [] if known else [CallTaken(engaged, engaged.appointment)]
        case NoteFree(call, leg):
            _only_by_session(asked, call)
            left = call in state.engaged and state.engaged[call].leg == leg
            return [CallLeft(call, asked.at)] if left else []
        case SilenceRing(ring):
            return _silence(state, ring, asked)
        case RingOver(ring):
            return _over(state, ring, asked)
        case _:
            assert_never(command)


def _only_by_session(asked: Asked, call: CallId) -> None:
    """Refuse everybody but the session of that call."""
    if not is_actor(asked.caller, call_session.address_of(call)):
        raise NotAllowed


def _ring(state: Phone, ringing: Ringing, asked: Asked) -> list[Event]:
    """Return that it rings, or that the person is busy; one who is in that call needs no ring."""
    if ringing.ring in state.ringing or ringing.call in state.engaged:
        return []
    happened = WasBusy if state.engaged or len(state.ringing) >= MOST_RINGING else PhoneRang
    return [happened(ringing, ringing.appointment, asked.at)]


def _stop(state: Phone, ring: RingId, asked: Asked, *, missed: bool) -> list[Event]:
    if not is_actor_of_kind(asked.caller, call_session.KIND):
        raise NotAllowed
    if ring not in state.ringing:
        return []
    _only_by_session(asked, state.ringing[ring].call)
    return [_stopped(state, ring, asked, missed=missed)]


def _silence(state: Phone, ring: RingId, asked: Asked) -> list[Event]:
    if not is_owner(state, asked.caller):
        raise NotAllowed
    if ring not in state.ringing or ring in state.silenced:
        return []
    return [RingSilenced(ring, asked.at)]


def _over(state: Phone, ring: RingId, asked: Asked) -> list[Event]:
    """Return that it rings no more: its session would have said so long ago."""
    if not is_actor(asked.caller, address_of(state.user)):
        raise NotAllowed
    return [_stopped(state, ring, asked, missed=True)] if ring in state.ringing else []


def _stopped(state: Phone, ring: RingId, asked: Asked, *, missed: bool) -> RingStopped:
    ringing = state.ringing[ring]
    return RingStopped(ringing, missed, ringing.appointment, asked.at)


# --- what that makes of it -----------------------------------------------------------------------


def evolve(state: Phone, event: Event) -> Phone:
    """Return the phone to which *event* has happened."""
    match event:
        case PhoneRang(ringing):
            return replace(state, ringing={**state.ringing, ringing.ring: ringing})
        case WasBusy():
            return state
        case RingSilenced(ring):
            return replace(state, silenced=(*state.silenced, ring))
        case RingStopped(ringing):
            return _without_ring(state, ringing.ring)
        case CallTaken(engaged):
            return _in_call(state, engaged)
        case CallLeft(call):
            left = {key: each for key, each in state.engaged.items() if key != call}
            return replace(state, engaged=left)
        case _:
            assert_never(event)


def _without_ring(state: Phone, ring: RingId) -> Phone:
    return replace(
        state,
        ringing={key: each for key, each in state.ringing.items() if key != ring},
        silenced=tuple(each for each in state.silenced if each != ring),
    )


def _in_call(state: Phone, engaged: Engaged) -> Phone:
    others = [(key, each) for key, each in state.engaged.items() if key != engaged.call]
    return replace(state, engaged=dict([*others, (engaged.call, engaged)][-MOST_CALLS:]))


# --- what is shown -------------------------------------------------------------------------------


def is_owner(state: Phone, caller: Caller) -> bool:
    """Return whether *caller* is the person whose phone this is."""
    return caller.role in HAVE_A_PHONE and caller.user == state.user


def answer(state: Phone, query: Query, asked: Asked) -> View:
    """Return what the person sees, or raise `NotFound`. What should be over rings no more."""
    if not is_owner(state, asked.caller):
        raise NotFound
    match query:
        case GetPhone():
            now = tuple(each for each in state.ringing.values() if asked.at < each.until)
            silenced = tuple(each.ring for each in now if each.ring in state.silenced)
            engaged = next(reversed(state.engaged.values()), None)
            return PhoneView(now, silenced, engaged)
        case _:
            assert_never(query)
