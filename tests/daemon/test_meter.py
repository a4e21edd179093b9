"""What a frame costs in each stage."""

from gesturectl.daemon.pipeline import Meter


def test_work_that_is_done_for_one_frame_in_four_counts():
    meter = Meter()
    for number in range(40):
        meter.took("landmarks", 0.004)
        meter.took("recognition", 0.002 if number % 4 == 3 else 0.0)
    assert meter.stage_ms == {"landmarks": 4.0, "recognition": 0.5}


def test_a_change_of_pace_shows_within_seconds():
    meter = Meter()
    for seconds in [0.010] * 500 + [0.002] * 120:
        meter.took("landmarks", seconds)
    assert meter.stage_ms == {"landmarks": 2.0}
