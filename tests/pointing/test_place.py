"""What of a hand's joints moves the pointer, on hands with known angles."""

from dataclasses import replace

import numpy as np
import pytest

from gesturectl.pointing.pinch import PRESS, RELEASE
from gesturectl.pointing.place import places_of
from gesturectl.synthesis import kinematics
from gesturectl.synthesis.poses import POSES
from gesturectl.types import Hands

ASPECT = 4 / 3


def shown(pose, middle=(0.5, 0.5), slot=1, palm=0.2):
    """A hand in a pose, upright, palm to the camera, its palm's middle where it is said (in the picture)."""
    joints = kinematics.joints(POSES[pose][None])[0] / 1000
    length = np.linalg.norm(joints[9] - joints[0])
    flat = np.stack([-joints[:, 0] if slot else joints[:, 0], -joints[:, 1]], -1) * palm / length
    flat += np.array(middle) * [ASPECT, 1] - flat[[0, 5, 9, 13, 17]].mean(axis=0)
    hands = Hands.none(0, ASPECT)
    image, world, present = hands.image_points.copy(), hands.world_points.copy(), hands.present.copy()
    image[slot, :, :2], image[slot, :, 2] = flat / [ASPECT, 1], 0
    world[slot], present[slot] = joints, True
    return replace(hands, image_points=image, world_points=world, present=present)


def test_the_picture_s_left_is_the_person_s_right():
    (left,) = places_of(shown("open", (0.25, 0.4)))
    (right,) = places_of(shown("open", (0.75, 0.4)))
    assert left.x > right.x
    assert left.x == pytest.approx(0.75 * ASPECT)
    assert left.y == pytest.approx(0.4)
    assert left.palm == pytest.approx(0.2, rel=0.05)


def test_a_pinch_is_below_the_threshold_and_all_else_above_the_other():
    assert places_of(shown("pinch"))[0].gap < PRESS
    for pose in ("open", "relaxed", "point", "pinch_open", "claw", "fist"):
        assert places_of(shown(pose))[0].gap > RELEASE, pose


def test_only_a_fist_is_closed():
    closed = [
        pose for pose in ("open", "relaxed", "point", "pinch", "claw", "fist") if places_of(shown(pose))[0].closed
    ]
    assert closed == ["fist"]


def test_a_pinch_moves_the_place_hardly():
    """The wrist stays; the fingertip moves by more than half a palm, the place by less than a twentieth."""
    before, after = (shown(pose) for pose in ("open", "pinch"))
    shift = before.image_points[1, 0, :2] - after.image_points[1, 0, :2]
    moved = replace(after, image_points=after.image_points + np.append(shift, 0).astype(np.float32))
    (one,), (other,) = places_of(before), places_of(moved)
    tip = (moved.image_points - before.image_points)[1, 8, :2] * [ASPECT, 1]
    assert np.hypot(*tip) > 0.5 * one.palm
    assert np.hypot(one.x - other.x, one.y - other.y) < 0.05 * one.palm


def test_without_points_in_space_the_picture_has_to_do():
    hands = shown("pinch")
    flat = replace(hands, world_points=np.full_like(hands.world_points, np.nan))
    assert places_of(flat)[0].gap < PRESS


def test_a_hand_whose_palm_is_beyond_the_edge_is_gone():
    assert places_of(shown("open", (1.02, 0.5))) == ()
    assert places_of(Hands.none(0, ASPECT)) == ()


def test_both_hands_have_a_place():
    left, right = shown("open", (0.7, 0.5), slot=0), shown("open", (0.3, 0.5), slot=1)
    both = replace(
        right,
        image_points=np.stack([left.image_points[0], right.image_points[1]]),
        world_points=np.stack([left.world_points[0], right.world_points[1]]),
        present=np.array([True, True]),
    )
    assert [place.hand for place in places_of(both)] == ["left", "right"]
