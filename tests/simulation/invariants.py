"""What must be true when the world has come to rest. Each check says what it found wrong."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from actors.address import Address
from actors.caller import Role
from actors.effects import Send
from actors.runtime.actor import fold
from actors.runtime.codec import Language, decode_caller, split_events
from actors.runtime.journal import Entry, Loaded
from tests.simulation.acts import Record
from tests.simulation.ledger import Ledger
from tests.simulation.nodes import ROOMS, Incarnation
from tests.simulation.onlookers import Onlooker

BY_KIND = {room.kind: room for room in ROOMS}
LANGUAGES = {room.kind: Language(room) for room in ROOMS}


@dataclass
class Rest:
    """A world at rest."""

    ledger: Ledger
    nodes: list[Incarnation]
    """Those that live."""
    record: Record
    onlookers: list[Onlooker]
    crashes: dict[str, int]
    bugs: int
    """How many crashes were meant."""

    def histories(self) -> dict[Address, list[Entry]]:
        """Return the entries of each actor, in the order in which they were committed."""
        found: dict[Address, list[Entry]] = {}
        for entry in self.ledger.entries:
            found.setdefault(entry.actor, []).append(entry)
        return found


def check_runtime(rest: Rest) -> Iterator[str]:
    """Yield whatever breaks a promise of the ground floor."""
    yield from _journal_is_one_line(rest)
    yield from _commands_took_effect_once(rest)
    yield from _answers_stand(rest)
    yield from _live_state_is_replayed_state(rest)
    yield from _effects_have_causes(rest)
    yield from _nothing_is_left(rest)
    for onlooker in rest.onlookers:
        yield from _watcher_saw_it(rest, onlooker)


def _journal_is_one_line(rest: Rest) -> Iterator[str]:
    for actor, entries in rest.histories().items():
        expected = 1
        for entry in entries:
            if entry.seq != expected:
                yield f"{actor}: event {entry.seq} where {expected} should be"
            expected = entry.last + 1


def _commands_took_effect_once(rest: Rest) -> Iterator[str]:
    times = Counter((entry.actor, entry.cause) for entry in rest.ledger.entries)
    for (actor, cause), count in times.items():
        if count > 1:
            yield f"{actor}: {cause} took effect {count} times"


def _answers_stand(rest: Rest) -> Iterator[str]:
    for ack in rest.record.acks:
        if not ack.events:
            continue
        entry = rest.ledger.done.get((ack.to, ack.id))
        if entry is None:
            yield f"{ack.to}: {ack.id} was answered and is not in the journal"
        elif (entry.last, _events(entry)) != (ack.seq, ack.events):
            yield f"{ack.to}: {ack.id} was answered with other events than were kept"


def _events(entry: Entry) -> tuple[bytes, ...]:
    return tuple(bytes(event) for event in split_events(entry.events))


def _live_state_is_replayed_state(rest: Rest) -> Iterator[str]:
    for actor, entries in rest.histories().items():
        room, language = BY_KIND[actor.kind], LANGUAGES[actor.kind]
        replayed = fold(room, language, actor, Loaded(None, tuple(entries)))
        for active in (each.node.actors.get(actor) for each in rest.nodes):
            if active is not None and (active.state, active.seq) != replayed:
                yield f"{actor}: its memory is not what its journal says"
        snapshot = rest.ledger.snapshots.get(actor)
        if snapshot is not None:
            later = tuple(entry for entry in entries if entry.seq > snapshot.seq)
            if fold(room, language, actor, Loaded(snapshot, later)) != replayed:
                yield f"{actor}: its snapshot is not what its journal says"


def _effects_have_causes(rest: Rest) -> Iterator[str]:
    """Every durable send that arrived was sent by an event that was kept, and in its turn."""
    sent = {parcel: place for place, parcel in enumerate(_sends(rest))}
    latest: dict[tuple[str, Address], int] = {}
    for entry in rest.ledger.entries:
        caller = decode_caller(entry.caller)
        if caller.role is not Role.ACTOR or entry.cause.startswith("t:"):
            continue
        place = sent.get((entry.cause, entry.actor))
        if place is None:
            yield f"{entry.actor}: {entry.cause} arrived and was never sent"
        elif place < latest.get((caller.user, entry.actor), -1):
            yield f"{entry.actor}: {entry.cause} arrived after what was sent later"
        else:
            latest[caller.user, entry.actor] = place


def _sends(rest: Rest) -> Iterator[tuple[str, Address]]:
    """Yield the id and the receiver of all that was ever sent, in order."""
    for entry in rest.ledger.entries:
        room, language = BY_KIND[entry.actor.kind], LANGUAGES[entry.actor.kind]
        effects = [
            effect
            for event in language.events(entry.events)
            for effect in room.react(event, entry.actor)
            if isinstance(effect, Send)
        ]
        for number, send in enumerate(effects):
            yield f"{entry.actor}:{entry.seq}.{number}", send.to


def _nothing_is_left(rest: Rest) -> Iterator[str]:
    for dead, letter in rest.ledger.dead.values():
        yield f"dead letter {letter.parcel.id} ({dead}): {letter.code}"
    for parcel in rest.ledger.parcels:
        yield f"{parcel} was never delivered"
    crashes = Counter(rest.crashes)
    for node in (each.node for each in rest.nodes):
        now = node.clock.monotonic()
        yield from (f"{actor} rests" for actor, until in node.resting.items() if until > now)
        if node.outbox.backlog:
            yield f"{node.name} has {node.outbox.backlog} parcels to deliver"
        crashes.update(node.restarts)
    if crashes.total() > rest.bugs:
        yield f"{crashes.total()} crashes, of which {rest.bugs} were meant: {crashes}"


def _watcher_saw_it(rest: Rest, onlooker: Onlooker) -> Iterator[str]:
    if onlooker.address is None:
        return
    entries = rest.histories().get(onlooker.address, [])
    kept = {
        number: event for entry in entries for number, event in enumerate(_events(entry), entry.seq)
    }
    limits = rest.nodes[0].node.limits
    for since, _, high in onlooker.skipped:
        skipped = sum(since < entry.last <= high for entry in entries)
        if skipped < min(limits.watch_backlog, limits.watch_replay):
            yield f"{onlooker.name} was told to read anew for {skipped} entries"
    missed = {n for _, low, high in onlooker.skipped for n in range(low + 1, high + 1)}
    expected = {number: event for number, event in kept.items() if number not in missed}
    if onlooker.seen != expected:
        wrong = sorted(expected.items() ^ onlooker.seen.items())
        yield f"{onlooker.name} saw other events of {onlooker.address} than happened: {wrong[:3]}"
    if any(one >= other for one, other in pairwise(onlooker.seen)):
        yield f"{onlooker.name} saw events out of order"
