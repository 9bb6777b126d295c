"""Who rang, came, left and was invited, in words."""

from typing import TypeAlias

from actors.call_session.messages import (
    DoctorInvited,
    GuestEntered,
    GuestInvited,
    GuestUninvited,
    HostChanged,
    Leaving,
    LegChanged,
    LegEntered,
    LegLeft,
    LegState,
    Rang,
    RingEnd,
    RingEnded,
)
from actors.visit_type import Medium
from http_edge.pages.call_log_wording.names import Names, Said
from http_edge.pages.call_wording import DECLINE

OfRings: TypeAlias = Rang | RingEnded
OfPages: TypeAlias = LegEntered | LegChanged | LegLeft
Invited: TypeAlias = GuestInvited | GuestEntered | GuestUninvited | DoctorInvited | HostChanged

RING = {
    RingEnd.ANSWERED: ("{to} answered {by}", "ok"),
    RingEnd.DECLINED: ("{to} did not take the call of {by}", "warn"),
    RingEnd.CANCELLED: ("{by} stopped ringing {to}", ""),
    RingEnd.TIMED_OUT: ("{to} did not answer {by} in time", "warn"),
    RingEnd.BUSY: ("{to} was in another call when {by} rang", "warn"),
    RingEnd.OVER: ("{to} is rung no more: the visit is over, moved or called off", ""),
}
LEFT = {
    Leaving.LEFT: ("{who} left {place}", ""),
    Leaving.LOST: ("The line of {who} broke and did not come back in time", "danger"),
    Leaving.REMOVED: ("{who} was taken out of {place}{by}", "warn"),
    Leaving.REPLACED: ("{who} went on with another page", ""),
    Leaving.ENDED: ("{who} was in {place} until it was ended", ""),
    Leaving.TRANSFERRED: ("{who} had handed the visit over, and left", ""),
}
ROOM, CALL = "the waiting room", "the call"


def said_of_rings(event: OfRings, names: Names) -> Said:
    """Return what *event* was."""
    ring = event.ring
    by, to = names.who(ring.by), names.who(ring.to)
    if isinstance(event, Rang):
        medium = "video" if ring.medium is Medium.VIDEO else "sound only"
        return f"{by} rang {to}, with {medium}.", ""
    words, tone = RING[event.how]
    return f"{words.format(by=by, to=to)}{_declined(event.reason)}.", tone


def _declined(reason: str) -> str:
    known = {each.value: words for each, words in DECLINE.items()}
    return f": “{known.get(reason, reason)}”" if reason else ""


def said_of_pages(event: OfPages, names: Names) -> Said:
    """Return what *event* was."""
    match event:
        case LegEntered():
            return _entered(event)
        case LegChanged():
            return _changed(event, names)
        case LegLeft(user=user, why=why, was=was, by=by):
            words, tone = LEFT[why]
            place = ROOM if was is LegState.WAITING else CALL
            remover = f" by {names.who(by)}" if by else ""
            return words.format(who=names.who(user), place=place, by=remover) + ".", tone


def _entered(event: LegEntered) -> Said:
    who = f"{event.name}, a guest," if event.guest else event.name
    if event.back:
        return f"The line of {event.name} is back.", "ok"
    if event.leg.state is LegState.WAITING:
        return f"{who} came to the waiting room.", ""
    medium = "video" if event.leg.medium is Medium.VIDEO else "sound only"
    return f"{who} came into the call, with {medium}.", "ok"


def _changed(event: LegChanged, names: Names) -> Said:
    who = names.who(event.user)
    match event.state:
        case LegState.RETURNING:
            return f"The line of {who} broke. Their place was kept.", "warn"
        case LegState.HELD:
            return f"{who} was put on hold.", ""
        case LegState.WAITING:
            return f"{who} is back in the waiting room.", ""
        case LegState.IN_CALL:
            return f"{who} is on hold no more.", ""


def said_of_invited(event: Invited, names: Names) -> Said:
    """Return what *event* was."""
    match event:
        case GuestInvited(guest):
            what = f" ({guest.as_what})" if guest.as_what else ""
            return f"{names.who(guest.by)} invited {guest.name}{what}.", ""
        case GuestEntered(name=name):
            return f"{name} opened the link of their invitation.", ""
        case GuestUninvited(guest=guest, by=by):
            return f"{names.who(by)} ended the invitation of {names.who(guest)}.", ""
        case DoctorInvited(person, take_over, by):
            what = "take over" if take_over else "join"
            return f"{names.who(by)} asked {person.name} to {what}.", ""
        case HostChanged(host=host, before=before):
            return f"{host.name} goes on in the place of {before.name}.", ""
