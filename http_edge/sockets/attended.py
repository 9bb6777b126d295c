"""One call session that a socket attends: how it is now, and each signal once, in order.

It is read and watched. Whatever changes it has it read anew: one reading at a time, however much
happens meanwhile. Signals come with what is told in passing, which may be dropped: where a number
is missing, where their count began anew (another `run`) and shortly after any came, those that are
held for the leg are read besides. Only who takes part with a leg is told what it is told.

One line speaks for a leg: the newest, at whichever edge. It says so to the session, which tells all
who watch.
"""

import asyncio
import math
from contextlib import suppress

import msgspec
import structlog

from actors.call_session import messages as calls
from actors.call_session.messages import (
    AttendLeg,
    CallView,
    GetCall,
    GetSignals,
    LegAttended,
    LoseLeg,
    PassingEvent,
    Signals,
    address_of,
)
from actors.ids import CallId, LegId
from actors.refusal import Refusal
from actors.runtime.codec import decode_as
from actors.runtime.envelope import Told
from actors.runtime.errors import DeliveryFailed
from http_edge.sockets import watches
from http_edge.sockets.call_frames import Attend, CallNow, Signalled
from http_edge.sockets.legs import Place
from http_edge.sockets.reader import Reader
from http_edge.sockets.refusing import refused
from http_edge.sockets.watches import last_of

RETRY_SECONDS = 0.25
SETTLES = 0.1
"""Seconds after something was told in passing in which what was dropped of it is looked for."""

SHORTEST = 0.001
"""Seconds that are waited at least: of a smaller piece of time a clock may know nothing."""

log = structlog.get_logger("http_edge.sockets")


class AttendedElsewhere(Refusal):
    """Another window goes on with this call."""

    code = "attended_elsewhere"


