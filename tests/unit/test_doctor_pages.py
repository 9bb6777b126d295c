"""A doctor with very many visits is answered in pages: all of them in order, and each page fits."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.appointment import Mark, Span
from actors.asked import MOST_BYTES
from actors.doctor import messages as doctor
from actors.doctor.messages import InboxPart, Offer, OfferStatus
from actors.doctor.state.kept import Live, Past
from actors.ids import AppointmentId
from actors.runtime.codec import encode
from tests.rooms import MONDAY
from tests.unit.doctor_support import Ann, request

MOST = 256 * 1024 - 1024
"""Bytes of a view, with room for the envelope around it."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REASONS = ("Short.", "x" * 1500, "心" * 2000)


def live(name: str, start: datetime | None = None, reason: str = REASONS[0]) -> Live:
    """Return a visit at *start*, or without one a request that waits."""
    wanted = replace(request(name), reason=reason)
    until = MONDAY + DAY
    if start is None:
        return Live(wanted, 1, until, None)
    span = Span(start, start + 5 * MINUTE)
    return Live(wanted, 1, until, None, OfferStatus.CONFIRMED, span, "Europe/Berlin")


def crowded(visits: int, waiting: int = 0, reasons: tuple[str, ...] = REASONS[:1]) -> Ann:
    """Return a doctor with so many visits, one every five minutes, and so many open requests."""
    ann, lives = Ann(), dict[AppointmentId, Live]()
    for number in range(visits):
        name = f"v{number * 7919 % 100_003:06}"  # in an order of its own
        start = MONDAY + (number + 1) * 5 * MINUTE
        lives[AppointmentId(name)] = live(name, start, reasons[number % len(reasons)])
    for number in range(waiting):
        name = f"w{number:06}"
        lives[AppointmentId(name)] = live(name, reason=reasons[number % len(reasons)])
    ann.state = replace(ann.state, live=dict(sorted(lives.items())))
    return ann


def by_start(ann: Ann) -> list[AppointmentId]:
    """Return all visits by start."""
    spans = {key: each.span for key, each in ann.state.live.items() if each.span}
    return sorted(spans, key=lambda key: (spans[key].start, key))


def fits(view: object) -> bool:
    """Return whether the bus carries *view*."""
    return len(encode(view)) <= MOST


def pages(
    ann: Ann, limit: int, part: InboxPart | None = InboxPart.VISITS
) -> Iterator[doctor.Inbox]:
    """Yield pages of visits, from the first to the last."""
    after: Mark | None = None
    while True:
        page = ann.ask(doctor.GetInbox(limit, part, after=after))
        yield page
        if not page.more_visits:
            return
        last = page.visits[-1]
        after = Mark(last.start, last.id)


@given(
    visits=st.integers(0, 90),
    limit=st.integers(-1, 300),
    reasons=st.lists(st.sampled_from(REASONS), min_size=1, max_size=3).map(tuple),
    part=st.sampled_from([None, InboxPart.VISITS]),
)
@example(visits=90, limit=200, reasons=REASONS[2:], part=None)
def test_pages_together_are_all_visits_in_order_and_each_fits(
    visits: int, limit: int, reasons: tuple[str, ...], part: InboxPart | None
) -> None:
    ann = crowded(visits, 3, reasons)
    found = list(pages(ann, limit, part))
    assert [each.id for page in found for each in page.visits] == by_start(ann)
    assert all(map(fits, found))
    assert all(len(page.visits) <= max(1, limit) for page in found)
    assert {page.counts[InboxPart.VISITS] for page in found} == {visits}


def test_five_thousand_visits_are_answered_in_few_pages() -> None:
    ann = crowded(5000, 500)
    first = ann.ask(doctor.GetInbox())
    assert fits(first)
    assert first.counts == {InboxPart.OPEN: 500, InboxPart.VISITS: 5000}
    assert len(first.open) > 100
    assert len(first.visits) > 100
    found = list(pages(ann, 200))
    assert [each.id for page in found for each in page.visits] == by_start(ann)
    assert len(found) == 25
    assert all(map(fits, found))


