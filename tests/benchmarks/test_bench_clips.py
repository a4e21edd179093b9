"""The rendered clips show what their benchmarks say."""

from itertools import islice

import cv2
import numpy as np

from gesturectl.benchmarks import clips, vision
from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.landmarks.schedule import Schedule
from gesturectl.types import Frame


def _hands_seen(clip: clips.Clip, frames: int) -> list[int]:
    schedule = Schedule(OnnxTracker("cpu"))
    seen = []
    for t_ms, jpeg in islice(clip.frames(), frames):
        if schedule.wants(t_ms):
            image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].copy()
            seen.append(int(schedule.process(Frame(t_ms, image)).present.sum()))
    return seen


def test_nobody_in_the_empty_room_and_no_hand_of_the_person():
    for clip in (clips.empty_room(), clips.somebody()):
        assert set(_hands_seen(clip, 40)) == {0}


def test_two_hands_are_two():
    seen = _hands_seen(clips.two_hands(), 20)
    assert seen[-1] == 2


def test_a_clip_goes_to_and_fro_without_end():
    clip = clips.Clip("abc", (b"a", b"b", b"c"))
    shown = list(islice(clip.frames(), 6))
    assert [jpeg for _, jpeg in shown] == [b"a", b"b", b"c", b"b", b"a", b"b"]
    assert [t_ms for t_ms, _ in shown] == [0, 33, 67, 100, 133, 167]


def test_without_mediapipe_ours_are_measured_and_that_is_told(monkeypatch):
    monkeypatch.setattr(vision.importlib.util, "find_spec", lambda name: None)
    grey = bytes(cv2.imencode(".jpg", np.full((48, 64, 3), 120, np.uint8))[1])
    found = vision.compare("idle", 1, 0.5, clips.Clip("grey", (grey, grey)), lambda words: None)
    assert all(row.ours for row in found.rows)
    assert "isn't installed here" in found.note
