"""What the patient's own letter box is told: times, names and calendar entries, never a reason."""

from datetime import datetime
from typing import TypeAlias

from msgspec.structs import replace

from actors.address import Address
from actors.appointment import DoctorRef, Status
from actors.effects import Effect, Send
from actors.ids import AppointmentId
from actors.notify.messages import (
    NO_LANGUAGE,
    CalendarEntry,
    Notice,
    Notify,
    SetZone,
    Topic,
    address_of,
    primary,
)
from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentDeclined,
    AppointmentExpired,
    AppointmentMoved,
    AppointmentProgressed,
    AppointmentRequested,
    AppointmentReturned,
    ChoicesClosed,
    ClinicAsked,
    ClocksChanged,
    Event,
    MoveEnded,
    ProfileChanged,
    ReminderSent,
    TimesOffered,
)

Timed: TypeAlias = (
    AppointmentConfirmed
    | AppointmentMoved
    | AppointmentReturned
    | AppointmentCancelled
    | AppointmentDeclined
)


def letters(event: Event, me: Address) -> list[Effect]:
    """Return what the letter box of the patient whose actor is *me* is told of *event*."""
    box = address_of(me.key)
    if isinstance(event, ProfileChanged):
        return [Send(box, SetZone(event.zone, event.name, _language(event)))]
    notice = _of_request(event) or _of_visit(event)
    return [] if notice is None else [Send(box, Notify(notice))]


def _language(event: ProfileChanged) -> str:
    """Return what the box is told of the language: empty where facts stay as they are."""
    return "" if event.facts is None else primary(event.facts.language) or NO_LANGUAGE


def _of_request(event: Event) -> Notice | None:
    match event:
        case AppointmentRequested(appointment, adopted=False):
            return Notice(Topic.RECEIVED, appointment)
        case TimesOffered():
            return _offer(event)
        case ChoicesClosed(appointment, why="lapsed"):
            return Notice(Topic.LAPSED, appointment)
        case ClinicAsked(appointment):
            return Notice(Topic.ASKED, appointment)
        case AppointmentExpired(appointment):
            return Notice(Topic.EXPIRED, appointment)
        case _:
            return None


def _offer(event: TimesOffered) -> Notice:
    return Notice(
        Topic.EARLIER if event.earlier else Topic.OFFERED,
        event.appointment,
        other_zone=event.doctor_zone,
        with_name=event.doctor.name,
        until=event.until,
        choices=tuple(span.start for span in event.spans),
    )


def _of_visit(event: Event) -> Notice | None:
    match event:
        case AppointmentConfirmed():
            return _with_entry(Topic.CONFIRMED, event)
        case AppointmentMoved():
            return _with_entry(Topic.MOVED, event)
        case AppointmentReturned():
            return _with_entry(Topic.RETURNED, event, struck_out=True)
        case AppointmentCancelled():
            return _with_entry(Topic.CANCELLED, event, struck_out=True)
        case AppointmentDeclined():
            return _with_entry(Topic.DECLINED, event, struck_out=True)
        case _:
            return _of_its_day(event)


def _of_its_day(event: Event) -> Notice | None:
    match event:
        case ReminderSent(appointment, minutes, doctor, start, _, zone):
            notice = _plain(Topic.REMINDER, appointment, doctor, start, zone)
            return replace(notice, minutes=minutes)
        case MoveEnded(appointment, why, doctor=doctor, start=start, doctor_zone=zone):
            topic = Topic.LAPSED if why == "lapsed" else Topic.STAYED
            return _plain(topic, appointment, doctor, start, zone)
        case ClocksChanged(appointment, doctor=doctor, start=start, doctor_zone=zone):
            return _plain(Topic.CLOCKS, appointment, doctor, start, zone)
        case AppointmentProgressed(appointment, Status.NOSHOW, _, _, doctor, start, zone):
            return _plain(Topic.NOSHOW, appointment, doctor, start, zone)
        case _:
            return None


def _plain(
    topic: Topic,
    appointment: AppointmentId,
    doctor: DoctorRef | None,
    start: datetime | None,
    zone: str,
) -> Notice:
    name = "" if doctor is None else doctor.name
    return Notice(topic, appointment, start, zone, name)


def _with_entry(topic: Topic, event: Timed, *, struck_out: bool = False) -> Notice:
    """Return a notice with the calendar entry of the visit, if it has (or had) a time."""
    if event.start is None or event.end is None:
        return Notice(topic, event.appointment)
    entry = CalendarEntry(
        event.appointment, event.sequence, event.start, event.end, cancelled=struck_out
    )
    name = "" if event.doctor is None else event.doctor.name
    return Notice(topic, event.appointment, event.start, event.doctor_zone, name, calendar=entry)
