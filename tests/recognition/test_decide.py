"""The decide stage, told as timelines."""

import numpy as np
from timeline import LABELS, play, prediction, scenario

from gesturectl.recognition.decide import Decider
from gesturectl.recognition.motion import Motion
from gesturectl.recognition.vocabulary import HELD, OPPOSITE
from gesturectl.types import Prediction


@scenario
def test_a_swipe_fires_once() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.95 -> swipe_left.begin
    1100 nothing    0.95 -> swipe_left.end
    """


@scenario
def test_a_long_swipe_is_still_one_event() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.95 -> swipe_left.begin
    2000 nothing    0.95 -> swipe_left.end
    """


@scenario
def test_the_same_gesture_twice_works_after_a_rest() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.95 -> swipe_left.begin
    1000 nothing    0.95 -> swipe_left.end
    1500 swipe_left 0.95 -> swipe_left.begin
    1800 nothing    0.95 -> swipe_left.end
    """


@scenario
def test_a_hand_that_goes_on_moving_has_not_rested() -> None:
    """
    0    nothing     0.95
    700  circle_cw   0.95 -> circle_cw.begin
    1200 nothing     0.95 speed=5 -> circle_cw.end
    1600 swipe_left  0.95 speed=5
    1900 nothing     0.95 speed=5
    """


@scenario
def test_a_flicker_of_nothing_is_no_rest() -> None:
    """
    0    nothing    0.95
    700  circle_cw  0.95 -> circle_cw.begin
    1500 nothing    0.95 -> circle_cw.end
    1600 circle_cw  0.95
    2100 nothing    0.95
    """


@scenario
def test_the_return_stroke_is_not_a_second_gesture() -> None:
    """
    0    nothing     0.95
    700  swipe_left  0.95 -> swipe_left.begin
    1000 nothing     0.95 -> swipe_left.end
    1400 swipe_right 0.95
    1700 nothing     0.95
    """


@scenario
def test_the_opposite_gesture_works_when_time_has_passed() -> None:
    """
    0    nothing     0.95
    700  swipe_left  0.95 -> swipe_left.begin
    1000 nothing     0.95 -> swipe_left.end
    2400 swipe_right 0.95 -> swipe_right.begin
    2700 nothing     0.95 -> swipe_right.end
    """


@scenario
def test_a_single_frame_does_not_fire() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.99
    733  nothing    0.95
    """


@scenario
def test_a_low_score_does_not_fire() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.70
    1500 nothing    0.95
    """


@scenario
def test_branches_that_disagree_do_not_fire() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.95 agreement=0.3
    1500 nothing    0.95
    """


@scenario
def test_a_pose_fires_when_held_still_and_ends_when_given_up() -> None:
    """
    0    nothing 0.95
    700  fist    0.95
    1000 fist    0.95 -> fist.begin
    3000 nothing 0.95
    3200 nothing 0.95 -> fist.end
    """


@scenario
def test_a_pose_survives_a_short_doubt() -> None:
    """
    0    nothing 0.95
    700  fist    0.95 -> fist.begin
    1500 nothing 0.95
    1650 fist    0.95
    2500 nothing 0.95 -> fist.end
    3000 nothing 0.95
    """


@scenario
def test_a_pose_in_motion_does_not_fire() -> None:
    """
    0    nothing 0.95
    700  fist    0.95 speed=3
    2000 nothing 0.95
    """


@scenario
def test_a_held_pose_ends_when_the_hand_is_lost() -> None:
    """
    0    nothing   0.95
    700  open_palm 0.95 -> open_palm.begin
    2000 gone      -> open_palm.end
    """


@scenario
def test_a_hand_that_has_just_appeared_is_not_swiping_up() -> None:
    """
    0    nothing  0.95 seen=100
    300  swipe_up 0.95 seen=300
    900  nothing  0.95 seen=500
    """


@scenario
def test_a_hand_half_out_of_the_picture_does_not_fire() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.95 inside=0.4
    1200 nothing    0.95 inside=0.4
    """


@scenario
def test_something_as_large_as_the_picture_is_no_hand() -> None:
    """
    0    nothing 0.95
    700  push    0.95 size=0.9
    1200 nothing 0.95 size=0.9
    """


@scenario
def test_hands_that_move_together_are_talking() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.95 other=4
    1200 nothing    0.95 other=4
    """


