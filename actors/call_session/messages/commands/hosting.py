"""Told by the host: who is let in, held or sent away, and what the visit came to."""

from typing import TypeAlias

from actors.appointment import DoctorRef
from actors.call_session.messages.common import Message, Outcome
from actors.ids import GuestId, UserId


class TellWaiting(Message, frozen=True):
    """By the host: a word for who waits (`five minutes late`); empty takes it back."""

    text: str


class HoldPerson(Message, frozen=True):
    """By the host: *user* is neither heard nor seen for now (*held*), or is again."""

    user: UserId
    held: bool


class RemovePerson(Message, frozen=True):
    """By the host: *user* leaves the call at once. A guest's link is over then."""

    user: UserId


class InviteGuest(Message, frozen=True):
    """By the host or the patient: let this person into the visit. *code_hash*: see `Guest`."""

    name: str
    as_what: str
    code_hash: str


class InviteDoctor(Message, frozen=True):
    """By the host: ring a colleague to join, or (*take_over*) to go on in my place."""

    doctor: DoctorRef
    take_over: bool = False


class Uninvite(Message, frozen=True):
    """By the host, or who invited them: the link of this guest is over."""

    guest: GuestId


class EndCall(Message, frozen=True):
    """By the host: over for all. *outcome* tells the diary; None: it is asked later."""

    outcome: Outcome | None = None


class SetOutcome(Message, frozen=True):
    """By the host, after the call: what it came to."""

    outcome: Outcome


HostCommand: TypeAlias = (
    TellWaiting
    | HoldPerson
    | RemovePerson
    | InviteGuest
    | InviteDoctor
    | Uninvite
    | EndCall
    | SetOutcome
)
