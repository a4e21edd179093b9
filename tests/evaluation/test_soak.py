"""Soaks: what is kept of hours at work, what is counted, and what becomes of marks."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn

from gesturectl.errors import UsageError
from gesturectl.evaluation.replay import hands_of
from gesturectl.evaluation.soak import as_json, fired_in, mark, quiet_takes, read_soaks, scene_of
from gesturectl.gestures.take import read_take
from gesturectl.recording.soak import SoakRecording
from gesturectl.types import GestureEvent, Hands, Phase


def recorded(folder, fires, seconds=10.0):
    recording = SoakRecording(folder, "20261125-120000")
    for hands in hands_of(drawn("rest", 3, seconds)):
        events = [
            GestureEvent(name, "right", Phase.BEGIN, 0.91, t) for t, name in fires.items() if abs(t - hands.t_ms) < 10
        ]
        recording.see(hands, events)
    recording.close()
    return recording


def test_what_fired_is_counted_with_its_bound(tmp_path):
    recorded(tmp_path, {4000: "swipe_left", 7000: "swipe_left"})
    parts = read_soaks(tmp_path, [])
    figures = as_json(parts)
    assert figures["false_activations"] == 2
    assert figures["per_gesture"] == {"swipe_left": 2}
    assert figures["hours"] == pytest.approx(10 / 3600, rel=0.02)
    assert figures["false_activations_per_hour_upper95"] > figures["false_activations_per_hour"] > 0
    assert [event["number"] for event in figures["events"]] == [1, 2]


def test_marked_ones_were_gestures_and_leave_what_is_nothing(tmp_path):
    recorded(tmp_path, {4000: "swipe_left", 7000: "fist"})
    mark(read_soaks(tmp_path, []), [1], meant=True)
    parts = read_soaks(tmp_path, [])
    assert fired_in(parts).counts == {"fist": 1}
    takes = quiet_takes(parts, [])
    assert len(takes) == 2
    lengths = [int(take.t_ms[-1]) for take in takes]
    assert lengths[0] == pytest.approx(1500, abs=60)
    assert lengths[1] == pytest.approx(4450, abs=80)
    mark(parts, [1], meant=False)
    assert fired_in(read_soaks(tmp_path, [])).total == 2
    with pytest.raises(UsageError, match="no event 3"):
        mark(parts, [3], meant=True)


def test_an_empty_room_costs_little_and_still_counts_as_watched(tmp_path):
    recording = SoakRecording(tmp_path, "20261125-130000")
    for t_ms in range(0, 60_000, 33):
        recording.see(Hands.none(t_ms, 1.5), [])
    recording.close()
    (part,) = read_soaks(tmp_path, [])
    assert part.seconds == pytest.approx(60, abs=2)
    assert len(read_take(part.path).t_ms) < 80


def test_a_clock_that_starts_again_begins_another_part(tmp_path):
    recording = SoakRecording(tmp_path, "20261125-140000")
    for _ in range(2):
        for hands in hands_of(drawn("rest", 1, 2.0)):
            recording.see(hands, [])
    recording.close()
    assert [path.stem for path in sorted(tmp_path.glob("*.npz"))] == ["20261125-140000-01", "20261125-140000-02"]


def test_an_event_becomes_a_take_that_says_what_fired(tmp_path):
    recorded(tmp_path, {4000: "swipe_left"})
    (part,) = read_soaks(tmp_path, [])
    scene = scene_of(part, part.heard[0])
    assert scene.meta["fired"] == "swipe_left"
    assert int(scene.t_ms[0]) == 0
    assert int(scene.t_ms[-1]) == pytest.approx(2500, abs=70)


def test_a_damaged_part_is_named_and_the_others_count(tmp_path):
    recorded(tmp_path, {4000: "swipe_left"})
    (tmp_path / "20261125-110000-01.npz").write_bytes(b"damaged")
    (tmp_path / "20261125-110000-01.json").write_text(json.dumps({"heard": "?"}))
    problems = []
    assert len(read_soaks(tmp_path, problems)) == 1
    assert "110000-01.json" in str(problems[0])


def test_pictures_are_nowhere_in_what_is_kept(tmp_path):
    recorded(tmp_path, {})
    (path,) = tmp_path.glob("*.npz")
    with np.load(path) as stored:
        assert set(stored.files) == {"t_ms", "image_points", "world_points", "present", "meta"}


def test_no_hand_yet_is_no_error(tmp_path):
    recording = SoakRecording(tmp_path, "20261125-150000")
    recording.see(replace(Hands.none(0, 1.0)), [])
    recording.close()
    assert recording.parts == []
