"""The diary knows that a visit began and what it came to; its note knows who may write it."""

from actors.call_session.messages import DoctorsSet, Event, Outcome, OutcomeSet, VisitStarted
from actors.doctor import messages as doctor
from actors.effects import Effect, Send
from actors.ids import AppointmentId, DoctorId, UserId
from actors.visit_note import messages as visit_note

STATUSES = {
    Outcome.COMPLETED: doctor.OfferStatus.FULFILLED,
    Outcome.FOLLOW_UP: doctor.OfferStatus.FULFILLED,
    Outcome.NOSHOW: doctor.OfferStatus.NOSHOW,
}
"""What the diary is told of an outcome; of `CALL_AGAIN` nothing: the visit goes on."""


def of_visits(event: Event) -> list[Effect]:
    """Return whom the steps of a visit are told."""
    match event:
        case VisitStarted(appointment, user):
            return [_record(user, appointment, doctor.OfferStatus.IN_CALL)]
        case OutcomeSet(appointment, outcome, doctor=user) if appointment and user:
            status = STATUSES.get(outcome)
            return [_record(user, appointment, status)] if status else []
        case DoctorsSet():
            return [_people(event)]
        case _:
            return []


def _record(user: UserId, appointment: AppointmentId, status: doctor.OfferStatus) -> Send:
    record = doctor.RecordCall(appointment, status)
    return Send(doctor.address_of(DoctorId(user)), record)


def _people(event: DoctorsSet) -> Send:
    people = visit_note.SetPeople(event.appointment, event.patient, event.doctors, event.start)
    return Send(visit_note.address_of(event.appointment), people)
