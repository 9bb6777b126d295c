"""How often something may fail before it rests."""

from actors.runtime.intensity import RestartIntensity


def test_so_many_failures_are_allowed_and_one_more_is_too_many() -> None:
    intensity = RestartIntensity(3, 30.0)
    assert [intensity.exceeded(now) for now in (1.0, 2.0, 3.0, 4.0)] == [False, False, False, True]


def test_failures_longer_ago_than_the_window_do_not_count() -> None:
    intensity = RestartIntensity(1, 30.0)
    assert not intensity.exceeded(0.0)
    assert not intensity.exceeded(30.0)
    assert intensity.exceeded(59.9)


def test_it_is_over_when_the_last_failure_is_long_ago() -> None:
    intensity = RestartIntensity(1, 30.0)
    assert intensity.over(0.0)
    intensity.exceeded(10.0)
    assert not intensity.over(39.9)
    assert intensity.over(40.0)
    assert len(intensity) == 1