@scenario
def test_a_hand_that_hangs_does_not_swipe() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.95 lean=160
    1200 nothing    0.95 lean=160
    """


@scenario
def test_a_hand_that_hung_a_moment_ago_is_being_raised() -> None:
    """
    0    nothing  0.95
    900  swipe_up 0.95 hung=600
    1400 nothing  0.95 hung=1100
    """


@scenario
def test_a_hand_that_goes_on_down_is_being_lowered() -> None:
    """
    0    nothing    0.95
    700  swipe_down 0.95 speed=6
    900  swipe_down 0.95 inside=0.8
    1200 nothing    0.95 inside=0.8
    """


@scenario
def test_a_swipe_down_fires_when_it_has_come_to_rest() -> None:
    """
    0    nothing    0.95
    700  swipe_down 0.95 speed=6
    900  swipe_down 0.95 speed=1 -> swipe_down.begin
    1200 nothing    0.95 -> swipe_down.end
    """


@scenario
def test_another_gesture_may_follow_without_a_rest_after_a_while() -> None:
    """
    0    nothing    0.95
    700  swipe_left 0.95 -> swipe_left.begin
    1000 circle_cw  0.95 speed=5 -> swipe_left.end
    2200 circle_cw  0.95 speed=5 -> circle_cw.begin
    2500 nothing    0.95 -> circle_cw.end
    """


@scenario
def test_a_swipe_down_may_end_with_the_fingers_down() -> None:
    """
    0    nothing    0.95
    700  swipe_down 0.95 lean=160 -> swipe_down.begin
    1200 nothing    0.95 -> swipe_down.end
    """


@scenario
def test_two_gestures_need_a_moment_between_them() -> None:
    """
    0    nothing 0.95
    700  pinch   0.95 -> pinch.begin
    900  nothing 0.95 -> pinch.end
    1080 grab    0.95
    1200 nothing 0.95
    """


def test_every_rejection_names_the_rule_and_the_reason() -> None:
    _, _, rejections = play("0 nothing 0.95\n700 swipe_left 0.5\n1200 nothing 0.95")
    assert {r.rule for r in rejections} == {"confident"}
    assert all(r.gesture == "swipe_left" and "below 0.80" in r.reason for r in rejections)


def test_time_that_goes_backwards_starts_the_smoothing_anew() -> None:
    decider = Decider("right", dict.fromkeys(LABELS, 0.8))
    motion = Motion(seen_ms=1000, speed=0.0, size=0.15, inside=1.0, lean=0.0, hung_ms=None, other_speed=0.0)
    decider.update(prediction(90_000, "swipe_left", 0.99), motion, None)
    _, rejection = decider.update(prediction(1000, "grab", 0.9), motion, None)
    assert rejection is not None
    assert (rejection.gesture, round(rejection.score, 2)) == ("grab", 0.9)


@scenario
def test_a_hand_that_points_down_and_swings_up_means_it() -> None:
    """
    0    nothing 0.95
    900  swipe_up 0.95 hung=500
    1200 nothing 0.95 hung=900
    2900 swipe_up 0.95 hung=500 pointing=1 -> swipe_up.begin
    3200 nothing 0.95 -> swipe_up.end
    """


def test_a_label_with_a_longer_time_constant_grows_more_slowly() -> None:
    motion = Motion(seen_ms=1000, speed=0.0, size=0.15, inside=1.0, lean=0.0, hung_ms=None, other_speed=0.0)
    scores = []
    for smoothing_ms in ({}, {"grab": 300}):
        decider = Decider("right", dict.fromkeys(LABELS, 0.99), smoothing_ms=smoothing_ms)
        decider.update(prediction(1000, "nothing", 0.95), motion, None)
        _, rejection = decider.update(prediction(1300, "grab", 0.95), motion, None)
        assert rejection is not None
        scores.append(rejection.score)
    assert scores[0] > 0.9
    assert 0.5 < scores[1] < 0.65


def test_the_only_gesture_of_a_model_has_nothing_to_be_told_from() -> None:
    motion = Motion(seen_ms=1000, speed=0.0, size=0.15, inside=1.0, lean=0.0, hung_ms=None, other_speed=0.0)
    decider = Decider("right", {"nothing": 0.8, "wave": 0.8})
    events = []
    for t_ms in range(0, 1000, 33):
        seen = Prediction(t_ms, "right", ("nothing", "wave"), np.array([0.05, 0.95], np.float32), 1.0)
        events += decider.update(seen, motion, None)[0]
    assert [event.gesture for event in events] == ["wave"]


def test_opposites_come_in_pairs_of_gestures_that_happen_once() -> None:
    assert all(OPPOSITE[OPPOSITE[gesture]] == gesture for gesture in OPPOSITE)
    assert not HELD & set(OPPOSITE)
