"""Where a page of visits begins, as links say it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.appointment import Mark
from actors.ids import AppointmentId
from http_edge.marks import mark_of, text_of

ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
STARTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001 - the strategy adds a zone


@given(STARTS, st.text(max_size=40))
def test_a_link_leads_to_where_it_was_made(start: datetime, appointment: str) -> None:
    mark = Mark(start, AppointmentId(appointment))
    said = text_of(mark)
    assert said.split(",")[0].endswith("Z")
    assert mark_of(said) == mark


@pytest.mark.parametrize(
    "text",
    ["", "nothing", ",a", "2026-03-02,a", "2026-03-02T09:00:00,a", "0001-01-01T00:00:00+14:00,a"],
)
def test_what_says_no_place_says_none(text: str) -> None:
    assert mark_of(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    mark = mark_of(text)
    assert mark is None or mark.start.tzinfo is UTC
