import numpy as np
import pytest

from gesturectl.landmarks.skeleton import Joint
from gesturectl.synthesis.clips import write_script
from gesturectl.synthesis.gestures import GESTURES, drum_the_fingers, lowered, resting, scratch_the_face, shown
from gesturectl.synthesis.motion import Script, min_jerk, steady
from gesturectl.synthesis.scene import Look, landmarks


def script_of(gesture: str, hand="right", seed: int = 0) -> Script:
    return write_script([gesture], hand, np.random.default_rng(seed))


def path(script: Script, joint: int = Joint.MIDDLE_MCP) -> np.ndarray:
    """(T, 3) mm of one joint during the script's only gesture; x is the picture's right, y is up."""
    event = script.events[0]
    times = np.linspace(event.start_ms, event.end_ms, 60) / 1000
    return np.array([landmarks(script.at(t), Look())[joint] for t in times])


@pytest.mark.parametrize("pace", [min_jerk, steady])
def test_a_pace_goes_from_start_to_end_without_turning_back(pace):
    way = np.array([pace(share) for share in np.linspace(0, 1, 101)])

    assert way[0] == 0
    assert way[-1] == pytest.approx(1)
    assert (np.diff(way) >= 0).all()


def test_a_script_passes_through_its_postures():
    script = Script(resting(), np.random.default_rng(0))
    script.move(shown("fist"), 0.5)
    script.hold(0.5)

    there = script.at(0.75)

    assert there.palm == pytest.approx(shown("fist").palm, abs=8)  # drift of an arm held up
    assert there.pose == pytest.approx(shown("fist").pose, abs=8)
    assert script.seconds == 1.0


def test_a_hand_held_still_is_never_quite_still():
    script = Script(resting(), np.random.default_rng(0))
    script.hold(2.0)

    places = np.array([script.at(t).palm for t in np.linspace(0, 2, 60)])

    assert 0.1 < places.std(0).mean() < 5


@pytest.mark.parametrize("gesture", GESTURES)
def test_a_script_of_one_gesture_marks_it_after_the_hand_has_come_and_before_it_rests(gesture):
    script = script_of(gesture)

    (event,) = script.events
    assert event.gesture == gesture
    assert 1500 < event.start_ms < event.end_ms < script.seconds * 1000 - 1000


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("gesture", "axis", "sign"),
    # The owner's left is the picture's right, because the camera faces the owner.
    [("swipe_left", 0, 1), ("swipe_right", 0, -1), ("swipe_up", 1, 1), ("swipe_down", 1, -1)],
)
@pytest.mark.parametrize("hand", ["right", "left"])
def test_a_swipe_goes_where_its_owner_says(gesture, axis, sign, hand, seed):
    script = script_of(gesture, hand, seed)
    assert script.events[0].gesture == gesture

    moved = path(script)[-1] - path(script)[0]

    if hand == "left":  # the picture of a left hand is turned over after rendering
        moved = moved * [-1, 1, 1]
    assert moved[axis] * sign > 100
    assert abs(moved[axis]) > 3 * abs(moved[1 - axis])


@pytest.mark.parametrize(("gesture", "sense"), [("circle_cw", 1), ("circle_ccw", -1)])
def test_a_circle_turns_as_its_owner_sees_it(gesture, sense):
    x, y, _ = path(script_of(gesture), Joint.INDEX_TIP).T

    # Twice the signed area: positive runs from the picture's right to its top, which is clockwise from behind.
    area = float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())

    assert area * sense > 2 * np.pi * 40**2


def test_a_push_comes_at_the_camera():
    z = path(script_of("push"))[:, 2]

    assert z[-1] / z[0] < 0.75


@pytest.mark.parametrize(("gesture", "closes"), [("pinch", True), ("spread", False)])
def test_a_pinch_closes_thumb_and_index_and_a_spread_opens_them(gesture, closes):
    script = script_of(gesture)

    gap = np.linalg.norm(path(script, Joint.THUMB_TIP) - path(script, Joint.INDEX_TIP), axis=1)

    assert (gap[0] > gap[-1] + 30) is np.bool_(closes)


def test_a_wave_changes_sides_at_least_four_times():
    x = path(script_of("wave"), Joint.MIDDLE_TIP)[:, 0]

    turns = np.diff(np.sign(np.diff(x[np.abs(np.gradient(x)) > 0.5]))) != 0

    assert turns.sum() >= 4


@pytest.mark.parametrize("movement", [scratch_the_face, drum_the_fingers])
def test_everyday_movements_are_no_gestures_and_end_at_rest(movement):
    script = Script(lowered(), np.random.default_rng(0))
    script.move(resting(), 0.5)

    movement(script, np.random.default_rng(0))

    assert script.events == []
    assert script.now.palm == pytest.approx(resting().palm)


def test_another_seed_is_another_performance():
    assert script_of("swipe_left", seed=1).seconds != script_of("swipe_left", seed=2).seconds
