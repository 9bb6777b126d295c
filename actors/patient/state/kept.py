"""What a patient's actor keeps."""

import msgspec

from actors.ids import AppointmentId, PatientId
from actors.patient.messages import AppointmentView, Notice


class Patient(msgspec.Struct, frozen=True):
    """One patient, with their appointments in the order in which they were requested."""

    id: PatientId
    name: str = ""
    """Empty until the account has told us who this is."""
    zone: str = "UTC"
    appointments: dict[AppointmentId, AppointmentView] = {}
    notices: tuple[Notice, ...] = ()
    """Oldest first."""
    noticed: int = 0
    """The number of the last notice."""
    read_up_to: int = 0

    @property
    def registered(self) -> bool:
        """Whether the account has told us who this is."""
        return bool(self.name)

    @property
    def unread(self) -> int:
        """How many notices wait to be read."""
        return self.noticed - self.read_up_to


def born(key: str) -> Patient:
    """Return somebody of whom we know nothing yet."""
    return Patient(PatientId(key))
