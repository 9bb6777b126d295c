"""How long a link waits for a PONG, on a clock that the test moves."""

import pytest

from actors.runtime.nats_patience import LOOK, MOST_LAG, SECONDS, Patience


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time, in seconds."""
        return self.now


def waited(clock: HandClock, late: list[float]) -> float:
    """Return after how many seconds it is over, when wake-ups come late by so much, one by one."""
    patience, begun = Patience(clock), clock.now
    lateness = iter(late)
    while seconds := patience.go_on():
        clock.now += seconds + next(lateness, 0.0)
    return clock.now - begun


def test_on_time_an_answer_is_waited_for_as_long_as_is_said() -> None:
    assert waited(HandClock(), []) == pytest.approx(SECONDS)


@pytest.mark.parametrize("late", [[5.0], [0.0, 0.5, 0.0, 2.0], [0.3] * 20])
def test_the_wait_grows_by_what_our_own_wake_ups_were_late(late: list[float]) -> None:
    assert waited(HandClock(), late) == pytest.approx(SECONDS + sum(late))


def test_it_grows_by_so_much_at_most() -> None:
    end = waited(HandClock(), [1.0] * 1_000)
    assert SECONDS + MOST_LAG - LOOK <= end <= SECONDS + MOST_LAG + 1.0 + LOOK


def test_a_stall_longer_than_all_that_may_be_added_ends_it() -> None:
    assert waited(HandClock(), [SECONDS + MOST_LAG]) == pytest.approx(SECONDS + MOST_LAG + LOOK)
