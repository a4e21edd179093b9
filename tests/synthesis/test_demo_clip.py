"""The bundled demo clip and its sidecar, as `scripts/render_demo.py` wrote them."""

import csv
from importlib.resources import as_file, files
from itertools import pairwise

import cv2
import pytest

from gesturectl.synthesis.gestures import GESTURES

ASSETS = files("gesturectl") / "assets"


@pytest.fixture(scope="module")
def clip():
    with as_file(ASSETS / "demo.mp4") as path:
        capture = cv2.VideoCapture(str(path))
        yield capture
        capture.release()


@pytest.fixture(scope="module")
def events():
    lines = (ASSETS / "demo.events.csv").read_text(encoding="utf-8").splitlines()
    return [(row["gesture"], int(row["start_ms"]), int(row["end_ms"])) for row in csv.DictReader(lines)]


def length_ms(clip) -> float:
    return clip.get(cv2.CAP_PROP_FRAME_COUNT) / clip.get(cv2.CAP_PROP_FPS) * 1000


def test_the_clip_is_small_and_short():
    with as_file(ASSETS / "demo.mp4") as path:
        assert path.stat().st_size <= 1_000_000


def test_the_clip_is_what_a_webcam_would_give(clip):
    assert (clip.get(cv2.CAP_PROP_FRAME_WIDTH), clip.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (640, 480)
    assert clip.get(cv2.CAP_PROP_FPS) == pytest.approx(30)
    assert 15_000 <= length_ms(clip) <= 25_000


def test_the_clip_can_be_decoded(clip):
    read, frame = clip.read()

    assert read
    assert frame.mean() > 40


def test_the_sidecar_names_starter_gestures(events):
    assert len(events) >= 6
    assert {gesture for gesture, _, _ in events} <= set(GESTURES)


def test_the_true_gestures_lie_within_the_clip_with_a_rest_between(clip, events):
    assert all(start < end for _, start, end in events)
    assert all(before[2] + 700 <= after[1] for before, after in pairwise(events))
    assert events[0][1] >= 1000
    assert events[-1][2] + 1000 <= length_ms(clip)
