"""From the detector's output to distinct palms."""

import numpy as np
import pytest

from gesturectl.landmarks.palm import anchors, distinct_palms

SIDE = 192
POINTS = anchors(SIDE)


def output(*palms: tuple[int, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """A detector's boxes and logits: each palm is (anchor, offset in x, size, logit)."""
    boxes = np.zeros((len(POINTS), 18), np.float32)
    logits = np.full(len(POINTS), -10, np.float32)
    for anchor, x, size, logit in palms:
        boxes[anchor, :4] = (x, 0, size, size)
        logits[anchor] = logit
    return boxes, logits


def test_there_are_as_many_anchors_as_boxes_and_they_cover_the_picture() -> None:
    assert POINTS.shape == (2016, 2)
    assert POINTS.min() == 4
    assert POINTS.max() == SIDE - 4


def test_nothing_likely_is_no_palm() -> None:
    assert distinct_palms(*output(), POINTS) == []
    assert distinct_palms(*output((500, 0, 30, -0.01)), POINTS) == []


def test_boxes_of_one_palm_are_averaged_by_belief() -> None:
    palms = distinct_palms(*output((500, -1, 30, 9.0), (501, 1, 30, 9.0)), POINTS)
    assert len(palms) == 1
    assert palms[0][:2].mean(axis=0) == pytest.approx(POINTS[500])
    assert palms[0][1] - palms[0][0] == pytest.approx([30, 30])


def test_two_palms_stay_two_and_the_likelier_comes_first() -> None:
    palms = distinct_palms(*output((100, 0, 20, 2.0), (1100, 0, 20, 5.0)), POINTS)
    assert len(palms) == 2
    assert palms[0][:2].mean(axis=0) == pytest.approx(POINTS[1100])


def test_boxes_without_area_end() -> None:
    assert len(distinct_palms(*output((100, 0, 0, 2.0), (900, 0, 0, 2.0)), POINTS)) == 2
