"""The whole program in front of a webcam, by way of the interface that Linux has for them."""

import json
import time

import cv2
import pytest
from clip_camera import pictures, truth
from fake_v4l2 import INDEX, webcam, why_not

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not())]


def test_gestures_before_a_webcam_are_recognised(make_user, tmp_path):
    shown = truth("swipe_left")
    frames = pictures(shown.start_ms - 800, shown.end_ms + 1500)
    jpegs = [cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames]
    user = make_user(tmp_path)
    user.env |= webcam(tmp_path, [*jpegs, *jpegs[:1:-1][:20]])
    daemon = user.start("run", "--source", str(INDEX), "--dry-run", "--json", "--no-tray")
    began, deadline_s = [], time.monotonic() + 60
    for line in daemon.stdout:
        told = json.loads(line)
        if told["type"] == "event" and told["phase"] == "begin":
            began.append(told["gesture"])
        if "swipe_left" in began or time.monotonic() > deadline_s:
            break
    user.end()
    assert "swipe_left" in began
