"""What pages show of the log of a call: its days with their lines, its calls, its recordings."""

from dataclasses import dataclass
from datetime import date, datetime

from actors.call_session.messages import (
    CallEnded,
    CallLog,
    CallStarted,
    LegEntered,
    MediaSet,
    RecordingDeleted,
    RecordingPlayed,
)
from actors.ids import LegId, RecordingId, UserId
from http_edge.pages.call_log_wording.events import said_of
from http_edge.pages.call_log_wording.names import Names, lasting
from http_edge.pages.times import local


@dataclass(frozen=True, slots=True)
class Line:
    """One event: when, in words, and how good or bad it is."""

    at: datetime
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day of the reader's calendar."""

    day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One call: who was in it, and how long it lasted (nothing while it goes on)."""

    number: int
    started_at: datetime
    names: tuple[str, ...]
    lasted: str


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked at a recording (or deleted it), when, and why."""

    at: datetime
    name: str
    reason: str


def names_of(log: CallLog) -> Names:
    """Return how people, pages and recordings of a call are called."""
    users = {each.user: each.name for each in log.people}
    entered = (each for each in log.events if isinstance(each, LegEntered))
    owners: dict[LegId, UserId] = {each.leg.id: each.leg.user for each in entered}
    places = {each.id: number for number, each in enumerate(log.recordings, 1)}
    return Names(users, owners, places)


def days_of(log: CallLog, zone: str) -> tuple[Day, ...]:
    """Return the lines of the log, oldest first, by day."""
    names, found, known = names_of(log), dict[date, list[Line]](), _placed(log)
    for event in log.events:
        if isinstance(event, MediaSet) and not event.worker and event.epoch in known:
            continue
        said = said_of(event, names, zone)
        if said is not None:
            day = local(event.at, zone).date()
            found.setdefault(day, []).append(Line(event.at, *said))
    return tuple(Day(day, tuple(lines)) for day, lines in found.items())


def _placed(log: CallLog) -> frozenset[int]:
    """Return the epochs that are told once more, with the worker that took the call."""
    sets = (each for each in log.events if isinstance(each, MediaSet))
    return frozenset(each.epoch for each in sets if each.worker)


def talks_of(log: CallLog) -> tuple[Talk, ...]:
    """Return the calls that the log knows, oldest first."""
    names, found = names_of(log), dict[int, Talk]()
    for event in log.events:
        match event:
            case CallStarted(number=number, by=by, at=at):
                found[number] = Talk(number, at, (names.who(by),), "")
            case CallEnded(number=number, started_at=started_at, seconds=seconds):
                joined = tuple(names.who(each) for each in event.joined)
                found[number] = Talk(number, started_at, joined, lasting(seconds))
            case _:
                pass
    return tuple(found.values())


def looks_at(log: CallLog, recording: RecordingId) -> tuple[Look, ...]:
    """Return who has looked at *recording*, oldest first."""
    names = names_of(log)
    played = (each for each in log.events if isinstance(each, RecordingPlayed))
    return tuple(
        Look(each.at, names.who(each.by), each.reason)
        for each in played
        if each.recording == recording
    )


def deletion_of(log: CallLog, recording: RecordingId) -> Look | None:
    """Return who has deleted *recording*, when, and why; None: the log knows of nobody."""
    names = names_of(log)
    for each in log.events:
        if isinstance(each, RecordingDeleted) and each.recording == recording:
            return Look(each.at, names.who(each.by), each.reason)
    return None
