"""From a library on disk to what is trained on: what is used, how, and what is left out by name."""

import numpy as np
import pytest
from toy_library import toy_take, write_toy_library

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.gestures.library import Library
from gesturectl.gestures.take import Take, absent, write_take
from gesturectl.recognition.inputs import LIVE, InputSpec
from gesturectl.recognition.whole_take import UnusableTakeError, whole_take
from gesturectl.recognition.window import WindowSpec

pytest.importorskip("torch")

from gesturectl.training.library_set import (
    input_of,
    live_windows,
    read_takes,
    some_takes,
    whole_takes,
)

pytestmark = pytest.mark.train

HAND = InputSpec("hand", "take")


def read(folder, given=HAND, steps=16):
    problems: list[GesturectlError] = []
    return whole_takes(read_takes(Library(folder), problems), given, steps, problems)


def test_each_take_is_one_sample_and_people_are_groups(tmp_path):
    data = read(write_toy_library(tmp_path))
    assert data.labels == ("grab", "swipe_left", "swipe_right")
    assert data.windows.points.shape == (18, 16, 21, 3)
    assert data.takes[0] == "grab/00"
    assert data.gestures[-1] == "swipe_right"
    assert [len(np.unique(data.windows.group[data.windows.label == k])) for k in range(3)] == [3, 3, 3]
    assert data.rows_of([0, 17]).sum() == 2


def test_a_take_is_read_as_it_is(tmp_path):
    """Hands from a sensor are hands in space, both hands are both hands; who asks for something else gets it."""
    for name, how, kind, space in (
        ("one", {}, "hand", False),
        ("sensor", {"world": True}, "hand", True),
        ("two", {"both": True}, "hands", False),
    ):
        takes = some_takes(Library(write_toy_library(tmp_path / name, takes=2, **how)))
        assert (input_of(takes).kind, input_of(takes).space) == (kind, space)
    assert input_of(takes, "keypoints", 126) == InputSpec("keypoints", "take", size=126)
    with pytest.raises(UsageError, match="100 values a step"):
        input_of(takes, "keypoints", 100)


def test_a_damaged_take_an_empty_gesture_and_one_without_a_hand_are_named_and_left_out(tmp_path):
    library = write_toy_library(tmp_path)
    (library / "grab" / "03.npz").write_bytes(b"PK damaged")
    (library / "wave").mkdir()
    nobody = Take(np.arange(9, dtype=np.int64) * 33, absent(9), absent(9), np.zeros((9, 2), bool), {})
    write_take(library / "grab" / "nobody.npz", nobody)
    write_take(library / "rare" / "only.npz", toy_take("fist", 5))
    write_take(library / "unseen" / "nobody.npz", nobody)
    (library / "unseen" / "torn.npz").write_bytes(b"PK damaged")
    data = read(library)
    assert len(data.takes) == 18
    told = {problem.place.removeprefix(str(library)): problem.fact for problem in data.skipped}
    lost = {"/unseen/nobody.npz", "/unseen/torn.npz"}
    assert set(told) == {"/grab/03.npz", "/grab/nobody.npz", "/wave", "rare", "unseen", *lost}
    assert told["/grab/nobody.npz"] == "no whole hand is in it"
    assert "single usable take" in told["rare"]
    assert told["unseen"] == "none of its 2 takes can be used, so the model won't know it"
    assert "unseen" not in data.labels


def test_too_little_is_one_clear_error(tmp_path):
    with pytest.raises(UsageError, match="there are none"):
        read(tmp_path)
    write_take(tmp_path / "grab" / "1.npz", toy_take("grab", 1))
    with pytest.raises(UsageError, match=r"at least two gestures.*there are 1 of grab"):
        read(tmp_path)
    write_take(tmp_path / "fist" / "1.npz", toy_take("fist", 1))
    with pytest.raises(UsageError, match="1 of fist, 1 of grab"):
        read(tmp_path)


