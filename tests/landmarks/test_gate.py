"""Is anything moving?"""

import numpy as np

from gesturectl.landmarks.gate import MotionGate

ROOM = np.tile(np.linspace(30, 200, 640, dtype=np.uint8)[None, :, None], (480, 1, 3))


def test_the_first_picture_counts_as_moving() -> None:
    assert MotionGate().moving(ROOM, 0)


def test_the_same_picture_again_is_still() -> None:
    gate = MotionGate()
    gate.moving(ROOM, 0)
    assert not gate.moving(ROOM, 200)


def test_the_noise_of_a_dim_webcam_is_still() -> None:
    noise = np.random.default_rng(0)
    gate = MotionGate()
    for look in range(50):
        noisy = np.clip(ROOM + noise.normal(0, 10, ROOM.shape), 0, 255).astype(np.uint8)
        assert gate.moving(noisy, 200 * look) == (look == 0)


def test_a_small_hand_far_away_is_motion() -> None:
    gate = MotionGate()
    gate.moving(ROOM, 0)
    raised = ROOM.copy()
    raised[200:240, 300:330] = 150
    assert gate.moving(raised, 200)


def test_slow_motion_is_seen_because_close_pictures_are_not_compared() -> None:
    gate = MotionGate()
    answers = []
    for frame in range(30):
        slow = ROOM.copy()
        slow[100:300, 200 + 3 * frame : 300 + 3 * frame] = 250
        answers.append(gate.moving(slow, 33 * frame))
    assert all(answers)


def test_after_a_reset_the_next_picture_counts_as_moving() -> None:
    gate = MotionGate()
    gate.moving(ROOM, 0)
    gate.moving(ROOM, 200)
    gate.reset()
    assert gate.moving(ROOM, 400)
