"""The pictures: what they show is where it should be, and they are written whole or not at all."""

import cv2
import numpy as np
import pytest

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.canvas import SERIES, Axis, Canvas
from gesturectl.evaluation.metrics import reliability
from gesturectl.evaluation.pictures import (
    confusion_picture,
    curves_picture,
    operating_picture,
    reliability_picture,
    write_picture,
)
from gesturectl.evaluation.skeleton_picture import skeleton_frames, skeleton_strip
from gesturectl.gestures.take import Take


def has(image, colour) -> int:
    return int((image == np.array(colour, np.uint8)).all(axis=2).sum())


def take(frames: int = 12) -> Take:
    image_points = np.full((frames, 2, 21, 3), np.nan, np.float32)
    random = np.random.default_rng(0)
    image_points[:, 1] = 0.5 + 0.1 * random.standard_normal((1, 21, 3))
    image_points[:, 1, :, 0] += np.linspace(-0.2, 0.2, frames)[:, None]
    present = np.zeros((frames, 2), bool)
    present[:, 1] = True
    world = np.full_like(image_points, np.nan)
    return Take(np.arange(frames, dtype=np.int64) * 33, image_points, world, present, {"aspect": 4 / 3})


def test_axes_have_round_ticks_within_their_ends():
    assert Axis(0, 1).ticks == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert Axis(1, 30).ticks == [10.0, 20.0, 30.0]
    assert Axis(0.05, 100, logarithmic=True).ticks == [0.1, 1.0, 10.0, 100.0]


def test_a_perfect_confusion_is_dark_on_its_diagonal_only():
    image = confusion_picture(np.eye(3, dtype=int) * 7, ["a", "b", "c"])
    wrong = confusion_picture(np.roll(np.eye(3, dtype=int) * 7, 1, axis=1), ["a", "b", "c"])
    assert has(image, (8, 69, 122)) > 3000 and has(image, (176, 58, 20)) == 0
    assert has(wrong, (8, 69, 122)) == 0 and has(wrong, (176, 58, 20)) > 3000


def test_a_confusion_of_many_classes_with_long_names_stays_of_a_size_that_can_be_looked_at():
    labels = [f"a rather long name of gesture {k}" for k in range(60)]
    image = confusion_picture(np.ones((60, 60), int), labels)
    assert max(image.shape) < 1700


def test_every_series_of_the_curves_is_drawn_in_its_own_colour():
    image = curves_picture({"one": [1, 0.5, 0.2], "two": [1.2, 0.9, float("nan")]}, "Curves", "epoch", "loss")
    assert has(image, SERIES[0]) > 200 and has(image, SERIES[1]) > 100 and has(image, SERIES[2]) == 0


@pytest.mark.parametrize("curves", [{}, {"none": []}, {"one": [0.3]}, {"unknown": [float("nan")] * 3}])
def test_curves_of_next_to_nothing_can_be_drawn(curves):
    assert curves_picture(curves, "Curves").shape == (570, 900, 3)


def test_the_reliability_and_operating_pictures_show_their_data():
    bins = reliability([0, 1, 0, 0], [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
    assert has(reliability_picture(bins), (120, 178, 217)) > 1000
    line = {"all": [(0.0, 0.3), (1.0, 0.8), (30.0, 0.95)]}
    marked, plain = operating_picture(line, {"all": 1}), operating_picture(line)
    assert has(marked, SERIES[0]) > has(plain, SERIES[0]) > 200


def test_a_strip_shows_the_hand_where_it_is_in_the_mirror():
    image = skeleton_strip(take(), pictures=2, height=200)
    right_hand = (image == np.array((0, 114, 178), np.uint8)).all(axis=2)
    first, last = right_hand[:, 8:275], right_hand[:, 283:550]
    assert first.any() and last.any()
    # The hand moves to the right of the picture, which is the left of the mirror.
    assert np.flatnonzero(first.any(axis=0)).mean() > np.flatnonzero(last.any(axis=0)).mean()


def test_frames_have_even_sizes_for_codecs():
    frames = list(skeleton_frames(take(3), height=121))
    assert [frame.shape for frame in frames] == [(120, 160, 3)] * 3


def test_a_take_without_hands_can_be_drawn():
    empty = take(2)
    nobody = Take(empty.t_ms, np.full_like(empty.image_points, np.nan), empty.world_points, np.zeros((2, 2), bool), {})
    assert skeleton_strip(nobody, title="nobody").ndim == 3


def test_a_picture_is_written_in_the_right_colours_and_leaves_nothing_else(tmp_path):
    canvas = Canvas(8, 8)
    canvas.image[:] = (200, 10, 20)
    write_picture(tmp_path / "red.png", canvas.image)
    assert cv2.imread(str(tmp_path / "red.png"))[0, 0].tolist() == [20, 10, 200]
    assert [path.name for path in tmp_path.iterdir()] == ["red.png"]


@pytest.mark.parametrize("name", ["no/such/folder.png", "picture.docx", "picture"])
def test_a_picture_that_cannot_be_written_says_so(tmp_path, name):
    with pytest.raises(GesturectlError) as failure:
        write_picture(tmp_path / name, Canvas(8, 8).image)
    assert failure.value.remedy
    assert list(tmp_path.iterdir()) == []
