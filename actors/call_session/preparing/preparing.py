"""What is done before the rules are asked, for each command and query."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias, assert_never

import structlog

from actors.asked import Asked
from actors.call_session.messages import (
    AskRecording,
    AttendLeg,
    CallSeen,
    Event,
    GetCall,
    GetLog,
    GetSignals,
    HearSignals,
    HeldSignals,
    JoinCall,
    LegAttended,
    LogRead,
    LoseLeg,
    LoseSilent,
    OfferEcho,
    OfferMedia,
    PartRead,
    Passing,
    PassingEvent,
    PreferLayer,
    Prepared,
    PreparedQuery,
    ReadRecording,
    ReportPath,
    SendSignal,
    SweepRecording,
    TendMedia,
    WithRelay,
    address_of,
)
from actors.call_session.preparing.offering import Offering
from actors.call_session.preparing.relays import Relays
from actors.call_session.preparing.tending import Tending, for_recorder
from actors.call_session.recordings import Recordings
from actors.call_session.state import Policy, Session, check_passing, is_for_recorder
from actors.call_session.state.log import shown
from actors.call_session.state.offers import check_echo, check_layer, check_offer
from actors.call_session.state.permissions import check_log_reader, check_self, own_leg
from actors.call_session.state.recording import playable
from actors.call_session.switchboard import Switchboard
from actors.ids import LegId
from actors.media import IceServer
from actors.refusal import NotFound
from actors.relay.vault import Broken, plain_size
from actors.runtime.blobs import BlobMissing, BlobsUnavailable
from actors.runtime.codec import decode_as
from actors.runtime.errors import StoreUnavailable
from actors.runtime.journal import History

LOG_EVENTS = 6000
"""The newest events that are read for a call log: so many has a recorded call of four hours."""
LOG_PAGE = 1000

Ice: TypeAlias = Callable[[datetime, str], tuple[IceServer, ...]]
"""The servers that the browser of a user is told, from a time on."""

Asking: TypeAlias = GetCall | GetSignals | GetLog | ReadRecording
OfMedia: TypeAlias = OfferMedia | OfferEcho | PreferLayer
ToPrepare: TypeAlias = (
    JoinCall
    | AskRecording
    | ReportPath
    | LoseLeg
    | TendMedia
    | SweepRecording
    | GetCall
    | GetSignals
    | GetLog
    | ReadRecording
    | OfferMedia
    | OfferEcho
    | PreferLayer
)
PREPARED = frozenset(ToPrepare.__args__)
"""The commands and queries that something is done for first."""


_log = structlog.get_logger(__name__)


class Preparing:
    """The shell of call sessions. Who may not ask causes nothing."""

    def __init__(
        self,
        relays: Relays,
        switchboard: Switchboard,
        recordings: Recordings,
        history: History,
        ice: Ice,
        *,
        policy: Policy | None = None,
    ) -> None:
        self._relays = relays
        self._switchboard = switchboard
        self._recordings = recordings
        self._history = history
        self._ice = ice
        self._policy = policy or Policy()
        self._tending = Tending(relays, switchboard, recordings)
        self._offering = Offering(relays, self._tending)
        self._tasks: set[asyncio.Task[None]] = set()

    async def prepare(
        self, state: Session, asking: ToPrepare, asked: Asked
    ) -> Prepared | PreparedQuery:
        """Return what is decided, or answered, in the place of *asking*, or raise a `Refusal`."""
        match asking:
            case JoinCall() | AskRecording() | ReportPath():
                return WithRelay(asking, relay=self._lives)
            case LoseLeg(leg):
                return LoseSilent(asking, self._switchboard.silent(state.id, leg))
            case TendMedia():
                check_self(state, asked)
                return await self._tending.tend(state, asking, asked)
            case SweepRecording():
                check_self(state, asked)
                return await self._tending.sweep(state, asking)
            case OfferMedia() | OfferEcho() | PreferLayer():
                return await self._of_media(state, asking, asked)
            case _:
                return await self._answer(state, asking, asked)

    async def _of_media(self, state: Session, asking: OfMedia, asked: Asked) -> PreparedQuery:
        match asking:
            case OfferMedia():
                check_offer(state, asking, asked)
                return await self._offering.offer(state, asking)
            case OfferEcho():
                check_echo(state, asking, asked)
                return await self._offering.echo(asking)
            case PreferLayer():
                check_layer(state, asking, asked)
                return await self._offering.prefer(state, asking)
            case _:
                assert_never(asking)

    @property
    def _lives(self) -> bool:
        return bool(self._relays.workers)

    # -- queries ----------------------------------------------------------------------------------

    async def _answer(self, state: Session, asking: Asking, asked: Asked) -> PreparedQuery:
        match asking:
            case GetCall():
                servers = self._ice(asked.at, asked.caller.user)
                return CallSeen(asking, servers, relay=self._lives)
            case GetSignals(leg, number):
                own_leg(state, leg, asked)
                self._tending.adopt(state)
                held = self._switchboard.after(state.id, leg, number)
                return HeldSignals(asking, self._switchboard.run, held)
            case GetLog():
                check_log_reader(state, asked)
                return LogRead(asking, await self._events(state))
            case ReadRecording():
                return await self._read(state, asking, asked)
            case _:
                assert_never(asking)

    async def _events(self, state: Session) -> tuple[Event, ...]:
        after, found = max(state.last - LOG_EVENTS, 0), tuple[Event, ...]()
        while after < state.last:
            entries = await self._history.entries(address_of(state.id), after, LOG_PAGE)
            if not entries:
                break
            events = (each for entry in entries for each in decode_as(list[Event], entry.events))
            found, after = shown((*found, *events)), entries[-1].last
        return found

    async def _read(self, state: Session, read: ReadRecording, asked: Asked) -> PartRead:
        recording = playable(state, read.recording, asked)
        tape = next((each for each in recording.tapes if each.number == read.tape), None)
        if tape is None:
            raise NotFound
        try:
            data = await self._recordings.read(state.id, recording.id, tape, read.offset)
        except (BlobMissing, Broken) as error:
            _log.exception("recording.broken", recording=recording.id)
            raise NotFound from error
        except BlobsUnavailable as error:
            raise StoreUnavailable("Recordings can't be read now.") from error
        return PartRead(read, data, plain_size(tape.size), tape.video)

    # -- signals ----------------------------------------------------------------------------------

    def pass_on(self, state: Session, message: Passing, asked: Asked) -> PassingEvent | None:
        """Hold what a leg is told, and return it for who watches; the recorder has its own line.

        Raises a `Refusal`: who may say nothing here, and a leg that is told too much.
        """
        check_passing(state, message, asked, self._policy)
        self._tending.adopt(state)
        recorders = {LegId(state.recording.id)} if state.recording else set()
        self._switchboard.keep_only(state.id, frozenset({*state.legs, *recorders}))
        match message:
            case HearSignals(leg, number):
                self._switchboard.hear(state.id, leg, number)
                return None
            case AttendLeg(leg, line):
                return LegAttended(leg, line)
            case SendSignal() if is_for_recorder(state, message):
                self._tell_recorder(state, message)
                return None
            case SendSignal():
                return self._switchboard.hold(state.id, message)
            case _:
                assert_never(message)

    def _tell_recorder(self, state: Session, message: SendSignal) -> None:
        """Hold a frame key until the recorder has had it; it is told at once, and with the plan."""
        whole = for_recorder(state, message)
        if whole is not None and self._switchboard.hold(state.id, whole) is not None:
            loop = asyncio.get_running_loop()
            task = loop.create_task(self._tending.tell_recorder(state))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
