"""Further visits of a series, taken into the books."""

from actors.admin_router.messages import AdoptVisit, Event, VisitAdopted
from actors.admin_router.state.kept import Router
from actors.asked import Asked


def adopt(state: Router, command: AdoptVisit, asked: Asked) -> list[Event]:
    """Return that the visit is in the books: it was claimed by being booked."""
    appointment = command.request.appointment
    if state.find(appointment):
        return []
    return [
        VisitAdopted(
            appointment=appointment,
            request=command.request,
            doctor=command.doctor,
            doctor_zone=command.doctor_zone,
            start=command.start,
            end=command.end,
            at=asked.at,
        )
    ]
