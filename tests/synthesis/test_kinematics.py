import numpy as np
import pytest

from gesturectl.landmarks.skeleton import TIPS, Joint
from gesturectl.synthesis.kinematics import PHALANGES, POSE, bones, joints, points, random_shape
from gesturectl.synthesis.poses import POSES


@pytest.fixture
def many_poses():
    rng = np.random.default_rng(0)
    return rng.uniform(-20, 90, (50, POSE))


def test_bones_keep_their_length_whatever_the_pose(many_poses):
    hand = bones(many_poses)

    lengths = np.linalg.norm(hand.ends - hand.starts, axis=-1)

    assert lengths == pytest.approx(np.tile(PHALANGES.reshape(15), (50, 1)))


def test_frames_are_rotations_whose_second_axis_runs_along_the_bone(many_poses):
    hand = bones(many_poses)

    along = (hand.ends - hand.starts) / np.linalg.norm(hand.ends - hand.starts, axis=-1, keepdims=True)

    assert hand.frames[..., 1] == pytest.approx(along)
    assert np.linalg.det(hand.frames) == pytest.approx(np.ones((50, 15)))
    assert np.linalg.det(hand.forearm) == pytest.approx(np.ones(50))


def test_each_bone_of_a_finger_starts_where_the_one_before_ends(many_poses):
    hand = bones(many_poses)

    starts, ends = hand.starts.reshape(50, 5, 3, 3), hand.ends.reshape(50, 5, 3, 3)

    assert starts[:, :, 1:] == pytest.approx(ends[:, :, :-1])


def test_a_batch_gives_what_its_poses_give_one_by_one(many_poses):
    assert joints(many_poses)[7] == pytest.approx(joints(many_poses[7])[0])


def test_an_open_right_hand_points_its_fingers_up_and_its_thumb_to_the_radial_side():
    hand = joints(POSES["open"])[0]

    assert hand[Joint.MIDDLE_TIP, 1] == hand[:, 1].max()
    assert hand[Joint.WRIST, 1] == hand[:, 1].min()
    assert hand[Joint.THUMB_TIP, 0] == hand[:, 0].max()
    assert hand[Joint.PINKY_TIP, 0] == hand[:, 0].min()
    assert hand[Joint.INDEX_MCP, 0] > hand[Joint.PINKY_MCP, 0]


def test_bending_the_index_moves_nothing_else_and_goes_to_the_palm():
    bent = POSES["open"].copy()
    bent[[0, 4, 8]] += 50

    before, after = joints(POSES["open"])[0], joints(bent)[0]

    others = [joint for joint in Joint if joint not in (Joint.INDEX_PIP, Joint.INDEX_DIP, Joint.INDEX_TIP)]
    assert after[others] == pytest.approx(before[others])
    assert after[Joint.INDEX_TIP, 2] > before[Joint.INDEX_TIP, 2] + 30


def test_the_wrist_moves_the_forearm_and_no_joint():
    bent = POSES["open"].copy()
    bent[21] += 40

    assert joints(bent) == pytest.approx(joints(POSES["open"]))
    # The palm bends towards its own palmar side, so the forearm, seen from the palm, leaves towards the back.
    assert -bones(bent).forearm[0][2, 1] > -bones(POSES["open"]).forearm[0][2, 1]


def test_a_longer_finger_lengthens_only_itself():
    longer = joints(POSES["open"], np.array([1, 1, 1.2, 1, 1]))[0]

    before = joints(POSES["open"])[0]

    assert longer[Joint.MIDDLE_TIP, 1] - before[Joint.MIDDLE_TIP, 1] > 15
    others = [joint for joint in Joint if joint not in (Joint.MIDDLE_PIP, Joint.MIDDLE_DIP, Joint.MIDDLE_TIP)]
    assert longer[others] == pytest.approx(before[others])


def test_the_marked_points_lie_near_the_ends_of_the_bones():
    hand = bones(POSES["relaxed"])

    tips = hand.ends[0, [2, 5, 8, 11, 14]]

    assert np.linalg.norm(points(hand)[0, list(TIPS)] - tips, axis=-1).max() < 6


def test_random_hands_differ_but_stay_hands():
    shapes, sizes = random_shape(np.random.default_rng(1), 200)

    assert shapes.shape == (200, 5)
    assert shapes.std() > 0.02
    assert 0.8 < sizes.min() < sizes.max() < 1.2