def test_frame_rates_may_be_mixed():
    """The same motion at 12 and 60 frames a second is the same sample, but for the noise and lost frames."""
    slow, fast = (whole_take(toy_take("swipe_left", 3, fps), HAND, 16) for fps in (12, 60))
    both = (slow.mask * fast.mask).astype(bool)
    assert both.sum() > 12
    palm = [sample.values[both][:, (0, 5, 9, 13, 17), 0].mean(axis=1) for sample in (slow, fast)]
    assert np.corrcoef(*palm)[0, 1] > 0.98


def test_key_points_come_in_the_tutorials_order_with_zero_for_unknown():
    take = toy_take("grab", 3, both=True)
    rng = np.random.default_rng(0)
    pose, face = (rng.random((30, *size)).astype(np.float32) for size in ((33, 4), (468, 3)))
    take = Take(take.t_ms, take.image_points, take.world_points, take.present, take.meta, pose, face)
    values, mask = whole_take(take, InputSpec("keypoints", "take", size=1662), 30)
    assert np.allclose(values[:, :132], pose.reshape(30, -1))
    assert np.allclose(values[:, 132:1536], face.reshape(30, -1))
    assert np.allclose(values[:, 1536:1599], np.nan_to_num(take.image_points[:, 0].reshape(30, -1)))
    assert mask.all()
    hands, mask = whole_take(take, InputSpec("keypoints", "take", size=126), 30)
    assert np.allclose(hands, values[:, 1536:])
    assert (mask == take.present.any(axis=1)).all()
    assert np.allclose(whole_take(take, InputSpec("keypoints", "take", size=258), 30).values[:, :132], values[:, :132])
    one = whole_take(take, InputSpec("keypoints", "take", size=63), 30).values
    assert np.allclose(one, values[:, 1599:])


def test_a_single_frame_is_a_pose_that_is_held():
    take = toy_take("fist", 2)
    frame = Take(take.t_ms[:1], take.image_points[5:6], take.world_points[:1], take.present[5:6], take.meta)
    values, mask = whole_take(frame, HAND, 16)
    assert mask.all()
    assert (values == values[0]).all()


def test_pictures_are_those_that_were_kept(tmp_path):
    import cv2

    take = toy_take("grab", 1)
    frames = tmp_path / "take.frames"
    frames.mkdir()
    for t_ms in take.t_ms:
        picture = np.full((40, 60, 3), (int(t_ms) // 5, 0, 0), np.uint8)  # blue grows, as OpenCV writes it
        cv2.imwrite(str(frames / f"{t_ms:08d}.jpg"), picture)
    values, mask = whole_take(take, InputSpec("pictures", "take", size=16), 8, frames)
    assert values.shape == (8, 16, 16, 3)
    assert values.dtype == np.uint8
    assert mask.all()
    assert (np.diff(values[..., 2].mean(axis=(1, 2))) > 10).all()
    assert whole_take(take, InputSpec("crops", "take", size=12), 8, frames).values.shape == (8, 12, 12, 3)
    (frames / "00000000.jpg").unlink()
    with pytest.raises(UnusableTakeError, match="29 pictures for 30 frames"):
        whole_take(take, InputSpec("pictures", "take", size=16), 8, frames)
    with pytest.raises(UnusableTakeError, match="weren't kept"):
        whole_take(take, InputSpec("pictures", "take", size=16), 8, tmp_path / "none")


def test_live_windows_end_while_the_gesture_is_completed_and_in_quiet(tmp_path):
    library = write_toy_library(tmp_path, ("swipe_left", "fist", "nothing"))
    problems: list[GesturectlError] = []
    data = live_windows(read_takes(Library(library), problems), WindowSpec(800, 16), 0, problems)
    assert data.labels == ("nothing", "fist", "swipe_left")
    assert data.given == LIVE
    assert set(data.windows.label) == {0, 1, 2}
    assert (np.bincount(data.take) > 0).all()
    with pytest.raises(UsageError, match="see gestures in everything"):
        live_windows(read_takes(Library(write_toy_library(tmp_path / "b")), []), WindowSpec(800, 16))
