"""What trackers and clocks do wrong, before the recogniser: nothing fires by it, and what was held ends once."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hands_seen import Moved, hands_at, recogniser_that_sees

from gesturectl.recognition.recogniser import Recogniser
from gesturectl.types import Hands, Phase

LEFT, RIGHT = (0.2, 0.6), (0.8, 0.6)
FRAME_MS = 33


def told(recogniser: Recogniser, frames: list[Hands]) -> list[str]:
    """The events of all frames: "gesture.phase"."""
    return [f"{event.gesture}.{event.phase}" for hands in frames for event in recogniser.update(hands)]


def watched(seconds: float, start_ms: int = 0, **where) -> list[Hands]:
    return [hands_at(start_ms + k * FRAME_MS, **where) for k in range(round(seconds * 1000 / FRAME_MS))]


def test_a_hand_that_truly_moves_swipes():
    """Else the tests below could not fail."""
    frames = watched(2, right=LEFT)
    frames += [hands_at(2000 + k * FRAME_MS, right=(0.2 + 0.05 * k, 0.6)) for k in range(12)]
    assert told(Recogniser(Moved()), frames) == ["swipe_left.begin"]


@pytest.mark.parametrize("stays_exchanged", [True, False])
def test_hands_that_are_taken_for_each_other_swipe_nowhere(stays_exchanged):
    straight, crosswise = {"left": LEFT, "right": RIGHT}, {"left": RIGHT, "right": LEFT}
    frames = watched(2, **straight) + watched(0.2, 2000, **crosswise)
    frames += watched(2, 2200, **(crosswise if stays_exchanged else straight))
    assert told(Recogniser(Moved()), frames) == []


def test_a_hand_that_becomes_another_persons_swipes_nowhere():
    frames = watched(2, right=LEFT)
    for visit in range(6):
        frames += watched(0.4, 2000 + 400 * visit, right=RIGHT if visit % 2 else LEFT)
    assert told(Recogniser(Moved()), frames) == []


def test_a_hand_that_changes_sides_swipes_nowhere():
    frames = watched(2, right=LEFT) + watched(1, 2000, left=LEFT) + watched(1, 3000, right=LEFT)
    assert told(Recogniser(Moved()), frames) == []


def test_what_is_held_ends_when_another_hand_takes_the_place():
    recogniser = recogniser_that_sees(lambda t_ms, hand: ("fist", 0.99))
    frames = watched(2, right=LEFT) + watched(0.3, 2000, right=RIGHT)
    events = [event for hands in frames for event in recogniser.update(hands)]
    assert [event.phase for event in events] == [Phase.BEGIN, Phase.END]
    assert events[1].t_ms == 2000


@pytest.mark.parametrize("to_ms", [0, 500, 3_600_000, 2**40])
def test_a_leap_of_time_fires_nothing_and_ends_what_is_held(to_ms):
    recogniser = recogniser_that_sees(lambda t_ms, hand: ("fist", 0.99) if t_ms < 3000 else ("swipe_left", 0.99))
    frames = [*watched(2, 1000, right=LEFT), hands_at(to_ms, right=RIGHT), hands_at(to_ms + 33, right=RIGHT)]
    events = [event for hands in frames for event in recogniser.update(hands)]
    assert [(event.gesture, event.phase) for event in events] == [("fist", Phase.BEGIN), ("fist", Phase.END)]


def test_after_time_ran_backwards_it_recognises_as_before():
    recogniser = Recogniser(Moved())
    told(recogniser, watched(3, 1_000_000, right=LEFT))
    frames = watched(2, right=LEFT)
    frames += [hands_at(2000 + k * FRAME_MS, right=(0.2 + 0.05 * k, 0.6)) for k in range(12)]
    assert told(recogniser, frames) == ["swipe_left.begin"]


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e30])
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_bursts_of_impossible_numbers_fire_nothing_and_lose_nothing(value):
    recogniser = recogniser_that_sees(lambda t_ms, hand: ("fist", 0.99))
    frames = watched(3, right=LEFT)
    for k in range(40, 46):
        points = frames[k].image_points.copy()
        points[1, 3:9] = value
        frames[k] = replace(frames[k], image_points=points)
    events = [event for hands in frames for event in recogniser.update(hands)]
    begun = [event.t_ms for event in events if event.phase is Phase.BEGIN]
    assert begun[0] < 40 * FRAME_MS
    assert not any(40 * FRAME_MS <= t_ms <= 46 * FRAME_MS for t_ms in begun)


def test_scores_that_are_no_numbers_fire_nothing():
    recogniser = recogniser_that_sees(lambda t_ms, hand: ("fist", math.nan if t_ms > 1000 else 0.5))
    assert told(recogniser, watched(3, right=LEFT)) == []
    assert np.isnan(recogniser.last["right"].scores).any()


def test_a_hand_that_is_there_when_the_camera_comes_back_must_rest_first():
    def script(t_ms, hand):
        return ("open_palm", 0.99) if not 4000 <= t_ms < 4600 else ("nothing", 0.99)

    recogniser = recogniser_that_sees(script)
    recogniser.release(0)
    recogniser.begin_anew()
    begun = [e.t_ms for t in range(0, 8000, 33) for e in recogniser.update(hands_at(t, right=(0.5, 0.7)))]
    assert begun, "it acts again after its rest"
    assert begun[0] > 4600
    told = {attempt.refusal.reason for attempt in recogniser.tried() if attempt.refusal}
    assert any("when the camera came back" in reason for reason in told)


def test_what_isn_t_known_yet_of_such_a_hand_is_no_rest():
    def script(t_ms, hand):
        return ("open_palm", 0.99) if t_ms > 600 else ("nothing", 0.99)

    recogniser = recogniser_that_sees(script)
    recogniser.begin_anew()
    assert [e for t in range(0, 8000, 33) for e in recogniser.update(hands_at(t, right=(0.5, 0.7)))] == []


def test_a_hand_that_comes_later_needn_t():
    recogniser = recogniser_that_sees(lambda t_ms, hand: ("open_palm", 0.99))
    recogniser.begin_anew()
    for t_ms in range(0, 2500, 200):
        recogniser.update(Hands.none(t_ms, 1.0))
    begun = [e.t_ms for t in range(2500, 6000, 33) for e in recogniser.update(hands_at(t, right=(0.5, 0.7)))]
    assert begun and begun[0] < 4000


def test_a_pose_that_stands_through_a_gap_without_frames_fires_no_second_time():
    recogniser = recogniser_that_sees(lambda t_ms, hand: ("fist", 0.99))
    times = [*range(0, 2000, 33), *range(3200, 8000, 33)]
    events = [event for t_ms in times for event in recogniser.update(hands_at(t_ms, right=(0.5, 0.7)))]
    assert [event.phase for event in events] == [Phase.BEGIN, Phase.END]
