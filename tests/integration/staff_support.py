"""A ward at work: hours, requests and visits, made over the API for tests of staff's pages."""

from datetime import datetime, timedelta
from typing import Any

from actors.zones import ZONES
from tests.edge import ZONE, Edge, Person, Ward


async def set_hours(doctor: Person, **more: Any) -> None:  # noqa: ANN401  fields of the hours
    """Let *doctor* be there every day, all day long."""
    weekly = [{"weekday": day, "start": "00:00", "end": "00:00"} for day in range(7)]
    answer = await doctor.call("PUT", "/doctor/hours", {"zone": ZONE, "weekly": weekly, **more})
    assert answer.status == 200, answer.text


async def ask_for(edge: Edge, ward: Ward, patient: Person, **wish: Any) -> str:  # noqa: ANN401
    """Let *patient* ask to be seen; return the request, once it is routed."""
    answer = await patient.post("/appointments", ward.wish(**wish))
    assert answer.status == 201, answer.text
    await edge.clinic.settled()
    return str(answer.json["id"])


async def accept(edge: Edge, doctor: Person, appointment: str, start: datetime) -> None:
    """Let *doctor* accept at *start*; return once it is confirmed to all."""
    answer = await doctor.post(
        f"/doctor/requests/{appointment}/accept", {"start": start.isoformat()}
    )
    assert answer.status == 200, answer.text
    await edge.clinic.settled()


def soon(edge: Edge, minutes: int = 20) -> datetime:
    """Return a full minute so many minutes from now."""
    now = edge.clinic.clock.now().replace(second=0, microsecond=0)
    return now + timedelta(minutes=minutes)


def on_day(edge: Edge, days: int, hour: int) -> datetime:
    """Return *hour* o'clock in the ward's zone, *days* from today."""
    day = edge.clinic.clock.now().astimezone(ZONES[ZONE]) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
