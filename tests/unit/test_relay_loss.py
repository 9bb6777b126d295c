"""What is missing of a stream is asked for: at once, again and again, and not for ever."""

from hypothesis import given
from hypothesis import strategies as st

from actors.relay.loss import EVERY, MOST, MOST_AT_ONCE, PATIENCE, TRIES, Losses


def heard(*sequences: int, at: float = 0.0) -> Losses:
    losses = Losses()
    for sequence in sequences:
        losses.take(sequence, at)
    return losses


def test_a_gap_is_asked_for_at_once_and_every_30_ms() -> None:
    losses = heard(10, 13)

    assert losses.due(0.0) == [11, 12]
    assert losses.due(EVERY / 2) == []
    assert losses.due(EVERY) == [11, 12]


def test_what_came_late_is_not_asked_for_any_more() -> None:
    losses = heard(10, 13)
    index = losses.take(12, 0.01)

    assert index == losses.highest - 1
    assert losses.due(0.02) == [11]


def test_a_packet_counts_once() -> None:
    losses = heard(10, 11, 13, 12)

    assert [losses.take(sequence, 0.0) for sequence in (10, 11, 12, 13, 9)] == [-1] * 5
    assert (losses.received, losses.expected) == (4, 4)


def test_it_is_asked_for_ten_times_at_most() -> None:
    losses = heard(10, 12)
    asked = sum(bool(losses.due(n * EVERY)) for n in range(int(PATIENCE / EVERY)))

    assert asked == TRIES
    assert not losses.broken


def test_after_a_second_it_is_given_up_and_the_stream_is_broken() -> None:
    losses = heard(10, 12)

    assert losses.due(PATIENCE + 0.01) == []
    assert losses.broken
    assert losses.missing == 0
    assert losses.take(11, PATIENCE + 0.02) == -1


def test_a_jump_that_is_beyond_repair_is_not_asked_for() -> None:
    losses = heard(10, 12, 12 + MOST)

    assert losses.due(0.0) == []
    assert losses.broken


def test_one_request_is_bounded() -> None:
    losses = heard(0, 200)

    assert len(losses.due(0.0)) == MOST_AT_ONCE
    assert losses.due(0.0)[0] == 1 + MOST_AT_ONCE


def test_numbers_go_on_where_sequence_numbers_start_anew() -> None:
    losses = heard(65_534, 65_535, 1)

    assert losses.due(0.0) == [0]
    assert losses.highest == losses.first + 3


@given(st.lists(st.integers(0, 0xFFFF), max_size=60))
def test_M04_whatever_numbers_come_what_is_kept_is_bounded(sequences: list[int]) -> None:
    losses = Losses()
    indexes = [losses.take(sequence, 0.0) for sequence in sequences]

    taken = [index for index in indexes if index >= 0]
    assert len(set(taken)) == len(taken) == losses.received
    assert losses.missing <= MOST
    assert losses.received <= losses.expected
