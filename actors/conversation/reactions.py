"""Whom a conversation tells, and what it wakes up for."""

from collections.abc import Sequence

from actors.address import Address
from actors.call_session import messages as call_session
from actors.caller import Role
from actors.conversation.messages import (
    EndCare,
    Event,
    Member,
    MembersSet,
    MessageDeleted,
    MessagePosted,
    MessagesMarked,
    VisitRecorded,
    between,
)
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.effects import Effect, Send, Unwake, Wake
from actors.files import messages as files
from actors.ids import ConversationId, DoctorId, PatientId, UserId
from actors.notify import messages as notify

CARE = "care"
"""The wake-up at which the thread closes by itself."""


def react(event: Event, me: Address) -> Sequence[Effect]:
    """Return what *event* makes this actor send and wake up for."""
    thread = ConversationId(me.key)
    match event:
        case MembersSet():
            return [_folk(event, thread), _callers(event, thread), *_memberships(event, thread)]
        case VisitRecorded(ends_care=ends_care):
            return [Wake(CARE, ends_care, EndCare()) if ends_care else Unwake(CARE)]
        case MessagePosted():
            return [*_posted(event, thread), *_hours(event, thread)]
        case MessageDeleted(files=gone) if gone:
            return [Send(files.address_of(thread), files.WithdrawFiles(gone))]
        case MessagesMarked(user=user, unread=unread, newly_read=True):
            return [Send(notify.address_of(user), notify.NoteRead(thread, unread))]
        case _:
            return []


# --- who takes part ------------------------------------------------------------------------------


def _reads(event: MembersSet, member: Member) -> bool:
    return not event.closed or member.role is Role.PATIENT


def _folk(event: MembersSet, thread: ConversationId) -> Send:
    readers = tuple(each.user for each in event.members if _reads(event, each))
    return Send(files.address_of(thread), files.SetFolk(readers, () if event.closed else readers))


def _callers(event: MembersSet, thread: ConversationId) -> Send:
    """Return who may call one another: the members of a thread that is open."""
    people = tuple(_person(each) for each in event.members)
    told = call_session.SetThread(thread, people, open=not event.closed)
    return Send(call_session.address_of(call_session.of_thread(thread)), told)


def _person(member: Member) -> call_session.Person:
    is_patient = member.role is Role.PATIENT
    part = call_session.Part.PATIENT if is_patient else call_session.Part.HOST
    return call_session.Person(member.user, member.name, part)


def _memberships(event: MembersSet, thread: ConversationId) -> list[Send]:
    """Return who is told that they take part, or do no more. A closed thread is the patient's."""
    told = [(each.user, _reads(event, each)) for each in event.members]
    told += [(user, False) for user in event.left]
    return [
        Send(notify.address_of(user), notify.NoteThread(_thread_of(event, thread, user), member))
        for user, member in told
    ]


def _thread_of(event: MembersSet, thread: ConversationId, user: UserId) -> notify.ThreadRef:
    return notify.ThreadRef(thread, _other_side(event, user), open=not event.closed)


def _other_side(event: MembersSet, user: UserId) -> str:
    """Return who is on the other side of *user*: the group or the doctor, or the patient.

    A doctor may have a thread with the same patient alone, so the group is named to them too.
    """
    is_patient = any(each.user == user and each.role is Role.PATIENT for each in event.members)
    if is_patient and event.team:
        return event.team
    side = Role.DOCTOR if is_patient else Role.PATIENT
    name = next((each.name for each in event.members if each.role is side), "")
    return f"{name}, {event.team}" if event.team else name


# --- what was written ----------------------------------------------------------------------------


def _posted(event: MessagePosted, thread: ConversationId) -> list[Send]:
    noted = notify.NoteMessage(thread, event.number, event.at)
    written = notify.NoteWritten(thread, event.at)
    claimed = files.ClaimFiles(tuple(each.file for each in event.files))
    return [
        *(Send(notify.address_of(user), noted) for user in event.to),
        Send(notify.address_of(event.author), written),
        *([Send(files.address_of(thread), claimed)] if event.files else []),
    ]


def _hours(event: MessagePosted, thread: ConversationId) -> list[Send]:
    """Return who is asked whether somebody answers now: the doctor, or for a group the clinic."""
    if not event.ask_hours:
        return []
    for user in event.to:
        if between(PatientId(event.author), DoctorId(user)) == thread:
            told = doctor.PatientWrote(thread, event.number, event.at)
            return [Send(doctor.address_of(DoctorId(user)), told)]
    return [Send(directory.ADDRESS, directory.PatientWrote(thread, event.number, event.at))]
