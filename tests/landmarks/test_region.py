"""The square a hand is looked for in."""

import math

import numpy as np
import pytest

from gesturectl.landmarks.region import Region, region_of_joints, region_of_palm, turned
from gesturectl.landmarks.skeleton import BONES, FINGERS, PALM, TIPS, Joint


def hand(angle: float = 0.0, x: float = 300.0, y: float = 200.0, size: float = 100.0) -> np.ndarray:
    """(21, 2) pixels of a flat hand whose wrist is at `x`, `y` and whose fingers point up, then turned clockwise."""
    points = np.zeros((21, 2), np.float32)
    for column, finger in enumerate(FINGERS.values()):
        for row, joint in enumerate(finger):
            points[joint] = ((column - 2) * 0.2, -1.0 - 0.25 * row)
    points[Joint.THUMB_CMC : Joint.THUMB_TIP + 1, 1] += 0.7
    return turned(points * np.float32(size), angle) + np.array([x, y], np.float32)


@pytest.mark.parametrize("angle", [0.0, 0.5, -1.2, 3.0, -math.pi / 2])
def test_the_region_turns_with_the_hand(angle: float) -> None:
    upright, turned_one = region_of_joints(hand()), region_of_joints(hand(angle))
    assert turned_one.angle - upright.angle == pytest.approx(angle, abs=1e-4)
    # The box is that of the turned joints' upright picture, about the middle of their turned one: nearly the same.
    assert turned_one.size == pytest.approx(upright.size, rel=1e-3)


def test_the_region_holds_every_joint_with_room_to_move() -> None:
    region = region_of_joints(hand(0.7))
    crop = region.crop_matrix(224)
    inside = hand(0.7) @ crop[:, :2].T + crop[:, 2]
    assert (inside > 10).all()
    assert (inside < 214).all()


def test_the_hand_is_upright_in_the_crop() -> None:
    joints = hand(2.2)
    crop = region_of_joints(joints).crop_matrix(224)
    wrist, middle = joints[[Joint.WRIST, Joint.MIDDLE_MCP]] @ crop[:, :2].T + crop[:, 2]
    assert middle[1] < wrist[1]
    assert middle[0] == pytest.approx(wrist[0], abs=4)


def test_a_point_of_the_crop_goes_back_to_where_it_came_from() -> None:
    region = Region(320.0, 200.0, 150.0, 0.8)
    crop = region.crop_matrix(224)
    points = np.array([[300.0, 180.0], [350.0, 260.0]], np.float32)
    shares = (points @ crop[:, :2].T + crop[:, 2]) / 224
    assert region.to_picture(shares.astype(np.float32)) == pytest.approx(points, abs=1e-3)


def test_the_region_of_a_palm_reaches_towards_the_fingers() -> None:
    box = np.array([100, 100, 200, 200], np.float32)
    wrist, middle = np.array([150, 200], np.float32), np.array([150, 100], np.float32)
    region = region_of_palm(box, wrist, middle)
    assert (region.x, region.y) == pytest.approx((150, 100))
    assert region.size == pytest.approx(260)
    assert region.angle == pytest.approx(0)
    pointing_right = region_of_palm(box, np.array([100, 150], np.float32), np.array([200, 150], np.float32))
    assert (pointing_right.x, pointing_right.y) == pytest.approx((200, 150))
    assert pointing_right.angle == pytest.approx(math.pi / 2)


def test_overlap_is_shared_area_over_joint_area() -> None:
    region = Region(0, 0, 2, 0)
    assert region.overlap(region) == pytest.approx(1)
    assert region.overlap(Region(1, 0, 2, 0.5)) == pytest.approx(2 / 6)
    assert region.overlap(Region(5, 0, 2, 0)) == 0


def test_joints_in_one_point_still_give_a_region() -> None:
    assert region_of_joints(np.full((21, 2), 7, np.float32)).size > 0


def test_the_skeleton_names_every_joint_once_and_joins_them_all() -> None:
    assert sorted(Joint) == list(range(21))
    assert sorted([Joint.WRIST, *(joint for finger in FINGERS.values() for joint in finger)]) == list(range(21))
    assert {joint for bone in BONES for joint in bone} == set(Joint)
    assert set(PALM) < set(Joint)
    assert [joint.name for joint in TIPS] == ["THUMB_TIP", "INDEX_TIP", "MIDDLE_TIP", "RING_TIP", "PINKY_TIP"]
