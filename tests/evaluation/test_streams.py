"""A folder of streams: reading, judging, sweeping."""

import numpy as np
import pytest
from recorded import ToyClassifier, hand_take, steady

from gesturectl.errors import UsageError
from gesturectl.evaluation.streams import Stream, joined_sweep, judge_streams, read_streams, shifted, varied
from gesturectl.gestures.stream import LabelledEvent, write_events
from gesturectl.gestures.take import write_take


def two_fists() -> Stream:
    """A hand that comes at 1 s and at 5 s for two seconds each; the second visit is labelled as another gesture."""
    t_ms = steady(8)
    there = ((t_ms >= 1000) & (t_ms < 3000)) | ((t_ms >= 5000) & (t_ms < 7000))
    events = (LabelledEvent("fist", 1000, 3000), LabelledEvent("swipe_left", 5000, 7000))
    return Stream("two", hand_take(t_ms, there), events)


def test_a_stream_is_judged_by_the_run_time_recogniser():
    (judged,) = judge_streams(ToyClassifier(), [two_fists()])
    assert [found.labelled.gesture for found in judged.score.detections] == ["fist"]
    assert [event.gesture for event in judged.score.misclassified] == ["fist"]
    assert judged.score.seconds == pytest.approx(8.0, abs=0.01)


def test_mistakes_say_why():
    (judged,) = judge_streams(ToyClassifier(), [two_fists()])
    wrong = {mistake["kind"]: mistake for mistake in judged.mistakes()}
    assert wrong["misclassified"]["gesture"] == "fist"
    assert wrong["missed"]["why"] == "never on top"


def test_a_missed_gesture_names_the_rule_that_refused_it():
    t_ms = steady(3)
    stream = Stream("tiny", hand_take(t_ms, np.ones(90, bool), size=0.02), (LabelledEvent("fist", 0, 3000),))
    (judged,) = judge_streams(ToyClassifier(), [stream])
    assert [mistake["why"].split(":")[0] for mistake in judged.mistakes()] == ["plausible"]


def test_stricter_thresholds_find_less_and_zero_is_as_set():
    (judged,) = judge_streams(ToyClassifier(), [two_fists()], shifts=(0.0, 20.0))
    assert [len(score.detections) for score in judged.sweep] == [1, 0]
    assert judged.sweep[0] is judged.score or judged.sweep[0].as_json() == judged.score.as_json()
    assert [score.events for score in joined_sweep([judged, judged])] == [4, 4]


def test_a_shift_moves_the_log_odds():
    card = ToyClassifier().card  # 0.7: odds 7 to 3
    assert shifted(card, 0.0)["fist"] == pytest.approx(0.7)
    assert shifted(card, np.log(3 / 7))["fist"] == pytest.approx(0.5)


def test_streams_are_read_with_their_events_and_damaged_ones_are_named(tmp_path):
    stream = two_fists()
    write_take(tmp_path / "desk" / "a.npz", stream.take)
    write_events(tmp_path / "desk" / "a.npz", stream.events)
    write_take(tmp_path / "b.npz", stream.take)
    (tmp_path / "c.npz").write_bytes(b"no archive")
    problems = []
    streams = list(read_streams(tmp_path, problems))
    assert [(s.name.replace("\\", "/"), len(s.events)) for s in streams] == [("b.npz", 0), ("desk/a.npz", 2)]
    assert [problem.place for problem in problems] == [str(tmp_path / "c.npz")]


@pytest.mark.parametrize("name", [".", "missing"])
def test_a_folder_without_streams_says_what_a_stream_is(tmp_path, name):
    with pytest.raises(UsageError):
        list(read_streams(tmp_path / name, []))


def test_variants_change_hands_and_labels_together():
    other = varied(two_fists(), fps=15, mirror=True)
    assert [event.gesture for event in other.events] == ["fist", "swipe_right"]
    assert other.take.present[:, 0].any() and not other.take.present[:, 1].any()
