"""Guests: family, an interpreter, somebody who looks after the patient. They come by a link."""

import re
from datetime import datetime

from actors.asked import Asked
from actors.call_session.messages import (
    GUEST_WITHIN,
    LONGEST_NAME,
    MOST_GUESTS,
    EnterAsGuest,
    Guest,
    GuestEntered,
    GuestInvited,
    GuestUninvited,
    InviteGuest,
    Leaving,
    Part,
    Uninvite,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.joining import leave
from actors.call_session.state.kept import Session
from actors.call_session.state.permissions import participant
from actors.call_session.state.refusals import SessionEnded, TooManyGuests, VisitsOnly
from actors.caller import Role
from actors.ids import GuestId, UserId
from actors.refusal import Invalid, NotAllowed, NotFound, optional_text, required_text

HASH = re.compile(r"[0-9a-f]{64}")


def invite(draft: Draft, command: InviteGuest) -> None:
    """Let somebody come in by a link; the same code again invites nobody else."""
    person = participant(draft.state, draft.asked)
    if person.part not in {Part.HOST, Part.PATIENT}:
        raise NotAllowed("Only the doctor and the patient can invite somebody.")
    until = _until(draft)
    guest = Guest(
        id=GuestId(draft.asked.new_id("guest")),
        name=required_text("name", command.name, LONGEST_NAME),
        as_what=optional_text("as_what", command.as_what, LONGEST_NAME),
        code_hash=_checked(command.code_hash),
        until=until,
        by=person.user,
    )
    if not any(each.code_hash == guest.code_hash for each in draft.state.guests.values()):
        draft.add(GuestInvited(guest, draft.state.appointment, draft.at))


def _until(draft: Draft) -> datetime:
    state = draft.state
    if not state.open:
        raise SessionEnded
    if state.hosting is None:
        raise VisitsOnly
    good = [each for each in state.guests.values() if each.until > draft.at]
    if len(good) >= MOST_GUESTS:
        raise TooManyGuests
    return state.hosting.end + GUEST_WITHIN


def _checked(code_hash: str) -> str:
    if not HASH.fullmatch(code_hash):
        raise Invalid(fields={"code_hash": "A SHA-256 in hexadecimal digits."})
    return code_hash


def uninvite(draft: Draft, command: Uninvite) -> None:
    """Let a link be over; who came by it leaves at once."""
    person = participant(draft.state, draft.asked)
    guest = draft.state.guests.get(command.guest)
    if guest is None or person.part not in {Part.HOST, Part.PATIENT}:
        raise NotFound
    if person.part is not Part.HOST and guest.by != person.user:
        raise NotAllowed("Only the doctor, and who invited somebody, can end an invitation.")
    end_guest(draft, guest.id, person.user)


def end_guest(draft: Draft, guest: GuestId, by: str) -> None:
    """Let *guest* be here no more, now and later."""
    leg = draft.state.leg_of(guest)
    if leg is not None:
        leave(draft, leg, Leaving.REMOVED, by=by)
    draft.add(GuestUninvited(guest, by, draft.at))


# --- at the door ---------------------------------------------------------------------------------


def enter(draft: Draft, command: EnterAsGuest) -> None:
    """Let whoever holds a good link in, under the name that they give."""
    guest = invited(draft.state, command.code_hash, draft.asked)
    name = required_text("name", command.name, LONGEST_NAME)
    draft.add(GuestEntered(guest.id, name, draft.at))


def invited(state: Session, code_hash: str, asked: Asked) -> Guest:
    """Return whom a link with this code is for, or raise `NotFound` when it is good no more."""
    if not state.open or asked.caller.role is Role.ACTOR:
        raise NotFound
    for guest in state.guests.values():
        if guest.code_hash == code_hash and guest.until > asked.at:
            return guest
    raise NotFound


def host_name(state: Session) -> str:
    """Return what the doctor of the visit is called."""
    return next((each.name for each in state.people if each.part is Part.HOST), "")


def without_hash(guest: Guest) -> Guest:
    """Return *guest* as others may see them."""
    return Guest(
        id=guest.id,
        name=guest.name,
        as_what=guest.as_what,
        code_hash="",
        until=guest.until,
        by=UserId(guest.by),
        entered_at=guest.entered_at,
    )
