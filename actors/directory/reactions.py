"""Whom the directory tells: accounts of invitations and profiles, doctors of closed days, staff."""

from collections.abc import Sequence

from actors.accounts.messages import ApproveAccount, RecordProfile, RejectInvitation, address_of
from actors.address import Address
from actors.conversation import messages as conversation
from actors.directory.messages import (
    Closure,
    Event,
    HouseSet,
    InvitationDenied,
    InvitationGranted,
    PersonNoted,
    ProfileRecorded,
    RepliedForClinic,
    StaffAlerted,
    StaffSettled,
)
from actors.doctor import messages as doctor
from actors.effects import Effect, Send
from actors.ids import DoctorId, UserId
from actors.notify import messages as notify


def react(event: Event, _me: Address) -> Sequence[Effect]:  # noqa: PLR0911  one case per event
    """Return what *event* makes the directory tell others."""
    match event:
        case InvitationGranted(account=account):
            return [Send(address_of(account), ApproveAccount())]
        case InvitationDenied(account):
            return [Send(address_of(account), RejectInvitation())]
        case HouseSet(house, doctors):
            return [_closed(each, house.closures) for each in doctors]
        case PersonNoted(person, closures) if closures:
            return [_closed(person.user, closures)]
        case StaffAlerted(admins, notice):
            alert = notify.Notify(notice, alert=True)
            return [Send(notify.address_of(each), alert) for each in admins]
        case StaffSettled(admins, topic, appointment):
            settle = notify.Settle(topic, appointment)
            return [Send(notify.address_of(each), settle) for each in admins]
        case RepliedForClinic(thread, number, text, opens_at):
            reply = conversation.ReplyAutomatically(number, text, opens_at)
            return [Send(conversation.address_of(thread), reply)]
        case ProfileRecorded(person):
            told = RecordProfile(person.name, person.zone)
            return [Send(address_of(person.account), told)]
        case _:
            return []


def _closed(who: UserId, closures: tuple[Closure, ...]) -> Send:
    return Send(doctor.address_of(DoctorId(who)), doctor.NoteClosures(closures))
