"""Whom a patient's actor tells: the router of the department that was asked."""

from actors.address import Address
from actors.admin_router import messages as router
from actors.effects import Effect, Send
from actors.patient.messages import AppointmentCancelled, AppointmentRequested, Event


def react(event: Event, me: Address) -> list[Effect]:  # noqa: ARG001 - every room is told its address
    """Return what *event* makes this actor send."""
    match event:
        case AppointmentRequested(request=request):
            return [Send(router.address_of(request.department), router.RouteRequest(request))]
        case AppointmentCancelled(appointment, department, reason):
            withdraw = router.WithdrawRequest(appointment, reason)
            return [Send(router.address_of(department), withdraw)]
        case _:
            return []
