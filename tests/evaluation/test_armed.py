"""Which events would act if arming were required."""

import numpy as np
from recorded import ToyClassifier, hand_take, steady

from gesturectl.evaluation.armed import armed_events
from gesturectl.evaluation.streams import Stream, judge_streams
from gesturectl.recognition.arming import ArmedBy
from gesturectl.types import GestureEvent, Phase


def stretch(gesture: str, start_ms: int, end_ms: int) -> list[GestureEvent]:
    ends = ((Phase.BEGIN, start_ms), (Phase.END, end_ms))
    return [GestureEvent(gesture, "right", phase, 0.9, t_ms) for phase, t_ms in ends]


def begun(events: tuple[GestureEvent, ...]) -> list[tuple[str, int]]:
    return [(event.gesture, event.t_ms) for event in events if event.phase is Phase.BEGIN]


def test_an_event_counts_only_after_the_arming_gesture_and_prolongs_it():
    t_ms = steady(30)
    take = hand_take(t_ms, np.ones(len(t_ms), bool))
    events = [
        *stretch("swipe_left", 1000, 1200),
        *stretch("fist", 2000, 3000),
        *stretch("swipe_left", 7000, 7200),
        *stretch("swipe_left", 11_000, 11_200),
        *stretch("swipe_left", 17_000, 17_200),
    ]
    armed = armed_events(events, take, ArmedBy("fist", 5000))
    assert begun(armed.events) == [("swipe_left", 7000), ("swipe_left", 11_000)]
    assert armed.armings == 1


def test_a_hand_that_was_away_has_to_arm_again():
    t_ms = steady(12)
    take = hand_take(t_ms, (t_ms < 3000) | (t_ms > 5500))
    events = [*stretch("fist", 1000, 3000), *stretch("swipe_left", 6500, 6700)]
    assert begun(armed_events(events, take, ArmedBy("fist", 5000)).events) == []


def test_streams_count_nothing_that_nobody_armed():
    t_ms = steady(8)
    stream = Stream("a", hand_take(t_ms, (t_ms >= 1000) & (t_ms < 3000)), ())
    (free,) = judge_streams(ToyClassifier(), [stream])
    (armed,) = judge_streams(ToyClassifier(), [stream], shifts=(0.0,), armed_by=ArmedBy("swipe_left"))
    assert (len(free.score.false), len(armed.score.false), len(armed.sweep[0].false)) == (1, 0, 0)
    (own,) = judge_streams(ToyClassifier(), [stream], armed_by=ArmedBy("fist"))
    assert (len(own.score.false), own.armings) == (0, 1)
