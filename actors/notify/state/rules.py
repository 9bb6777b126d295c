"""What is written to whom, when a letter is tried again, and when it is given up."""

from datetime import datetime, timedelta

from actors.address import Address
from actors.asked import Asked
from actors.caller import Caller, Role, is_actor, is_actor_of_kind, is_staff
from actors.notify.messages import (
    CarryDue,
    Command,
    Event,
    LetterCarried,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
    Notice,
    Notify,
    Outcome,
    Prepared,
    RecipientSet,
    RecordCarried,
    Resend,
    SetRecipient,
    SetZone,
    address_of,
)
from actors.notify.state.kept import KEPT, Box, Letter, oldest_over
from actors.refusal import NotAllowed, NotFound
from actors.zones import is_zone

PAUSES = tuple(timedelta(seconds=each) for each in (30, 120, 600, 1800, 3600, 7200))
"""Between an attempt and the next; the last one is repeated."""

MOST_ATTEMPTS = 29
"""Then a letter is given up: after 48 hours of trying. Time in which we were down is none."""

NEXT_LINE = timedelta(seconds=30)
"""Until a letter comes again for which no line was free."""

LONGEST_SAID = 200


def decide(state: Box, command: Command | Prepared, asked: Asked) -> list[Event]:
    """Return what happens when *command* is given, or raise a `Refusal`."""
    match command:
        case SetRecipient():
            return _set_recipient(state, command, asked)
        case SetZone():
            return _set_zone(state, command, asked)
        case Notify(notice):
            return _notify(state, notice, asked)
        case RecordCarried():
            return _record(state, command, asked)
        case Resend(number):
            return _resend(state, number, asked)
        case CarryDue():
            raise TypeError("A CarryDue must be prepared before it is decided.")
        case _:
            raise NotAllowed


def _set_recipient(state: Box, command: SetRecipient, asked: Asked) -> list[Event]:
    by_account = is_actor_of_kind(asked.caller, "account")
    if not by_account and asked.caller.role is not Role.OPERATOR:
        raise NotAllowed
    known = state.recipient
    return _changed(
        state,
        RecipientSet(
            user=command.user,
            email=command.email,
            name=known.name if known else command.name,
            role=command.role,
            zone=known.zone if known else command.zone,
            at=asked.at,
        ),
    )


def _set_zone(state: Box, command: SetZone, asked: Asked) -> list[Event]:
    if not _is_own_room(state, asked.caller):
        raise NotAllowed
    known = state.recipient
    if known is None or not is_zone(command.zone):
        return []
    name = command.name or known.name
    told = RecipientSet(known.user, known.email, name, known.role, command.zone, asked.at)
    return _changed(state, told)


def _is_own_room(state: Box, caller: Caller) -> bool:
    """Return whether *caller* is the patient's or the doctor's actor of this person."""
    return any(is_actor(caller, Address(kind, state.user)) for kind in ("patient", "doctor"))


def _changed(state: Box, told: RecipientSet) -> list[Event]:
    known = state.recipient
    said = (told.user, told.email, told.name, told.role, told.zone)
    same = known and said == (known.user, known.email, known.name, known.role, known.zone)
    return [] if same else [told]


def _notify(state: Box, notice: Notice, asked: Asked) -> list[Event]:
    if asked.caller.role is not Role.ACTOR:
        raise NotAllowed
    if state.recipient is None:
        return []
    number = state.count + 1
    message_id = f"{asked.new_id('letter')}@carewire"
    queued = LetterQueued(number, notice, message_id, asked.at, asked.at)
    return [*_crowded_out(state, asked.at), queued]


def _crowded_out(state: Box, at: datetime) -> list[Event]:
    """Give the oldest letter up where every one that is kept still waits."""
    if len(state.letters) < KEPT or oldest_over(state.letters) is not None:
        return []
    oldest = next(iter(state.letters.values()))
    return [LetterGivenUp(oldest.number, oldest.attempts, Outcome.RETRY, "crowded_out", at)]


def _record(state: Box, command: RecordCarried, asked: Asked) -> list[Event]:
    if not is_actor(asked.caller, address_of(state.user)):
        raise NotAllowed
    letter = state.waiting(command.number)
    return [] if letter is None else [verdict(letter, command, asked.at)]


def verdict(
    letter: Letter, tried: RecordCarried, at: datetime
) -> LetterCarried | LetterDelayed | LetterGivenUp:
    """Return what becomes of *letter* after it was *tried*."""
    attempts = letter.attempts + 1
    said = tried.said[:LONGEST_SAID]
    match tried.outcome:
        case Outcome.CARRIED:
            return LetterCarried(letter.number, attempts, at)
        case Outcome.NOT_TRIED:
            return LetterDelayed(letter.number, letter.attempts, said, at + NEXT_LINE, at)
        case Outcome.RETRY if attempts < MOST_ATTEMPTS:
            return LetterDelayed(letter.number, attempts, said, at + _pause(attempts), at)
        case _:
            return LetterGivenUp(letter.number, attempts, tried.outcome, said, at)


def _pause(attempts: int) -> timedelta:
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def _resend(state: Box, number: int, asked: Asked) -> list[Event]:
    """Try it again now; one that is being tried at this moment is left alone."""
    if not is_staff(asked.caller):
        raise NotAllowed
    letter = state.letters.get(number)
    if letter is None:
        raise NotFound
    if letter.waits and letter.due <= asked.at:
        return []
    return [LetterDelayed(number, 0, "resent", asked.at, asked.at)]
