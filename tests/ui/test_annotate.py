"""What is drawn on a frame."""

import numpy as np
import pytest

from gesturectl.types import Hands
from gesturectl.ui.annotate import Caption, annotate

GREY = np.full((480, 640, 3), 128, np.uint8)


def hands_at(x, slot=1, spread=0.05):
    """One hand whose joints all lie around `x` of the width."""
    hands = Hands.none(0, 4 / 3)
    hands.present[slot] = True
    hands.image_points[slot, :, 0] = np.linspace(x - spread, x + spread, 21)
    hands.image_points[slot, :, 1] = np.linspace(0.4, 0.6, 21)
    return hands


def changed(picture, before=GREY):
    """Columns that differ."""
    return np.flatnonzero((picture != before).any(axis=(0, 2)))


def test_the_hand_is_drawn_where_a_mirror_shows_it():
    columns = changed(annotate(GREY, hands_at(0.2), []))
    assert columns.min() > 640 * 0.7
    assert columns.max() < 640 * 0.9


def test_the_picture_itself_is_mirrored_and_left_alone():
    image = GREY.copy()
    image[:, :100] = 255
    before = image.copy()
    picture = annotate(image, None, [])
    assert (picture[:, -100:] == 255).all()
    assert (image == before).all()


def test_the_two_hands_have_different_colours():
    left, right = (annotate(GREY, hands_at(0.5, slot, spread=0.4), []) for slot in (0, 1))
    assert (left != right).any()


def test_points_that_are_not_there_are_not_drawn():
    hands = hands_at(0.5)
    hands.image_points[1, 8] = np.nan
    assert changed(annotate(GREY, hands, [])).size == 0


def test_captions_stack_from_the_bottom_and_leave_the_middle_free():
    one = annotate(GREY, None, [Caption("a", "b")])
    two = annotate(GREY, None, [Caption("a", "b"), Caption("c", "d")])
    rows = [np.flatnonzero((picture != GREY).any(axis=(1, 2))) for picture in (one, two)]
    assert rows[1].min() < rows[0].min()
    assert rows[1].min() > 240


def test_a_caption_fades_away():
    def strength(value):
        picture = annotate(GREY, None, [Caption("a", "b", strength=value)])
        return int(np.abs(picture.astype(int) - GREY).sum())

    assert strength(1.0) > strength(0.4) > strength(0.0) == 0


@pytest.mark.parametrize("size", [(48, 64), (120, 160), (1080, 1920)])
def test_any_size_and_any_words_will_do(size):
    image = np.zeros((*size, 3), np.uint8)
    long = Caption("wave × 🖐 " * 20, "type “Grüße” · " * 30, good=False)
    picture = annotate(image, hands_at(1.5), [long] * 5, "corner · ×")
    assert picture.shape == image.shape
