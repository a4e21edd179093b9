"""Our tracker on rendered hands, and on models that aren't what they should be."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from gesturectl.errors import ModelError
from gesturectl.landmarks import open_tracker
from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.landmarks.skeleton import Joint
from gesturectl.paths import bundled
from gesturectl.types import Frame, Hands

LEFT, RIGHT = 0, 1
EMPTY = np.full((480, 640, 3), 120, np.uint8)


def follow(tracker: OnnxTracker, frames: Sequence[Frame]) -> list[Hands]:
    """All frames, searching on each."""
    return [tracker.track(frame, search=True) for frame in frames]


def test_a_right_hand_is_the_users_right_hand(tracker: OnnxTracker, right_hand: Sequence[Frame]) -> None:
    for hands in follow(tracker, right_hand):
        assert hands.present.tolist() == [False, True]


def test_a_left_hand_is_the_users_left_hand(tracker: OnnxTracker, left_hand: Sequence[Frame]) -> None:
    for hands in follow(tracker, left_hand):
        assert hands.present.tolist() == [True, False]


def test_both_hands_of_one_picture_are_told_apart(
    tracker: OnnxTracker, right_hand: Sequence[Frame], left_hand: Sequence[Frame]
) -> None:
    both = [
        Frame(right.t_ms, np.ascontiguousarray(np.concatenate([right.image, left.image], axis=1)))
        for right, left in zip(right_hand[:10], left_hand[:10], strict=True)
    ]
    for hands in follow(tracker, both):
        assert hands.present.all()
        assert hands.image_points[RIGHT, :, 0].mean() < 0.5 < hands.image_points[LEFT, :, 0].mean()
        assert hands.aspect == pytest.approx(1280 / 480)


def test_a_hand_is_what_its_type_promises(tracker: OnnxTracker, right_hand: Sequence[Frame]) -> None:
    hands = follow(tracker, right_hand[:3])[-1]
    points, world = hands.image_points[RIGHT], hands.world_points[RIGHT]
    assert hands.t_ms == right_hand[2].t_ms
    assert hands.image_points.dtype == hands.world_points.dtype == np.float32
    assert ((points[:, :2] > 0) & (points[:, :2] < 1)).all()
    assert abs(points[Joint.WRIST, 2]) < 0.01
    assert 0.07 < np.linalg.norm(world[Joint.MIDDLE_MCP] - world[Joint.WRIST]) < 0.12
    assert 0.5 < hands.score[RIGHT] <= 1
    assert np.isnan(hands.image_points[LEFT]).all()
    assert np.isnan(hands.world_points[LEFT]).all()
    assert hands.score[LEFT] == 0


def test_without_a_search_nobody_new_is_found(tracker: OnnxTracker, right_hand: Sequence[Frame]) -> None:
    assert not tracker.track(right_hand[0], search=False).present.any()
    assert tracker.track(right_hand[0], search=True).present.any()
    assert tracker.track(right_hand[1], search=False).present.any()


def test_a_followed_hand_is_not_found_a_second_time(tracker: OnnxTracker, right_hand: Sequence[Frame]) -> None:
    # The clip's swipe is so fast that the palm model sees the hand where the followed region has not yet come.
    assert [hands.present.sum() for hands in follow(tracker, right_hand)] == [1] * len(right_hand)


def test_an_empty_picture_loses_the_hand(tracker: OnnxTracker, right_hand: Sequence[Frame]) -> None:
    tracker.track(right_hand[0], search=True)
    assert not tracker.track(Frame(2000, EMPTY), search=False).present.any()
    assert not tracker.track(Frame(2033, EMPTY), search=True).present.any()


def test_forget_drops_the_hand(tracker: OnnxTracker, right_hand: Sequence[Frame]) -> None:
    tracker.track(right_hand[0], search=True)
    tracker.forget()
    assert not tracker.track(right_hand[1], search=False).present.any()


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 400, 3), (400, 3, 3)])
def test_pictures_of_odd_shapes_hold_no_hand(tracker: OnnxTracker, shape: tuple[int, int, int]) -> None:
    assert not tracker.track(Frame(0, np.zeros(shape, np.uint8)), search=True).present.any()


def test_a_missing_model_is_one_clear_error(tmp_path: Path) -> None:
    shutil.copy(bundled("models") / "SOURCES.md", tmp_path)
    with pytest.raises(ModelError, match=r"palm_detection\.onnx: the model is missing\. Install gesturectl again"):
        OnnxTracker(folder=tmp_path)


def test_a_damaged_model_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    for name in ("SOURCES.md", "palm_detection.onnx", "hand_landmark.onnx"):
        shutil.copy(bundled("models") / name, tmp_path)
    path = tmp_path / "hand_landmark.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"hand_landmark\.onnx: the model is damaged"):
        OnnxTracker(folder=tmp_path)


def test_open_tracker_says_what_runs_it() -> None:
    tracker = open_tracker("cpu")
    assert (tracker.name, tracker.provider) == ("onnx", "CPU")
    tracker.close()


def test_the_quick_model_says_nearly_what_the_exact_one_says(
    tracker: OnnxTracker, right_hand: Sequence[Frame], left_hand: Sequence[Frame]
) -> None:
    quick = OnnxTracker("cpu", power="balanced")
    for clip in (right_hand[:20], left_hand[:20]):
        tracker.forget()
        quick.forget()
        pairs = list(zip(follow(tracker, clip), follow(quick, clip), strict=True))
        assert all((exact.present == near.present).all() for exact, near in pairs)
        apart = [(exact.image_points - near.image_points)[exact.present, :, :2] * (640, 480) for exact, near in pairs]
        assert float(np.median(np.linalg.norm(np.concatenate(apart), axis=-1))) < 0.5
