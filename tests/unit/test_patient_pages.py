"""A patient with very many appointments is answered in pages: newest first, and each page fits."""

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.asked import Asked
from actors.ids import AppointmentId, MessageId
from actors.patient import messages as patient
from actors.patient.actor import ROOM
from actors.runtime.codec import encode
from tests.unit.patient_support import NOON, PAT, WISH, Person

MOST = 256 * 1024 - 1024
"""Bytes of a view, with room for the envelope around it."""
REASONS = ("Short.", "x" * 1500, "心" * 2000)


def crowded(count: int, reason: str) -> Person:
    """Return a patient with so many appointments."""
    person = Person()
    person.does(WISH)
    [one] = person.state.appointments.values()
    many = [
        replace(one, id=AppointmentId(f"a{n}"), request=replace(one.request, reason=reason))
        for n in range(count)
    ]
    person.state = replace(person.state, appointments={each.id: each for each in many})
    return person


@given(count=st.integers(0, 150), limit=st.integers(-1, 300), reason=st.sampled_from(REASONS))
@example(count=150, limit=100, reason=REASONS[2])
def test_pages_are_all_appointments_newest_first_and_each_fits(
    count: int, limit: int, reason: str
) -> None:
    person, found = crowded(count, reason), list[AppointmentId]()
    while True:
        query = patient.ListAppointments(found[-1] if found else None, limit)
        page = ROOM.answer(person.state, query, Asked(PAT, NOON, MessageId("query")))
        assert len(encode(page)) <= MOST
        assert len(page.items) <= max(1, limit)
        found += [each.id for each in page.items]
        if not page.more:
            break
    assert found == [f"a{n}" for n in reversed(range(count))]
