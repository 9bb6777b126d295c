"""Answers as people read them: one table, or a few lines."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import singledispatch

import msgspec

from actors.operations.bus import View
from actors.operations.media import MediaCheck
from actors.operations.nodes import Nodes, ShardCounts
from actors.operations.people import Disabled, OneTimeLink
from actors.operations.reminders import ReminderList, ReminderStory
from actors.operations.zones import ClockCheck
from actors.runtime.operations import (
    Accepted,
    ActorList,
    DeadLetterList,
    EntryRow,
    Explanation,
    Inspection,
    MoveList,
    NodeStatus,
    ShardList,
)


@singledispatch
def render(answer: View) -> str:
    """Return *answer* as text. No control character of anybody's passes through."""
    return _json(answer)


@render.register
def _(answer: NodeStatus) -> str:
    rows = [
        ("node", f"{answer.node} ({answer.state}, version {answer.version})"),
        ("role", answer.role or "unknown"),
        ("up", f"{answer.uptime:.0f} s"),
        ("bus", "connected" if answer.connected else "not connected"),
        ("shards", f"{answer.shards} of {answer.shards_total}"),
        ("actors", _counts(answer.actors)),
        ("mailboxes", f"{answer.mailbox_depth} waiting, {answer.deepest_mailbox} in the deepest"),
        ("commits under way", str(answer.uncommitted)),
        ("outbox backlog", str(answer.outbox_backlog)),
        ("alarms", str(answer.alarms)),
        ("watchers", str(answer.watchers)),
        ("restarts", _counts(answer.restarts)),
        ("unavailable", ", ".join(answer.unavailable) or "none"),
        ("dead letters", str(answer.dead_letters)),
        ("journal", _counts(answer.journal)),
    ]
    return _table(rows)


@render.register
def _(answer: Nodes) -> str:
    head = ("NODE", "STATE", "ROLE", "SHARDS", "SOCKETS", "CALLS", "VERSION", "SINCE", "RUN")
    rows = [
        (
            *(row.name, row.state, row.role or "-", str(row.shards)),
            *(_count(row.sockets), _count(row.calls)),
            *(row.version, _time(row.since), row.run),
        )
        for row in answer.items
    ]
    free = f"{answer.free} of {answer.shards_total} shards have no living owner now."
    return "\n".join([_table([head, *rows]), *([free] if answer.free else [])])


@render.register
def _(answer: ShardCounts) -> str:
    return _table(
        [("NODE", "SHARDS"), *((row.node or "(none)", str(row.shards)) for row in answer.items)]
    )


@render.register
def _(answer: ShardList) -> str:
    head = ("SHARD", "NODE", "EPOCH", "RUN")
    rows = [(str(row.shard), row.node or "(none)", str(row.epoch), row.run) for row in answer.items]
    return _table([head, *rows])


@render.register
def _(answer: MoveList) -> str:
    head = ("FROM", "TO", "SHARDS")
    rows = [(row.source or "(none)", row.target, str(row.shards)) for row in answer.items]
    return _table([head, *rows]) if rows else "Shares are fair: nothing moves."


@render.register
def _(answer: ActorList) -> str:
    head = ("ADDRESS", "EVENTS", "MAILBOX", "COMMITS", "WATCHERS", "IDLE", "RESTARTS")
    rows = [tuple(map(str, msgspec.structs.astuple(row))) for row in answer.items]
    return _table([head, *rows]) + f"\n{len(rows)} of {answer.total} actors"


@render.register
def _(answer: Inspection) -> str:
    where = "in memory" if answer.active else "put away"
    head = f"{_plain(answer.address)}: event {answer.seq}, {where}"
    return "\n".join([head, _json(answer.state, indent=2), *_entries(answer.entries)])


@render.register
def _(answer: Explanation) -> str:
    return "\n".join(_entries(answer.entries)) or "Nothing has happened to it here."


@render.register
def _(answer: DeadLetterList) -> str:
    head = ("ID", "FROM", "TO", "MESSAGE", "SINCE", "WHY")
    rows = [
        (row.id, row.source, row.to, row.message, _time(row.at), f"{row.code}: {row.sentence}")
        for row in answer.items
    ]
    return _table([head, *rows]) if rows else "There are no dead letters."


