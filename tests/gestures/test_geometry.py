"""Coordinates of other sources in the picture's axes."""

import numpy as np

from gesturectl.gestures.geometry import (
    LEFT,
    RIGHT,
    in_slot,
    projected,
    slot_of,
    times,
    unmirrored,
    without_zeros,
    world_take,
)
from gesturectl.gestures.take import objection
from gesturectl.types import JOINTS


def right_hand(frames: int = 3) -> np.ndarray:
    """(frames, 21, 3) metres: the user's right palm towards the camera, fingers up and bent towards it (z less)."""
    hand = np.zeros((JOINTS, 3), np.float32)
    for finger, across in enumerate((0.05, 0.03, 0.01, -0.01, -0.03)):  # thumb on the picture's right
        for joint in range(4):
            hand[1 + 4 * finger + joint] = across, -0.08 - 0.02 * joint, -0.01 * joint
    return np.repeat(hand[None], frames, axis=0)


def test_fingers_bend_to_the_palm_and_so_tell_right_from_left() -> None:
    hand = right_hand()
    assert slot_of(hand) == RIGHT
    assert slot_of(hand * np.array([-1, 1, 1], np.float32)) == LEFT
    assert slot_of(unmirrored(hand)) == LEFT
    hand[1] = np.nan
    assert slot_of(hand) == RIGHT


def test_unmirroring_twice_changes_nothing() -> None:
    hand = right_hand()
    np.testing.assert_allclose(unmirrored(unmirrored(hand)), hand, atol=1e-6)


def test_all_zero_hands_and_broken_ones_are_absent_and_a_joint_at_zero_is_not() -> None:
    points = np.stack([np.zeros((21, 3)), right_hand(1)[0], right_hand(1)[0]])
    points[2, 4, 1] = np.inf
    cleaned = without_zeros(points)
    assert np.isnan(cleaned[0]).all()
    assert np.isfinite(cleaned[1]).all()
    assert np.isnan(cleaned[2]).all()
    assert np.isfinite(points[1]).all()


def test_times_have_the_rate_without_drifting() -> None:
    assert times(4, 30).tolist() == [0, 33, 67, 100]
    assert times(30 * 3600 + 1, 30)[-1] == 3_600_000


def test_a_projection_keeps_shape_and_motion_and_centres_the_take() -> None:
    hand = right_hand(3)
    hand[:, :, 0] += np.array([0, 0.1, 0.3], np.float32)[:, None] + 5
    hand[:, :, 2] += 0.7
    image = projected(in_slot(hand, RIGHT))[:, RIGHT]
    np.testing.assert_allclose(np.diff(image[:, 0, 0]), [0.1, 0.2], atol=1e-5)
    np.testing.assert_allclose(image[..., :2].mean((0, 1)), 0.5, atol=1e-5)
    np.testing.assert_allclose(image[0, 9] - image[0, 0], hand[0, 9] - hand[0, 0], atol=1e-5)
    assert (image[:, 0, 2] == 0).all()


def test_a_world_take_without_any_hand_is_still_a_take() -> None:
    take = world_take(times(2, 30), in_slot(np.full((2, 21, 3), np.nan, np.float32), RIGHT), {})
    assert not objection(take)
    assert not take.present.any()
