"""What clocks on walls show."""

from datetime import datetime

from actors.patient.messages import Walls
from actors.zones import ZONES


def walls_of(start: datetime, doctor_zone: str, patient_zone: str) -> Walls:
    """Return what the clocks of doctor and patient show at *start*."""
    return Walls(_wall(start, doctor_zone), _wall(start, patient_zone))


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZONES.get(zone, ZONES["UTC"])).replace(tzinfo=None)
