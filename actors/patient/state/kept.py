"""What a patient's actor keeps."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from actors.appointment import DoctorRef, PatientRef, Span
from actors.ids import AppointmentId, PatientId
from actors.patient.messages import AppointmentView, Facts
from actors.refusal import NotFound


class Patient(msgspec.Struct, frozen=True):
    """One patient, with their appointments in the order in which they were requested."""

    id: PatientId
    name: str = ""
    """Empty until the account has told us who this is."""
    zone: str = "UTC"
    appointments: dict[AppointmentId, AppointmentView] = {}
    facts: Facts = Facts()

    @property
    def registered(self) -> bool:
        """Whether the account has told us who this is."""
        return bool(self.name)

    def get(self, appointment: AppointmentId) -> AppointmentView:
        """Return this appointment, or raise `NotFound`."""
        if appointment not in self.appointments:
            raise NotFound
        return self.appointments[appointment]


def born(key: str) -> Patient:
    """Return somebody of whom we know nothing yet."""
    return Patient(PatientId(key))


def ref_of(state: Patient) -> PatientRef:
    """Return the patient as those may call them who see them: without their birthday."""
    return PatientRef(state.id, state.name, state.zone, state.facts.language)


class Visit(NamedTuple):
    """With whom and when an appointment stands."""

    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str


def is_taken(state: Patient, span: Span, without: AppointmentId | None = None) -> bool:
    """Return whether the patient has a visit in *span*, but for the one that would move there."""
    others = (visit_of(each) for key, each in state.appointments.items() if key != without)
    return any(each and each.start < span.end and span.start < each.end for each in others)


def visit_of(view: AppointmentView) -> Visit | None:
    """Return with whom and when *view* stands, or None when it does not."""
    if not view.status.stands or view.doctor is None or view.start is None or view.end is None:
        return None
    return Visit(view.doctor, view.start, view.end, view.doctor_zone)
