"""How much fits into one answer."""

from hypothesis import given
from hypothesis import strategies as st

from actors.asked import MOST_BYTES, fitting, fitting_together
from actors.call_session.messages import WordTold
from actors.call_session.state.log import shown
from actors.ids import UserId
from actors.runtime.codec import encode
from tests.rooms import MONDAY

HOST = UserId("ann")

THINGS = st.lists(st.text(max_size=40).map(lambda text: text * 3), max_size=30).map(tuple)
PAGES = st.dictionaries(st.sampled_from("abcd"), THINGS, min_size=1)


def size(things: tuple[str, ...]) -> int:
    return sum(len(encode(each)) for each in things)


@given(THINGS, st.integers(0, 2000))
def test_as_many_fit_as_there_is_room_for_and_one_in_any_case(
    things: tuple[str, ...], most: int
) -> None:
    count = fitting(things, most)
    assert count >= min(1, len(things))
    assert size(things[:count]) <= most or count == 1
    if count < len(things):
        assert size(things[: count + 1]) > most


@given(PAGES, st.integers(0, 4000))
def test_pages_that_go_together_share_the_room(
    pages: dict[str, tuple[str, ...]], most: int
) -> None:
    shown = fitting_together(pages, most)
    assert shown.keys() == pages.keys()
    for name, page in pages.items():
        assert shown[name] == page[: len(shown[name])]
        assert len(shown[name]) >= min(1, len(page))
        if size(page) <= most // len(pages):
            assert shown[name] == page
    ones = sum(size(each) for each in shown.values() if len(each) == 1)
    assert sum(map(size, shown.values())) <= most + ones
    if sum(map(size, pages.values())) <= most // len(pages):
        assert shown == pages


def test_a_call_log_has_the_newest_events_that_fit_oldest_first() -> None:
    said = [WordTold("心" * 300 + str(number), HOST, MONDAY) for number in range(400)]
    found = shown(said)
    assert found == tuple(said[-len(found) :])
    assert 100 < len(found) < 300
    assert len(encode(found)) <= MOST_BYTES + 1024
    short = [WordTold(str(number), HOST, MONDAY) for number in range(400)]
    assert shown(short) == tuple(short[-300:])
