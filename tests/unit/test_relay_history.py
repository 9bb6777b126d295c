"""The last packets of a stream are kept, and what is older is gone."""

from actors.relay.history import History, Record


def record(index: int) -> Record:
    return index, 0, index * 10, b"payload", 0, None


def test_what_was_kept_is_found() -> None:
    history = History(8)
    history.keep(record(70_000))

    assert history.get(70_000) == record(70_000)
    assert history.get(70_000 + 8) is None
    assert history.get(4464) is None  # the same sequence number, a round earlier


def test_the_oldest_makes_room() -> None:
    history = History(8)
    for index in range(100, 109):
        history.keep(record(index))

    assert history.get(100) is None
    assert history.get(101) == record(101)


def test_what_is_between_two_comes_in_order_and_without_what_is_missing() -> None:
    history = History(8)
    for index in (1003, 1001, 1000, 1004):
        history.keep(record(index))

    assert [found[0] for found in history.between(1000, 1004)] == [1001, 1003, 1004]
    assert list(history.between(1004, 1004)) == []


def test_a_wide_span_costs_no_more_than_the_ring() -> None:
    history = History(8)
    history.keep(record(1 << 40))

    assert [found[0] for found in history.between(0, 1 << 40)] == [1 << 40]
