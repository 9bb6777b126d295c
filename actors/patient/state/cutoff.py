"""Until when a patient may move or cancel a visit alone."""

from datetime import datetime

from actors.appointment import Status
from actors.patient.messages import AppointmentView
from actors.patient.state.kept import Patient, Visit, visit_of
from actors.patient.state.refusals import AppointmentOver, NotConfirmed, TooLateToChange
from actors.zones import ZONES


def changeable(state: Patient, view: AppointmentView, now: datetime) -> Visit:
    """Return the visit that *view* is, or refuse when it can't be changed any more."""
    visit = visit_of(view)
    if view.status.final or (visit is not None and visit.end <= now):
        raise AppointmentOver
    if visit is None:
        raise NotConfirmed
    if view.status is Status.IN_CALL:
        raise TooLateToChange("The visit has begun. Please tell your doctor.")
    until = view.request.visit.cutoff_before(visit.start)
    if now >= until:
        raise TooLateToChange(_sentence(state, until))
    return visit


def _sentence(state: Patient, until: datetime) -> str:
    wall = until.astimezone(ZONES[state.zone])
    return (
        f"This visit could be changed here until {wall:%d %B %Y, %H:%M} ({state.zone}). "
        "Please call the clinic."
    )
