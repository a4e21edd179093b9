import numpy as np
import pytest

from gesturectl.synthesis.arm import FOREARM_MM, UPPER_ARM_MM, elbow
from gesturectl.synthesis.background import room
from gesturectl.synthesis.body import HEAD, SHOULDER, person
from gesturectl.synthesis.camera import View
from gesturectl.synthesis.scene import random_look
from gesturectl.synthesis.shading import DAYLIGHT, SKINS

VIEW = View(160, 120)
OUTWARD = np.array([-0.5, 0.0, 0.0])


@pytest.mark.parametrize("wrist", [(-60, -60, -520), (100, 0, -560), (-200, -350, -600)])
def test_the_elbow_is_a_bone_away_from_shoulder_and_wrist_and_hangs(wrist):
    wrist = np.array(wrist, float)

    joint = elbow(SHOULDER, wrist, OUTWARD)

    assert np.linalg.norm(joint - SHOULDER) == pytest.approx(UPPER_ARM_MM)
    assert np.linalg.norm(joint - wrist) == pytest.approx(FOREARM_MM)
    assert joint[1] < (SHOULDER[1] + wrist[1]) / 2


def test_an_arm_that_is_too_short_still_has_an_elbow_between():
    wrist = SHOULDER + np.array([0, 0, 900])

    joint = elbow(SHOULDER, wrist, OUTWARD)

    assert SHOULDER[2] < joint[2] <= wrist[2]


def test_a_room_is_another_for_every_seed_and_the_same_for_the_same():
    one, again, other = (room(VIEW, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert (one == again).all()
    assert np.abs(one - other).mean() > 0.02
    assert 0 <= one.min() < one.max() <= 1


def test_the_person_sits_where_the_head_is_and_leaves_the_corners_free():
    picture, depth = person(VIEW, SKINS["fair"], (0.3, 0.4, 0.5), (0.2, 0.1, 0.1), DAYLIGHT)

    column, row = VIEW.project(HEAD).round().astype(int)
    assert picture[row, column, 3] == pytest.approx(1, abs=0.01)
    assert 600 < depth[row, column] < 800
    assert picture[0, 0, 3] == 0


def test_random_people_have_every_skin():
    looks = [random_look(np.random.default_rng(seed)) for seed in range(60)]

    assert {look.skin for look in looks} == set(SKINS)
    assert len({look.room for look in looks}) == 60
