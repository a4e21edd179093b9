import numpy as np
import pytest

from gesturectl.landmarks.skeleton import TIPS
from gesturectl.synthesis.kinematics import POSE, joints
from gesturectl.synthesis.poses import POSES
from gesturectl.synthesis.solve import CONTACTS, THUMB_ANGLES, THUMB_HIGH, THUMB_LOW, solve, touch

THUMB_TIP, INDEX_TIP, MIDDLE_TIP, RING_TIP, PINKY_TIP = TIPS
PAD_TO_PAD_MM = 22
"""Between the marked tips of two fingers whose pads touch: both lie inside, half a finger deep."""


def tip(pose: str, joint: int) -> np.ndarray:
    return joints(POSES[pose])[0, joint]


@pytest.mark.parametrize("name", POSES)
def test_every_pose_is_one_a_hand_can_take(name):
    pose = POSES[name]

    assert pose.shape == (POSE,)
    assert (pose[:12] >= -5).all()
    assert (pose[:4] <= 95).all()
    assert (pose[4:8] <= 110).all()
    assert (pose[8:12] <= 75).all()
    assert (np.abs(pose[12:16]) <= 20).all()


@pytest.mark.parametrize("name", CONTACTS)
def test_a_pose_of_contact_touches_within_the_limits_of_the_joints(name):
    quality = touch(POSES[name], CONTACTS[name])

    thumb = POSES[name][list(THUMB_ANGLES)]
    assert quality.gap_mm < 2.0
    assert quality.facing < (-0.5 if name != "snap" else 0.0)  # snapping fingers cross at an angle
    assert (thumb >= THUMB_LOW - 0.05).all()
    assert (thumb <= THUMB_HIGH + 0.05).all()


@pytest.mark.parametrize("name", ["victory", "pinch"])
def test_the_solver_finds_the_contact_from_a_hand_whose_thumb_is_elsewhere(name):
    start = POSES[name].copy()
    start[list(THUMB_ANGLES)] = POSES["open"][list(THUMB_ANGLES)]

    found = solve(start, CONTACTS[name], starts=3)

    assert touch(start, CONTACTS[name]).gap_mm > 10
    assert touch(found, CONTACTS[name]).gap_mm < 2.0


@pytest.mark.parametrize("name", ["pinch", "ok"])
def test_thumb_and_index_meet(name):
    assert np.linalg.norm(tip(name, THUMB_TIP) - tip(name, INDEX_TIP)) < PAD_TO_PAD_MM
    assert np.linalg.norm(tip(name, THUMB_TIP) - tip(name, MIDDLE_TIP)) > 2 * PAD_TO_PAD_MM


def test_a_pinch_starts_with_the_fingers_well_apart():
    assert np.linalg.norm(tip("pinch_open", THUMB_TIP) - tip("pinch_open", INDEX_TIP)) > 50


def test_all_five_fingers_meet_in_a_five_finger_pinch():
    tips = joints(POSES["five_pinch"])[0, list(TIPS)]

    assert np.linalg.norm(tips - tips.mean(0), axis=1).max() < 30


@pytest.mark.parametrize(
    ("name", "straight"),
    [
        ("open", {INDEX_TIP, MIDDLE_TIP, RING_TIP, PINKY_TIP}),
        ("fist", set()),
        ("point", {INDEX_TIP}),
        ("l_shape", {INDEX_TIP}),
        ("victory", {INDEX_TIP, MIDDLE_TIP}),
        ("two", {INDEX_TIP, MIDDLE_TIP}),
        ("three", {INDEX_TIP, MIDDLE_TIP, RING_TIP}),
        ("four", {INDEX_TIP, MIDDLE_TIP, RING_TIP, PINKY_TIP}),
        ("call", {PINKY_TIP}),
        ("rock", {INDEX_TIP, PINKY_TIP}),
        ("thumbs_up", set()),
    ],
)
def test_the_right_fingers_are_straight(name, straight):
    hand = joints(POSES[name])[0]

    reaching = {t for t in TIPS[1:] if hand[t, 1] > hand[t - 2, 1] + 15}

    assert reaching == straight


def test_the_thumb_stands_out_of_a_thumbs_up_and_not_of_a_fist():
    assert tip("thumbs_up", THUMB_TIP)[0] > 90
    assert tip("fist", THUMB_TIP)[0] < 40