@render.register
def _(answer: Accepted) -> str:
    return _plain(answer.sentence) or "Done."


@render.register
def _(answer: OneTimeLink) -> str:
    until = answer.expires_at.astimezone(UTC)
    return f"{answer.link}\nOnce, until {until:%Y-%m-%d %H:%M} UTC, to {answer.purpose}."


@render.register
def _(answer: Disabled) -> str:
    return f"Nobody gets in as {_plain(answer.email)} any more."


@render.register
def _(answer: ReminderList) -> str:
    head = ("DUE", "VISIT", "BEFORE IT")
    rows = [(_time(row.due), row.appointment, _before(row.minutes)) for row in answer.items]
    if not rows:
        return "No reminder is set."
    return _table([head, *rows]) + f"\n{len(rows)} of {answer.total} reminders"


@render.register
def _(answer: ReminderStory) -> str:
    start = _instant(answer.start) if answer.start else "no time yet"
    head = ("BEFORE IT", "DUE", "STATE", "SINCE", "WHY", "ALARM")
    rows = [
        (
            _before(each.minutes),
            _instant(each.due),
            each.state.value,
            _instant(each.at) if each.at else "",
            each.why,
            "set" if each.minutes in answer.alarms else "none",
        )
        for each in answer.reminders
    ]
    told = _table([head, *rows]) if rows else "It has no reminders."
    return f"{_plain(answer.appointment)}: {answer.status}, {start}\n{told}"


@render.register
def _(answer: ClockCheck) -> str:
    head = ("STARTS", "VISIT", "DOCTOR'S CLOCK", "PATIENT'S CLOCK")
    rows = [
        (
            _instant(each.start),
            each.appointment,
            _moved(each.doctor_zone, each.doctor_wall, each.doctor_wall_now),
            _moved(each.patient_zone, each.patient_wall, each.patient_wall_now),
        )
        for each in answer.items
    ]
    if not rows:
        return "Every visit to come is at the hour that was confirmed."
    told = {0: "Nobody is told yet.", 1: "1 patient is told."}.get(
        answer.notified, f"{answer.notified} patients are told."
    )
    return _table([head, *rows]) + f"\n{told}"


@render.register
def _(answer: MediaCheck) -> str:
    head = ("TO", "WAY", "WORKS", "WHAT TO DO")
    rows = [
        (row.to, row.way, f"yes, {row.ms} ms" if row.works else "no", row.advice)
        for row in answer.items
    ]
    tried = [_table([head, *rows])] if rows else []
    return "\n".join([*tried, *map(_plain, answer.advice)])


def _moved(zone: str, before: datetime, now: datetime) -> str:
    if before == now:
        return f"{now:%H:%M} {zone}, as before"
    return f"{before:%H:%M} -> {now:%H:%M} {zone}"


def _before(minutes: int) -> str:
    hours, left = divmod(minutes, 60)
    return f"{hours} h" if hours and not left else f"{minutes} min"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def _entries(entries: Iterable[EntryRow]) -> Iterable[str]:
    for entry in entries:
        under = f"  epoch {entry.epoch}" if entry.epoch else ""
        what = f"{entry.actor}#{entry.seq}  {entry.command}  {entry.by}{under}"
        yield _plain(f"{_time(entry.at)}  {what}")
        for event in entry.events:
            fields = {name: value for name, value in event.items() if name != "type"}
            yield f"    {event.get('type', '?')} {_json(fields)}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_row(row, widths) for row in rows)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (_plain(cell).ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _count(number: int | None) -> str:
    return "-" if number is None else str(number)


def _time(unix_ms: int) -> str:
    return f"{datetime.fromtimestamp(unix_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"


def _json(value: object, indent: int = -1) -> str:
    raw = msgspec.json.encode(value)
    return _plain(msgspec.json.format(raw, indent=indent).decode(), keep="\n")


def _plain(text: str, keep: str = "") -> str:
    """Return *text* without what could move the cursor or colour the terminal."""
    return "".join(c if c.isprintable() or c in keep else "\N{REPLACEMENT CHARACTER}" for c in text)
