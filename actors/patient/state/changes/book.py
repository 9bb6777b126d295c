"""How a change is written down: the appointment and its timeline."""

from msgspec.structs import replace

from actors.appointment import Span, Status
from actors.patient.messages import AppointmentView, TimelineEntry
from actors.patient.state.kept import Patient
from actors.patient.state.reminders import is_set

TIMELINE_KEPT = 100


def put(state: Patient, view: AppointmentView) -> Patient:
    """Return the patient whose appointment *view* is as it says."""
    return replace(state, appointments={**state.appointments, view.id: view})


def stepped(state: Patient, view: AppointmentView, entry: TimelineEntry) -> Patient:
    """Return the patient for whose appointment *entry* is the last step."""
    return put(state, replace(view, timeline=(*view.timeline, entry)[-TIMELINE_KEPT:]))


def without_offers(view: AppointmentView) -> AppointmentView:
    """Return *view* with no other time on its way."""
    return replace(view, choices=None, chosen=None, moving_to=None, wished=False)


def unplaced(view: AppointmentView, status: Status) -> AppointmentView:
    """Return *view* in *status*, with nobody and no time to it; what time it had is kept aside."""
    return replace(
        without_offers(view),
        status=status,
        with_name="",
        stage=None,
        answer_by=None,
        doctor=None,
        start=None,
        end=None,
        doctor_zone="",
        walls=None,
        arrived_at=None,
        reminders=tuple(each for each in view.reminders if not is_set(each)),
        last_time=time_of(view) or view.last_time,
    )


def time_of(view: AppointmentView) -> Span | None:
    """Return the time that *view* has, if it has one."""
    return None if view.start is None or view.end is None else Span(view.start, view.end)
