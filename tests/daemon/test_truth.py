"""Comparing events with what a recording truly shows."""

import pytest

from gesturectl.daemon.truth import Comparison, Truth, read_truth
from gesturectl.errors import SourceError
from gesturectl.types import GestureEvent, Phase

TRUTH = (Truth("wave", 1000, 2000), Truth("fist", 3000, 4000))


def judged(comparison, gesture, t_ms):
    return comparison.judge(GestureEvent(gesture, "right", Phase.BEGIN, 0.9, t_ms))


def test_all_found_and_nothing_else_is_perfect():
    comparison = Comparison(TRUTH)
    assert judged(comparison, "wave", 1900) == TRUTH[0]
    assert judged(comparison, "fist", 4500) == TRUTH[1]
    assert comparison.missed() == []
    assert comparison.perfect


@pytest.mark.parametrize(("gesture", "t_ms"), [("wave", 900), ("wave", 2501), ("fist", 1500)])
def test_too_early_too_late_or_another_is_false(gesture, t_ms):
    comparison = Comparison(TRUTH)
    assert judged(comparison, gesture, t_ms) is None
    assert comparison.others == 1


def test_a_gesture_is_found_only_once():
    comparison = Comparison(TRUTH)
    judged(comparison, "wave", 1500)
    assert judged(comparison, "wave", 1600) is None
    assert (comparison.found, comparison.others) == (1, 1)


def test_a_missed_gesture_is_said_once_when_it_is_too_late():
    comparison = Comparison(TRUTH)
    assert comparison.missed(2500) == []
    assert comparison.missed(2501) == [TRUTH[0]]
    assert comparison.missed() == [TRUTH[1]]
    assert not comparison.perfect


def test_the_sidecar_is_read_by_time(tmp_path):
    path = tmp_path / "x.events.csv"
    path.write_text("gesture,start_ms,end_ms\nfist,3000,4000\nwave,1000,2000\n")
    assert read_truth(path) == TRUTH


@pytest.mark.parametrize("text", ["gesture,start_ms\nfist,1\n", "gesture,start_ms,end_ms\nfist,a,b\n", None])
def test_a_sidecar_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "x.events.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SourceError, match="true gestures"):
        read_truth(path)
