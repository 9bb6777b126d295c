"""How a watcher comes to be told: from the number that it last saw, each event once, in order."""

from typing import TYPE_CHECKING

import msgspec

from actors.refusal import Ground
from actors.runtime.codec import encode
from actors.runtime.envelope import Refused, Seen, Told, Watch, Watched
from actors.runtime.errors import Fault, JournalError
from actors.runtime.mailbox import Mail
from actors.runtime.watchers import Watcher, Watchers

if TYPE_CHECKING:
    from actors.runtime.actor import Actor

NOT_FOUND = Refused(
    "not_found", Ground.NOT_FOUND, "There is nothing here under that name that you may see."
)
TOO_MANY = Refused("too_many_watchers", Ground.TOO_MANY, "Too many are watching this already.")


MOST_MISSED = 128 * 1024
"""Bytes of events that are told one by one; the bus carries 256 KiB at once."""


def watched(seq: int, missed: tuple[Told, ...] = (), *, resync: bool = False) -> Seen:
    """Return the answer to a `Watch` at event number *seq*."""
    return Seen(seq, msgspec.Raw(encode(Watched(seq, missed, resync))))


def watch(actor: "Actor", mail: Mail, wish: Watch) -> None:
    """Register the watcher; it is told of what comes after its own question was answered."""
    caller = mail.envelope.caller
    if not actor.room.may_watch(actor.state, caller):
        mail.answer(NOT_FOUND)
        return
    floor, seq = actor.floor, actor.committed_seq
    if actor.watchers is None:
        limits = floor.limits
        actor.watchers = Watchers(floor.transport, limits.watchers, limits.watch_backlog)
    watcher = actor.watchers.add(wish.subject, caller, floor.clock.monotonic())
    if watcher is None:
        mail.answer(TOO_MANY)
    elif wish.after < seq:
        watcher.held = True
        floor.spawn(_replay(actor, mail, watcher, wish.after, seq))
    else:
        mail.answer(watched(seq, resync=wish.after > seq))
        actor.watchers.release(watcher)


async def _replay(actor: "Actor", mail: Mail, watcher: Watcher, after: int, until: int) -> None:
    """Answer with what happened up to number *until*; what came later waits for the watcher."""
    limit = actor.floor.limits.watch_replay
    try:
        entries = await actor.floor.journal.entries(actor.address, after, limit + 1)
    except JournalError:
        mail.fail(Fault.STORE_DOWN)
    else:
        missed = tuple(
            Told(actor.address, entry.seq, entry.count, msgspec.Raw(entry.events))
            for entry in entries
            if entry.last <= until
        )
        too_many = len(missed) > limit or sum(len(each.events) for each in entries) > MOST_MISSED
        mail.answer(watched(until, () if too_many else missed, resync=too_many))
    if actor.watchers is not None:
        actor.watchers.release(watcher)