class Attended:
    """Sends *reader* the call of *wish* as it is and changes, and what their leg is told."""

    def __init__(self, wish: Attend, reader: Reader) -> None:
        self.call = CallId(wish.call)
        self.leg = LegId(wish.leg)
        self.address = address_of(self.call)
        self.place = Place(reader.caller.user, self.call, self.leg)
        self._reader = reader
        self._run = wish.run
        self._last = wish.number
        """The number of the last signal in `_run` that the reader has."""
        self._seq = -1
        """The number of the last event that the reader's view has seen."""
        self._newest = 0
        """The number of the last event that was told of."""
        self.mine = False
        """Whether the leg is one of the reader's in this call."""
        self._behind = True
        """Whether signals may be held that the reader has not had."""
        self._heard = 0
        """How many signals were told in passing, as they were, to whom they were."""
        self._renew_at = 0.0
        self._look_at = math.inf
        self._spoken = False
        """Whether the call was told that this line speaks for the leg."""
        self._replaced = False
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Send what happens, until a rule says no."""
        while True:
            try:
                await self._go_on()
            except Refusal as refusal:
                self._reader.put(refused(refusal, address=str(self.address)))
                return
            except (DeliveryFailed, msgspec.ValidationError) as error:
                log.info("a call session does not answer", why=type(error).__name__)
                self._seq, self._behind, self._renew_at = -1, True, 0.0
                await asyncio.sleep(RETRY_SECONDS)

    async def lose(self, *, gone: bool = False) -> None:
        """Tell the call that the line of this leg broke. *gone*: its page has said goodbye."""
        client, caller = self._reader.client, self._reader.caller
        with suppress(Refusal, DeliveryFailed):
            await client.tell(self.address, LoseLeg(self.leg, gone), caller, wait=watches.WAIT)

    # -- reading --------------------------------------------------------------------------------

    async def _go_on(self) -> None:
        self._wake.clear()
        if self._replaced:
            raise AttendedElsewhere
        if self._is_stale:
            await self._read()
        now = self._now()
        if now >= self._look_at:
            self._look_at, self._behind = math.inf, True
        if now >= self._renew_at:
            await self._watch()
        if self.mine and not self._spoken:
            await self._speak()
        if self._behind and self.mine:
            await self._catch_up()
        if not self._is_stale:
            await self._until_due()

    @property
    def _is_stale(self) -> bool:
        return self._seq < self._newest

    def _now(self) -> float:
        return self._reader.clock.monotonic()

    async def _read(self) -> None:
        """Send the session as it is now."""
        reader, newest = self._reader, self._newest
        await reader.room()
        view, self._seq = await reader.client.ask_numbered(
            self.address, GetCall(), CallView, reader.caller, wait=watches.WAIT
        )
        if self._newest == newest:
            self._newest = self._seq
        was, self.mine = self.mine, _takes_part(view, self.leg)
        self._behind = self._behind or (self.mine and not was)
        reader.put(CallNow(self.call, self._seq, view))

    async def _watch(self) -> None:
        """Be told of what comes after what was read, for a while."""
        reader = self._reader
        self._renew_at = self._now() + watches.RENEW_SECONDS
        watched = await reader.client.watch(
            self.address, reader.subject, self._seq, reader.caller, wait=watches.WAIT
        )
        self._behind = True
        self._newest = max(self._newest, watched.seq)
        if watched.seq < self._seq:
            self._seq = -1  # what was read is of another journal

    async def _speak(self) -> None:
        """Say once that no other line speaks for the leg any more: later, a newer one may."""
        reader, attend = self._reader, AttendLeg(self.leg, self._reader.subject)
        with suppress(DeliveryFailed):
            await reader.client.tell(self.address, attend, reader.caller, wait=watches.WAIT)
        self._spoken = True

    async def _catch_up(self) -> None:
        """Send the signals that are held, until there are no more."""
        while self._behind:
            heard, after = self._heard, self._last
            found = await self._ask(after)
            if found.run != self._run:
                self._run, self._last = found.run, 0
                if after:
                    continue  # it was counted from the beginning
            for signal in found.signals:
                await self._reader.room()
                self._send(signal)
            self._behind = self._last > after or heard != self._heard

    async def _ask(self, after: int) -> Signals:
        reader, wish = self._reader, GetSignals(self.leg, after)
        try:
            return await reader.client.ask(
                self.address, wish, Signals, reader.caller, wait=watches.WAIT
            )
        except Refusal:  # the leg is gone, and the view will say so
            return Signals(self._run, ())

    async def _until_due(self) -> None:
        due = min(self._renew_at, self._look_at) - self._now()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(due, SHORTEST)):
                await self._wake.wait()

    # -- being told -----------------------------------------------------------------------------

    def watch_again(self) -> None:
        """Watch at once: another node has the call now, and knows nobody who watches."""
        self._renew_at = 0.0
        self._wake.set()

    def told(self, told: Told) -> None:
        """Take what the call session tells."""
        if told.actor != self.address:
            return
        if told.passing:
            self._look_at = min(self._look_at, self._now() + SETTLES)
            self._signalled(told.events)
        else:
            self._newest = max(self._newest, last_of(told))
        self._wake.set()

    def _signalled(self, raw: msgspec.Raw) -> None:
        try:
            (event,) = decode_as(tuple[PassingEvent], raw)
        except msgspec.ValidationError:
            self._behind = True
            return
        if isinstance(event, LegAttended):
            self._attended(event)
        else:
            self._take(event)

    def _attended(self, event: LegAttended) -> None:
        """Speak no more for the leg, if another line has begun to since this one did."""
        if event.leg == self.leg and event.line == self._reader.subject:
            self._spoken = True
        elif event.leg == self.leg and self._spoken:
            self._replaced = True

    def _take(self, signal: calls.Signalled) -> None:
        if signal.to != self.leg:
            return
        self._heard += 1
        is_next = signal.run == self._run and signal.number == self._last + 1
        if is_next and self.mine and not self._behind:
            self._send(signal)
        else:
            self._behind = True

    def _send(self, signal: calls.Signalled) -> None:
        if signal.number <= self._last:
            return
        self._last = signal.number
        self._reader.put(
            Signalled(self.call, signal.number, signal.run, signal.leg, signal.signal, signal.body)
        )


def _takes_part(view: CallView, leg: LegId) -> bool:
    """Return whether the reader of *view* takes part with *leg*."""
    return any(
        each.id == leg
        for person in view.people
        if person.person.user == view.me
        for each in person.legs
    )
