"""What a call session keeps: who may take part, who is there, and how the media go."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from actors.appointment import PatientRef
from actors.call_session.messages import (
    OPENS_BEFORE,
    Guest,
    Hosting,
    Leg,
    LegState,
    Outcome,
    Part,
    Person,
    Recording,
    Ring,
    Unanswered,
    Worker,
)
from actors.ids import (
    AppointmentId,
    CallId,
    ConversationId,
    GuestId,
    LegId,
    RecordingId,
    RingId,
    UserId,
)
from actors.media import DeviceCheck, Mode, Sealing, Why

TALKING = frozenset({LegState.IN_CALL, LegState.HELD})
"""Whoever is there so is in the call."""


class Policy(msgspec.Struct, frozen=True):
    """What the clinic allows of calls."""

    hide_addresses: bool = False
    recording: bool = False


class Path(msgspec.Struct, frozen=True):
    """What a page, or the relay, said last of a leg's media."""

    epoch: int
    to: LegId
    connected: bool


class Media(msgspec.Struct, frozen=True):
    """How media travel."""

    epoch: int = 0
    mode: Mode = Mode.DIRECT
    sealing: Sealing = Sealing.ON
    why: Why | None = None
    worker: Worker | None = None
    left: Worker | None = None
    """The worker that had the call before; it is told that it has it no more."""
    no_relay: bool = False
    back_at: datetime | None = None
    """When the call becomes direct again, if it still could."""
    tries: int = 0
    """Times in a row that no worker was there."""
    no_path: tuple[tuple[LegId, LegId], ...] = ()
    """Pairs (in order) that could not connect directly."""
    paths: dict[LegId, Path] = {}


class Going(msgspec.Struct, frozen=True):
    """The call that goes on."""

    by: UserId
    started_at: datetime
    joined: tuple[UserId, ...] = ()
    held: tuple[UserId, ...] = ()
    """On hold, also while they are away."""
    removed: tuple[UserId, ...] = ()
    begun: bool = False
    """Whether host and patient were both in it."""


class Session(msgspec.Struct, frozen=True):
    """One call session. It has people once it was opened."""

    id: CallId
    last: int = 0
    """The number of the last event."""
    appointment: AppointmentId | None = None
    conversation: ConversationId = ConversationId("")
    hosting: Hosting | None = None
    patient: PatientRef | None = None
    doctor: UserId | None = None
    """Whose diary has the visit, whoever hosts."""
    people: tuple[Person, ...] = ()
    """Who may take part, without guests."""
    former: tuple[Person, ...] = ()
    """Doctors who have handed the visit over and left: they may read the log."""
    leaving: tuple[UserId, ...] = ()
    """Doctors who have handed the visit over and are still there."""
    successor: UserId | None = None
    """The colleague who becomes the host when they come."""
    guests: dict[GuestId, Guest] = {}
    names: dict[UserId, Person] = {}
    """Everybody who ever could take part, for the log."""
    open: bool = False
    over: str = ""
    """Why the session closes after the call that goes on; empty: it does not."""
    closes_at: datetime | None = None
    arrived_at: datetime | None = None
    checks: dict[UserId, DeviceCheck] = {}
    word: str = ""
    line: int = 0
    """How often the patient's place in the line has changed."""
    number: int = 0
    """How many calls there were."""
    call: Going | None = None
    legs: dict[LegId, Leg] = {}
    rings: dict[RingId, Ring] = {}
    media: Media = Media()
    recording: Recording | None = None
    """The one at hand: asked for, or running."""
    refused: tuple[UserId, ...] = ()
    """Who does not want it."""
    recordings: tuple[Recording, ...] = ()
    """Those that ran, oldest first."""
    played: dict[str, datetime] = {}
    """`<recording>/<doctor>` -> when they gave a reason last to look at it."""
    outcome: Outcome | None = None
    unanswered: dict[UserId, Unanswered] = {}
    """Who was rung last in the call that goes on, did not come, and has not come since."""

    def __repr__(self) -> str:
        return f"Session({self.last} events)"

    @property
    def opens_at(self) -> datetime | None:
        """When it may be entered; None: at any time."""
        return self.hosting.start - OPENS_BEFORE if self.hosting else None

    @property
    def talking(self) -> tuple[Leg, ...]:
        """The legs in the call; held and returning ones have their place in it."""
        return tuple(leg for leg in self.legs.values() if place(leg) in TALKING)

    @property
    def in_call(self) -> frozenset[UserId]:
        """Who is in the call."""
        return frozenset(leg.user for leg in self.talking)

    @property
    def relayed(self) -> bool:
        """Whether a call goes on whose media need a worker."""
        return self.call is not None and self.media.mode is Mode.RELAY

    def person(self, user: str) -> Person | None:
        """Return who *user* is here, guests who have entered included."""
        known = next((each for each in self.people if each.user == user), None)
        guest = self.guests.get(GuestId(user))
        if known or guest is None or guest.entered_at is None:
            return known
        return guest_person(guest)

    def everybody(self) -> Iterator[Person]:
        """Return who may take part, guests who have entered included."""
        yield from self.people
        for guest in self.guests.values():
            if guest.entered_at is not None:
                yield guest_person(guest)

    def leg_of(self, user: str) -> Leg | None:
        """Return the leg of *user*; there is at most one."""
        return next((leg for leg in self.legs.values() if leg.user == user), None)

    def part_is_in(self, part: Part) -> bool:
        """Return whether somebody of that *part* is in the call."""
        return any(each.part is part and each.user in self.in_call for each in self.people)

    def is_guest(self, user: str) -> bool:
        """Return whether *user* came by a link."""
        return GuestId(user) in self.guests

    def kept_recording(self, recording: RecordingId) -> Recording | None:
        """Return that one of the recordings that ran."""
        return next((each for each in self.recordings if each.id == recording), None)


def guest_person(guest: Guest) -> Person:
    """Return *guest* as one who takes part."""
    return Person(UserId(guest.id), guest.name, Part.GUEST, guest.as_what)


def place(leg: Leg) -> LegState:
    """Return where *leg* has its place: while it returns, where it was."""
    return leg.was or leg.state if leg.state is LegState.RETURNING else leg.state


def consented(state: Session) -> bool:
    """Return whether everybody who is in the call has agreed to the recording at hand."""
    recording = state.recording
    if recording is None or not state.in_call:
        return False
    return state.in_call <= frozenset(recording.agreed)


def closing(hosting: Hosting, at: datetime) -> datetime:
    """Return when the session of a visit closes, looked at from *at*."""
    return max(hosting.end, at) + OPENS_BEFORE


def lasted(started_at: datetime, at: datetime) -> timedelta:
    """Return how long it is since *started_at*; clocks of two nodes may differ a little."""
    return max(at - started_at, timedelta())


def born(key: str) -> Session:
    """Return a session that was not opened."""
    return Session(CallId(key))
