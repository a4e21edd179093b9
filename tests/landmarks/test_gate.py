"""Is anything moving?"""

import numpy as np

from gesturectl.landmarks.gate import MotionGate
from gesturectl.types import Frame

ROOM = np.tile(np.linspace(30, 200, 640, dtype=np.uint8)[None, :, None], (480, 1, 3))


def test_the_first_picture_counts_as_moving() -> None:
    assert MotionGate().moving(Frame(0, ROOM))


def test_the_same_picture_again_is_still() -> None:
    gate = MotionGate()
    gate.moving(Frame(0, ROOM))
    assert not gate.moving(Frame(200, ROOM))


def test_the_noise_of_a_dim_webcam_is_still() -> None:
    noise = np.random.default_rng(0)
    gate = MotionGate()
    for look in range(50):
        noisy = np.clip(ROOM + noise.normal(0, 10, ROOM.shape), 0, 255).astype(np.uint8)
        assert gate.moving(Frame(200 * look, noisy)) == (look == 0)


def test_a_small_hand_far_away_is_motion() -> None:
    gate = MotionGate()
    gate.moving(Frame(0, ROOM))
    raised = ROOM.copy()
    raised[200:240, 300:330] = 150
    assert gate.moving(Frame(200, raised))


def test_slow_motion_is_seen_because_close_pictures_are_not_compared() -> None:
    gate = MotionGate()
    answers = []
    for frame in range(30):
        slow = ROOM.copy()
        slow[100:300, 200 + 3 * frame : 300 + 3 * frame] = 250
        answers.append(gate.moving(Frame(33 * frame, slow)))
    assert all(answers)


def test_slow_changes_add_up_beside_the_picture_that_was_noted() -> None:
    gate = MotionGate()
    assert gate.changed
    gate.moving(Frame(0, ROOM))
    gate.remember()
    assert not gate.changed
    for look in range(1, 15):
        assert not gate.moving(Frame(200 * look, ROOM + np.uint8(look)))
    assert gate.changed
    gate.remember()
    assert not gate.changed


def test_after_a_reset_the_next_picture_counts_as_moving() -> None:
    gate = MotionGate()
    gate.moving(Frame(0, ROOM))
    gate.moving(Frame(200, ROOM))
    gate.reset()
    assert gate.moving(Frame(400, ROOM))
