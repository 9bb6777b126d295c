"""What the thread with the doctor is told of a visit: each step, as a line between the messages."""

from actors.address import Address
from actors.appointment import DoctorRef, Status
from actors.conversation.messages import RecordVisit, VisitStep, address_of, between
from actors.effects import Effect, Send
from actors.ids import PatientId
from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentDeclined,
    AppointmentMoved,
    AppointmentProgressed,
    AppointmentReturned,
    Event,
)

PROGRESS = {
    Status.IN_CALL: VisitStep.STARTED,
    Status.FULFILLED: VisitStep.FULFILLED,
    Status.NOSHOW: VisitStep.NOSHOW,
}


def to_threads(event: Event, me: Address) -> list[Effect]:
    """Return what the threads of the patient whose actor is *me* are told of *event*."""
    return [Send(address_of(between(PatientId(me.key), to.doctor.id)), to) for to in _steps(event)]


def _steps(event: Event) -> list[RecordVisit]:
    match event:
        case AppointmentConfirmed():
            return [_placed(event, VisitStep.CONFIRMED)]
        case AppointmentMoved():
            return _moved(event)
        case AppointmentProgressed(status=status, doctor=DoctorRef() as doctor):
            return _progressed(event, doctor, PROGRESS.get(status))
        case _:
            return _ended(event)


def _progressed(
    event: AppointmentProgressed, doctor: DoctorRef, step: VisitStep | None
) -> list[RecordVisit]:
    if step is None:
        return []
    return [RecordVisit(event.appointment, step, doctor, event.patient_name, event.start)]


def _moved(event: AppointmentMoved) -> list[RecordVisit]:
    """Return a step for the doctor's thread, and for the one of before, if that is another."""
    if event.before is None:
        return [_placed(event, VisitStep.MOVED)]
    gone = RecordVisit(event.appointment, VisitStep.REASSIGNED, event.before)
    return [gone, _placed(event, VisitStep.CONFIRMED)]


def _placed(event: AppointmentConfirmed | AppointmentMoved, step: VisitStep) -> RecordVisit:
    return RecordVisit(
        event.appointment, step, event.doctor, event.patient_name, event.start, event.end
    )


def _ended(event: Event) -> list[RecordVisit]:
    match event:
        case AppointmentReturned():
            step = VisitStep.RETURNED
        case AppointmentCancelled():
            step = VisitStep.CANCELLED
        case AppointmentDeclined():
            step = VisitStep.DECLINED
        case _:
            return []
    if event.doctor is None:
        return []
    return [RecordVisit(event.appointment, step, event.doctor, start=event.start, end=event.end)]
