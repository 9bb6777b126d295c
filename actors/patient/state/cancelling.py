"""How a patient withdraws a request or cancels a visit."""

from msgspec.structs import replace

from actors.appointment import Status
from actors.asked import Asked
from actors.patient.messages import AppointmentCancelled, Event, WithdrawRequest
from actors.patient.state.cutoff import changeable
from actors.patient.state.kept import Patient
from actors.patient.state.refusals import AppointmentOver
from actors.patient.state.reminders import dropped
from actors.refusal import optional_text

LONGEST_WITHDRAWAL = 500


def withdraw(state: Patient, command: WithdrawRequest, asked: Asked) -> list[Event]:
    """Return the end of it: of a request at any time, of a visit until its cut-off."""
    reason = optional_text("reason", command.reason, LONGEST_WITHDRAWAL)
    view = state.get(command.appointment)
    if view.status is Status.CANCELLED:
        return []
    if view.status.final:
        raise AppointmentOver
    department = view.request.department
    cancelled = AppointmentCancelled(view.id, department, reason, asked.at, command.why)
    if view.status.open:
        return [cancelled]
    visit = changeable(state, view, asked.at)
    struck_out = replace(
        cancelled,
        dropped=dropped(view.reminders),
        doctor=visit.doctor,
        start=visit.start,
        end=visit.end,
        doctor_zone=visit.doctor_zone,
        sequence=view.sequence + 1,
    )
    return [struck_out]
