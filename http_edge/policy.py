"""Who may call a route: data, deny by default. Whose thing it is, the actors know."""

from dataclasses import dataclass

from actors.caller import Caller, Role


@dataclass(frozen=True, slots=True)
class Policy:
    """The roles that may call; everybody else is turned away at the door."""

    name: str
    roles: frozenset[Role]
    identify: bool = True
    """Whether the door finds out who asks (static files do not care)."""

    @property
    def open(self) -> bool:
        """Whether a visitor who has not signed in may call."""
        return Role.NOBODY in self.roles

    def allows(self, caller: Caller) -> bool:
        """Whether *caller*'s role may call."""
        return caller.role in self.roles


_PEOPLE = frozenset({Role.PATIENT, Role.DOCTOR, Role.ADMIN})

ANYBODY = Policy("anybody", _PEOPLE | {Role.NOBODY})
UNIDENTIFIED = Policy("unidentified", _PEOPLE | {Role.NOBODY}, identify=False)
"""For what is the same for everybody: static files, keys, the API's description."""
SIGNED_IN = Policy("signed in", _PEOPLE)
PATIENT = Policy("patient", frozenset({Role.PATIENT}))
DOCTOR = Policy("doctor", frozenset({Role.DOCTOR}))
PATIENT_OR_DOCTOR = Policy("patient or doctor", frozenset({Role.PATIENT, Role.DOCTOR}))
DOCTOR_OR_ADMIN = Policy("doctor or admin", frozenset({Role.DOCTOR, Role.ADMIN}))
ADMIN = Policy("admin", frozenset({Role.ADMIN}))
GUEST = Policy("guest", frozenset({Role.GUEST}))
"""Under `/join/{call}`: whoever was let into that call by a link, and nobody else."""
