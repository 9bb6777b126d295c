"""How an appointment ends without a visit."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.appointment import Status
from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentDeclined,
    AppointmentExpired,
    AppointmentView,
    Step,
    TimelineEntry,
)
from actors.patient.state.changes.book import stepped, time_of, unplaced, without_offers
from actors.patient.state.kept import Patient
from actors.patient.state.reminders import is_set

Ending: TypeAlias = AppointmentCancelled | AppointmentDeclined | AppointmentExpired


def evolve_ending(state: Patient, event: Ending) -> Patient:
    """Return the patient whose appointment has ended by *event*."""
    before = state.appointments[event.appointment]
    match event:
        case AppointmentCancelled(reason=reason, at=at):
            entry = TimelineEntry(Step.CANCELLED, at, why=reason, start=before.start)
            return stepped(state, _cancelled(before, event), entry)
        case AppointmentDeclined(reason=reason, at=at, start=start):
            entry = TimelineEntry(Step.DECLINED, at, why=reason, start=start)
            return stepped(state, _declined(before, event), entry)
        case AppointmentExpired(at=at):
            return stepped(state, unplaced(before, Status.EXPIRED), TimelineEntry(Step.EXPIRED, at))
        case _:
            assert_never(event)


def _cancelled(before: AppointmentView, event: AppointmentCancelled) -> AppointmentView:
    view = _struck_out(before, Status.CANCELLED, event)
    return replace(view, cancelled_for=event.why)


def _declined(before: AppointmentView, event: AppointmentDeclined) -> AppointmentView:
    if event.start is None:
        return replace(unplaced(before, Status.DECLINED), reason=event.reason)
    return _struck_out(before, Status.DECLINED, event)


def _struck_out(
    before: AppointmentView, status: Status, event: AppointmentCancelled | AppointmentDeclined
) -> AppointmentView:
    """Return what has ended by a person's word; with whom and when it was is still shown."""
    return replace(
        without_offers(before),
        status=status,
        answer_by=None,
        reason=event.reason,
        sequence=max(before.sequence, event.sequence),
        reminders=tuple(each for each in before.reminders if not is_set(each)),
        last_time=time_of(before) or before.last_time,
    )
