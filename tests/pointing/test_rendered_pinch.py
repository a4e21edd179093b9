"""A pinch before a rendered camera, found by the real tracker, is one press and one release."""

import pytest

from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.pointing.guide import Button, Guide
from gesturectl.pointing.place import places_of
from gesturectl.synthesis.clips import render_clip

pytestmark = pytest.mark.slow


def test_one_pinch_is_one_press_while_it_lasts():
    frames, (pinch,) = render_clip(["pinch"], seed=1, size=(320, 240))
    tracker, guide = OnnxTracker("cpu"), Guide()
    pressed = []
    for frame in frames:
        steps = guide.follow(frame.t_ms, places_of(tracker.track(frame, search=True)))
        pressed += [(frame.t_ms, step.down) for step in steps if isinstance(step, Button)]
    assert [down for _, down in pressed] == [True, False]
    assert pinch.start_ms < pressed[0][0] < pinch.end_ms < pressed[1][0]
