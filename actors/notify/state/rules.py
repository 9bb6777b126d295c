"""What happens when something is said to a letter box."""

from collections.abc import Iterable
from typing import assert_never

from msgspec.structs import astuple, replace

from actors.address import Address
from actors.asked import Asked
from actors.caller import Role, is_actor, is_actor_of_kind
from actors.notify.messages import (
    AlertDue,
    CarryDue,
    Channel,
    Command,
    DigestDue,
    Event,
    Hush,
    MarkSeen,
    MessagesDue,
    NoteMessage,
    NoteRead,
    NoteThread,
    NoteWritten,
    Notify,
    Prepared,
    RecipientSet,
    RecordCarried,
    Resend,
    SetChoices,
    SetRecipient,
    Settle,
    SetZone,
    Subscribe,
    Unsubscribe,
)
from actors.notify.state import choices, letters, notices, threads
from actors.notify.state.kept import Box, Recipient
from actors.notify.state.turn import Turn
from actors.refusal import NotAllowed
from actors.zones import is_zone

EVERY = frozenset(Channel)


def decide(
    state: Box, command: Command | Prepared, asked: Asked, channels: Iterable[Channel] = EVERY
) -> list[Event]:
    """Return what happens when *command* is given, or raise a `Refusal`.

    *channels* are those by which letters leave this clinic.
    """
    turn = Turn(state, asked, channels)
    _decide(turn, command)
    return turn.events


def _decide(turn: Turn, command: Command | Prepared) -> None:  # noqa: C901, PLR0912 - one case per command
    match command:
        case SetRecipient():
            _set_recipient(turn, command)
        case SetZone():
            _set_zone(turn, command)
        case Notify():
            notices.notify(turn, command)
        case Settle():
            notices.settle(turn, command)
        case MarkSeen(up_to):
            notices.mark_seen(turn, up_to)
        case Hush():
            notices.hush(turn, command)
        case AlertDue():
            notices.step(turn, command)
        case NoteThread():
            threads.note_thread(turn, command)
        case NoteMessage():
            threads.note_message(turn, command)
        case NoteRead():
            threads.note_read(turn, command)
        case NoteWritten():
            threads.note_written(turn, command)
        case MessagesDue():
            threads.push(turn, command)
        case DigestDue():
            threads.digest(turn)
        case SetChoices():
            choices.set_choices(turn, command)
        case Subscribe():
            choices.subscribe(turn, command)
        case Unsubscribe():
            choices.unsubscribe(turn, command)
        case Resend(number):
            letters.resend(turn, number)
        case RecordCarried():
            letters.record(turn, command)
        case CarryDue():
            raise TypeError("A CarryDue must be prepared before it is decided.")
        case _:
            assert_never(command)


def _set_recipient(turn: Turn, command: SetRecipient) -> None:
    caller = turn.asked.caller
    if not is_actor_of_kind(caller, "account") and caller.role is not Role.OPERATOR:
        raise NotAllowed
    known = turn.state.recipient
    new = Recipient(command.user, command.email, command.name, command.role, command.zone)
    if known is not None:
        new = replace(new, name=known.name, zone=known.zone, language=known.language)
    _change(turn, new)


def _set_zone(turn: Turn, command: SetZone) -> None:
    if not _is_from_own_room(turn):
        raise NotAllowed
    known = turn.state.recipient
    if known is None or not is_zone(command.zone):
        return
    name, language = command.name or known.name, command.language or known.language
    _change(turn, replace(known, name=name, zone=command.zone, language=language))


def _is_from_own_room(turn: Turn) -> bool:
    """Return whether the patient's or the doctor's actor of this person asks."""
    user, caller = turn.state.user, turn.asked.caller
    return any(is_actor(caller, Address(kind, user)) for kind in ("patient", "doctor"))


def _change(turn: Turn, new: Recipient) -> None:
    if new == turn.state.recipient:
        return
    user, email, name, role, zone, language = astuple(new)
    turn.add(RecipientSet(user, email, name, role, zone, turn.at, language))
