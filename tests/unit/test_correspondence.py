"""Answering hours across weeks, midnight and changes of clocks; replies that are kept ready."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.correspondence import (
    Answering,
    AnsweringBlock,
    CannedReply,
    answered_at,
    checked_answering,
    checked_replies,
    filled,
    next_opening,
)
from actors.refusal import Invalid
from actors.zones import ZONES

OFFICE = Answering(
    "Europe/Berlin", tuple(AnsweringBlock(day, time(9), time(17)) for day in range(5)), "Later."
)
NIGHT = Answering("Europe/Berlin", (AnsweringBlock(6, time(22), time()),))


def berlin(*parts: int) -> datetime:
    """Return the instant at which Berlin's clock shows that."""
    return datetime(*parts, tzinfo=ZONES["Europe/Berlin"]).astimezone(UTC)  # type: ignore[misc, arg-type]


def test_inside_of_the_hours_somebody_answers_and_outside_the_next_opening_is_known() -> None:
    assert answered_at(OFFICE, berlin(2026, 3, 2, 9))
    assert answered_at(OFFICE, berlin(2026, 3, 2, 16, 59))
    evening = berlin(2026, 3, 6, 17)
    assert not answered_at(OFFICE, evening)
    opening = next_opening(OFFICE, evening)
    assert opening is not None
    assert opening.start == berlin(2026, 3, 9, 9)


def test_without_hours_nobody_is_told_of_any() -> None:
    assert answered_at(Answering(), berlin(2026, 3, 1, 3))
    assert next_opening(Answering(), berlin(2026, 3, 1, 3)) is None


def test_a_block_may_last_until_midnight() -> None:
    assert answered_at(NIGHT, berlin(2026, 3, 1, 23, 59))
    assert not answered_at(NIGHT, berlin(2026, 3, 2, 0))


def test_an_opening_that_is_skipped_by_the_clocks_begins_when_they_go_on() -> None:
    skipped = Answering("Europe/Berlin", (AnsweringBlock(6, time(2, 30), time(4)),))
    opening = next_opening(skipped, berlin(2026, 3, 29, 0))
    assert opening is not None
    assert opening.start == berlin(2026, 3, 29, 1, 59) + timedelta(minutes=31)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  UTC comes below
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]),
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 22)), min_size=1, max_size=5),
)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    at: datetime, zone: str, hours: set[tuple[int, int]]
) -> None:
    blocks = tuple(AnsweringBlock(day, time(hour), time(hour, 59)) for day, hour in hours)
    answering, now = Answering(zone, blocks), at.replace(tzinfo=UTC)
    opening = next_opening(answering, now)
    assert opening is not None
    assert opening.end > now
    assert answered_at(answering, max(opening.start, now))
    before = [now + share * (opening.start - now) / 7 for share in range(7)]
    assert opening.start <= now or not any(answered_at(answering, each) for each in before)


@pytest.mark.parametrize(
    "weekly",
    [
        (AnsweringBlock(7, time(9), time(10)),),
        (AnsweringBlock(0, time(10), time(9)),),
        (AnsweringBlock(0, time(9), time(12)), AnsweringBlock(0, time(11), time(13))),
        (AnsweringBlock(0, time(9), time()), AnsweringBlock(0, time(11), time(13))),
        tuple(AnsweringBlock(0, time(9, each), time(9, each + 1)) for each in range(51)),
    ],
)
def test_hours_that_make_no_sense_are_refused(weekly: tuple[AnsweringBlock, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        checked_answering(Answering("Europe/Berlin", weekly))
    assert "weekly" in refused.value.fields


def test_hours_are_kept_in_order_with_a_zone_that_exists() -> None:
    later, earlier = AnsweringBlock(3, time(9), time(12)), AnsweringBlock(0, time(9), time(12))
    kept = checked_answering(Answering("Europe/Berlin", (later, earlier), "  Hello. "))
    assert (kept.weekly, kept.text) == ((earlier, later), "Hello.")
    with pytest.raises(Invalid) as refused:
        checked_answering(Answering("Nowhere/Land"))
    assert "zone" in refused.value.fields


def test_a_reply_is_filled_in_and_what_is_unknown_stays() -> None:
    reply = CannedReply("Greeting", "Hello {patient}, see you {visit_date}. {unknown}")
    assert filled(reply, {"patient": "Pat"}) == "Hello Pat, see you {visit_date}. {unknown}"


def test_replies_need_a_title_of_their_own_and_a_text() -> None:
    assert checked_replies((CannedReply(" A ", " b "),)) == (CannedReply("A", "b"),)
    for wrong in (
        (CannedReply("", "b"),),
        (CannedReply("A", ""),),
        (CannedReply("A", "b"), CannedReply("a", "c")),
        tuple(CannedReply(str(number), "b") for number in range(51)),
    ):
        with pytest.raises(Invalid):
            checked_replies(wrong)
