"""A clinic with one request on its way, for the tests of the router."""

from datetime import timedelta

import pytest

from actors.admin_router import messages as router
from actors.caller import Caller
from actors.ids import AppointmentId
from actors.refusal import Refusal
from tests.rooms import ADMIN, CATEGORY, DESK, MONDAY, Clinic, ref, request, small_clinic


def routed(*doctors: str, category: str = CATEGORY) -> tuple[Clinic, AppointmentId]:
    """Return a clinic with one request on its way."""
    clinic = small_clinic(*doctors)
    appointment = request(clinic, category=category)
    clinic.settle()
    return clinic, appointment


def seen(clinic: Clinic, appointment: AppointmentId) -> router.RoutedRequest:
    view = clinic.ask(DESK, router.GetRequest(appointment), ADMIN)
    assert isinstance(view, router.RoutedRequest)
    return view


def refusal(clinic: Clinic, command: router.Command, caller: Caller = ADMIN) -> Refusal:
    """Return why the router refuses *command*."""
    with pytest.raises(Refusal) as caught:
        clinic.tell(DESK, command, caller)
    return caught.value


def claim(name: str, appointment: AppointmentId, hours: int = 1) -> router.ClaimRequest:
    start = MONDAY + timedelta(hours=hours)
    end = start + timedelta(minutes=20)
    return router.ClaimRequest(appointment, 1, ref(name), "UTC", start, end)
