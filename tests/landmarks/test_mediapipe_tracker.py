"""MediaPipe behind our protocol, and our own tracker held against it."""

import sys
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from gesturectl.errors import ModelError
from gesturectl.landmarks import open_tracker
from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.landmarks.tracker import HandTracker
from gesturectl.types import Frame

LEFT, RIGHT = 0, 1


@pytest.fixture
def reference() -> Iterator[HandTracker]:
    """MediaPipe Tasks; skipped where it has no wheel."""
    pytest.importorskip("mediapipe")
    tracker = open_tracker("mediapipe")
    yield tracker
    tracker.close()


def test_both_trackers_agree_within_half_a_pixel(
    tracker: OnnxTracker, reference: HandTracker, right_hand: Sequence[Frame]
) -> None:
    pixels, millimetres, depths = [], [], []
    for frame in right_hand:
        ours, theirs = tracker.track(frame, search=True), reference.track(frame, search=True)
        assert ours.present.tolist() == [False, True]
        assert theirs.present[RIGHT]  # in a fast stroke it reports one hand twice
        difference = ours.image_points[RIGHT] - theirs.image_points[RIGHT]
        pixels.append(np.linalg.norm(difference[:, :2] * (640, 480), axis=1))
        depths.append(np.abs(difference[:, 2]) * 640)
        millimetres.append(1000 * np.linalg.norm(ours.world_points[RIGHT] - theirs.world_points[RIGHT], axis=1))
    assert right_hand[0].image.shape == (480, 640, 3)
    assert np.median(pixels) <= 0.5
    assert np.median(depths) <= 0.5
    assert np.median(millimetres) <= 0.5


def test_a_mirrored_right_hand_is_a_left_hand(reference: HandTracker, left_hand: Sequence[Frame]) -> None:
    for frame in left_hand[:10]:
        assert reference.track(frame, search=True).present.tolist() == [True, False]


def test_time_may_stand_still_or_jump_back(reference: HandTracker, right_hand: Sequence[Frame]) -> None:
    for t_ms in (5000, 5000, 0):
        assert reference.track(Frame(t_ms, right_hand[0].image), search=True).t_ms == t_ms


def test_after_forgetting_the_hand_is_found_again(reference: HandTracker, right_hand: Sequence[Frame]) -> None:
    reference.track(right_hand[0], search=True)
    reference.forget()
    assert reference.track(right_hand[0], search=True).present[RIGHT]


def test_without_the_package_there_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(ModelError, match=r"mediapipe: the package isn't installed .* use the tracker onnx"):
        open_tracker("mediapipe")
