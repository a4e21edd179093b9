"""Recordings keep their own time, whatever their time stamps look like."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from gesturectl.capture.pace import FileTime, Pace


def stamps(claims: list[float], fps: float = 25.0) -> list[int]:
    time = FileTime(fps)
    return [time.stamp(claim) for claim in claims]


def test_time_starts_at_zero_and_follows_the_file() -> None:
    assert stamps([500.0, 533.4, 700.0]) == [0, 33, 200]


def test_a_file_without_time_stamps_is_timed_by_its_rate() -> None:
    assert stamps([0.0, 0.0, 0.0, 0.0]) == [0, 40, 80, 120]
    assert stamps([math.nan, math.nan, math.nan]) == [0, 40, 80]


def test_a_step_back_costs_one_frame_and_shifts_nothing_after_it() -> None:
    assert stamps([0.0, 100.0, 60.0, 200.0]) == [0, 100, 140, 200]


def test_an_absurd_jump_ahead_is_one_frame_long() -> None:
    assert stamps([0.0, 40.0, 95_443_717.0, 95_443_757.0]) == [0, 40, 80, 120]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=2, max_size=40))
def test_time_always_grows(claims: list[float]) -> None:
    times = stamps(claims)
    assert all(earlier < later for earlier, later in itertools.pairwise(times))


class Clock:
    """Stands still until somebody sleeps or works."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds


def test_the_first_frame_is_due_at_once_and_the_next_when_its_time_comes() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    assert pace.wait(0) == 0
    assert clock.slept == []
    assert pace.wait(250) == 0
    assert clock.slept == [0.25]


def test_lateness_is_told_and_makes_nobody_wait() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    pace.wait(0)
    clock.now_s += 0.5
    assert round(pace.wait(400)) == 100
    assert clock.slept == []


def test_after_a_restart_the_named_frame_is_due() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    pace.wait(0)
    clock.now_s += 60.0
    pace.restart(400)
    assert pace.wait(400) == 0
    pace.wait(500)
    assert [round(seconds, 3) for seconds in clock.slept] == [0.1]
