"""A camera behind Linux's own interface, through OpenCV's real backend: its JPEGs are taken as they are sent."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fake_v4l2 import webcam, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())

WATCH = """
import json
from gesturectl.capture.device import DeviceCamera
camera = DeviceCamera(90, "Toy Cam")
told = {"description": camera.description, "times": [], "glances": [], "shapes": [], "apart": []}
for glance in (False, True, True, False, True):
    told["times"].append(camera.grab())
    frame = camera.glance() if glance else camera.retrieve()
    told["glances"].append(frame.glance is not None and frame.glance.shape)
    told["shapes"].append(frame.image.shape)
    told["apart"].append(abs(float(frame.image[..., 0].mean()) - float(frame.image[..., 2].mean())))
camera.close()
print(json.dumps(told))
"""


DOZE = """
import json, time
from gesturectl.capture.device import DeviceCamera
camera = DeviceCamera(90)
told = []
for grab in (camera.grab, camera.newest, camera.newest):
    camera.grab()
    before = float(camera.retrieve().image[..., 0].mean())
    time.sleep(0.25)
    grab()
    told.append(float(camera.retrieve().image[..., 0].mean()) - before)
camera.close()
print(json.dumps(told))
"""


def watched(folder: Path, kind: str, damaged: bool = False, program: str = WATCH) -> Any:
    """What a `program` tells that runs before the camera."""
    jpegs = []
    for shade in range(0, 150, 2):
        image = np.full((480, 640, 3), (20, 40, 100 + shade), np.uint8)
        whole = cv2.imencode(".jpg", image)[1].tobytes() + b"\0" * 700  # as cameras fill their buffers up
        jpegs.append(b"\xff\xd8 torn" if damaged and shade % 4 else whole)
    environment = os.environ | webcam(folder, jpegs, kind)
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_its_pictures_can_be_had_at_a_glance_and_whole(tmp_path: Path) -> None:
    told = watched(tmp_path, "MJPG")
    assert told["description"] == "Toy Cam (90), 640×480 at 30 fps"
    assert told["glances"] == [False, [120, 160], [120, 160], False, [120, 160]]
    assert told["shapes"] == [[480, 640, 3]] * 5
    assert min(told["apart"]) > 70  # red and blue are where they belong
    assert told["times"] == sorted(told["times"])


def test_damaged_pictures_among_them_are_passed_over(tmp_path: Path) -> None:
    told = watched(tmp_path, "MJPG", damaged=True)
    assert told["glances"] == [False, [120, 160], [120, 160], False, [120, 160]]
    assert told["shapes"] == [[480, 640, 3]] * 5


def test_one_that_sends_no_jpegs_gives_whole_pictures_always(tmp_path: Path) -> None:
    told = watched(tmp_path, "YUYV")
    assert told["glances"] == [False] * 5
    assert told["shapes"] == [[480, 640, 3]] * 5


def test_after_a_sleep_the_newest_picture_is_another_than_the_one_that_has_waited(tmp_path: Path) -> None:
    """Each of its pictures is two shades brighter than the one before, thirty times a second."""
    waited, *newest = watched(tmp_path, "MJPG", program=DOZE)
    assert waited == pytest.approx(2, abs=1.5)
    assert min(newest) >= 6