@given(gone=st.sets(st.integers(0, 29)), more=st.lists(st.integers(-300, 300), max_size=5))
def test_what_stays_is_seen_once_whatever_comes_and_goes_between_two_pages(
    gone: set[int], more: list[int]
) -> None:
    ann = crowded(30)
    all_of_them = by_start(ann)
    leaving = {all_of_them[each] for each in gone}
    seen = []
    for number, page in enumerate(pages(ann, 7)):
        seen += [each.id for each in page.visits]
        if number == 1:
            kept = {key: each for key, each in ann.state.live.items() if key not in leaving}
            new = {
                AppointmentId(f"new{minutes}"): live(
                    f"new{minutes}", MONDAY + DAY / 2 + minutes * MINUTE
                )
                for minutes in more
            }
            ann.state = replace(ann.state, live={**new, **kept})
    stayed = [each for each in all_of_them if each not in leaving]
    assert [each for each in seen if each in stayed] == stayed
    assert len(set(seen)) == len(seen)


@given(waiting=st.integers(0, 60), limit=st.integers(1, 300), reason=st.sampled_from(REASONS))
def test_pages_of_what_waits_are_all_of_it_in_order_and_each_fits(
    waiting: int, limit: int, reason: str
) -> None:
    ann = crowded(2, waiting, (reason,))
    found = list[Offer]()
    while True:
        page = ann.ask(doctor.GetInbox(limit, InboxPart.OPEN, len(found)))
        assert fits(page)
        assert page.visits == ()
        found += page.open
        if len(found) == page.counts[InboxPart.OPEN]:
            break
        assert page.open
    assert [each.id for each in found] == [f"w{number:06}" for number in range(waiting)]


def test_news_are_shown_beside_everything_and_not_beside_a_part() -> None:
    ann = crowded(600, 600, REASONS[2:])
    past = {
        AppointmentId(f"p{n}"): Past(1, OfferStatus.DECLINED, reason="心" * 500) for n in range(99)
    }
    ann.state = replace(ann.state, past=past)
    whole = ann.ask(doctor.GetInbox())
    assert len(whole.recent) == 30
    assert fits(whole)
    assert ann.ask(doctor.GetInbox(only=InboxPart.VISITS)).recent == ()


# --- the week, and absences ----------------------------------------------------------------------


def weeks(ann: Ann, day: date) -> Iterator[doctor.Week]:
    """Yield the parts of a week."""
    part = ann.ask(doctor.GetWeek(day))
    yield part
    while part.more:
        part = ann.ask(doctor.GetWeek(part.days[-1].day + DAY, rest=True))
        yield part


@pytest.mark.parametrize("reason", REASONS)
def test_the_parts_of_a_week_are_all_of_it_and_each_fits(reason: str) -> None:
    ann = crowded(1500, reasons=(reason,))
    found = list(weeks(ann, MONDAY.date() + 2 * DAY))
    days = [each for part in found for each in part.days]
    monday = MONDAY.date() - MONDAY.weekday() * DAY
    assert [each.day for each in days] == [monday + number * DAY for number in range(7)]
    assert all(map(fits, found))
    assert len(found) > 1
    whole = range(1, 5)
    assert all(len(days[each].visits) + days[each].more == 288 for each in whole)


def test_a_week_that_fits_comes_at_once() -> None:
    [week] = weeks(crowded(100), MONDAY.date())
    assert (len(week.days), week.more) == (7, False)
    assert sum(len(each.visits) for each in week.days) == 100
    assert {each.more for each in week.days} == {0}


@given(st.integers(0, 6))
def test_the_rest_of_a_week_begins_with_its_day(passed: int) -> None:
    ann = crowded(10)
    day = MONDAY.date() - MONDAY.weekday() * DAY + passed * DAY
    whole = ann.ask(doctor.GetWeek(day)).days
    assert ann.ask(doctor.GetWeek(day, rest=True)).days == whole[passed:]


@pytest.mark.parametrize(("visits", "reason"), [(3, ""), (1000, ""), (1000, REASONS[2])])
def test_what_an_absence_touches_is_counted_and_its_first_are_listed(
    visits: int, reason: str
) -> None:
    ann = crowded(visits, reasons=(reason,))
    start = datetime(2026, 3, 2)  # noqa: DTZ001 - a wall time
    found = ann.ask(doctor.PreviewAbsence(start, start + 20 * DAY))
    assert fits(found)
    assert found.count == visits
    assert [each.id for each in found.visits] == by_start(ann)[: len(found.visits)]
    assert 0 < len(found.visits) <= 200
    assert len(encode(found.visits)) <= MOST_BYTES + MOST_BYTES // 10
