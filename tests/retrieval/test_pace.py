"""The pace is that of late, and what a run before had done is no part of it."""

import pytest

from retrieval.pace import Pace, shown


def test_what_is_left_follows_from_the_pace() -> None:
    pace = Pace()
    for second in range(11):
        pace.tell(20.0 * second, float(second))
    assert pace.per_second == pytest.approx(20)
    assert pace.left(1000) == pytest.approx(40)
    assert pace.left(100) == 0


def test_work_that_is_gone_on_with_is_not_counted_as_done_now() -> None:
    pace = Pace()
    pace.tell(500_000, 0.0)  # a run before was killed there
    assert pace.left(1_000_000) is None
    pace.tell(501_000, 1.0)
    assert pace.left(1_000_000) == pytest.approx(499)


def test_what_was_long_ago_tells_nothing() -> None:
    pace = Pace(window=10)
    for second in range(100):
        pace.tell(1000.0 * second, float(second))
    for second in range(100, 120):
        pace.tell(99_000 + 10.0 * (second - 99), float(second))
    assert pace.per_second == pytest.approx(10)


def test_nothing_is_said_before_anything_is_known() -> None:
    pace = Pace()
    assert (pace.per_second, pace.left(10), shown(pace.left(10))) == (0, None, "-:--:--")
    pace.tell(1, 5.0)
    pace.tell(1, 5.0)
    assert pace.left(10) is None


def test_seconds_are_shown_as_a_clock_shows_them() -> None:
    assert [shown(0), shown(61), shown(3723.4)] == ["0:00:00", "0:01:01", "1:02:03"]
