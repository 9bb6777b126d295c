"""The day itself: who is there, what has begun and what is over."""

from datetime import datetime, timedelta

from actors.admin_router.messages import (
    Event,
    PatientCheckedIn,
    RecordCheckIn,
    RecordProgress,
    VisitMoved,
    VisitProgressed,
)
from actors.admin_router.state.kept import Router, Routing
from actors.admin_router.state.move_ends import UNAVAILABLE, ended
from actors.appointment import Status
from actors.asked import Asked
from actors.caller import By, Role

CHECK_IN_AHEAD = timedelta(minutes=30)
"""So long before a visit a patient may be there for it: as the patient's own actor has it."""
PROGRESS = frozenset({Status.IN_CALL, Status.FULFILLED, Status.NOSHOW})


def check_in(routing: Routing, command: RecordCheckIn, asked: Asked) -> list[Event]:
    """Return that the patient is there, if a doctor waits for them and does not know it yet.

    Who came for a time from which the visit has moved away meanwhile has not come for the new one.
    """
    won = routing.won
    if routing.status is not Status.CONFIRMED or won is None:
        return []
    if not _counts_for(won.start, command.since):
        return []
    doctor, number = won.doctor.id, routing.round
    return [PatientCheckedIn(command.appointment, doctor, number, command.since, asked.at)]


def still_there(before: Routing, moved: VisitMoved) -> list[Event]:
    """Return that who was there for the visit as it was *before* is there for the new time too."""
    since = before.arrived_at
    if since is None or not _counts_for(moved.start, since):
        return []
    doctor, number = moved.doctor.id, moved.round
    return [PatientCheckedIn(moved.appointment, doctor, number, since, moved.at)]


def _counts_for(start: datetime, since: datetime) -> bool:
    return since >= start - CHECK_IN_AHEAD


def record_progress(
    state: Router, routing: Routing, command: RecordProgress, asked: Asked
) -> list[Event]:
    """Return how far the visit came by its doctor's word; it does not move any more then."""
    if not routing.status.stands or not routing.won_by(command.doctor, command.round):
        return []
    if command.status not in PROGRESS or command.status is routing.status:
        return []
    patient, doctor = routing.request.patient, By(Role.DOCTOR, command.doctor)
    progressed = VisitProgressed(command.appointment, patient, command.status, asked.at, doctor)
    stays = routing.move and ended(state, routing, routing.move, UNAVAILABLE, asked)
    return [*(stays or []), progressed]
