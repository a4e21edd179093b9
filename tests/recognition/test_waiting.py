"""Frames about which nothing needs to be known yet wait; what happens, and when, is as if none did."""

from collections.abc import Callable

import numpy as np
import pytest
from hands_seen import Labelled, hands_at
from timeline import LABELS, prediction

from gesturectl.daemon.pipeline import Pipeline
from gesturectl.recognition import waiting
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.types import NOTHING, Frame, GestureEvent, Hand, Hands, Prediction

FRAME_MS = 33
REST = (0.5, 0.7)

Script = Callable[[int, Hand], Prediction]


class Asked:
    """Says what a script says, and counts how often it is asked."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.times: list[int] = []

    def __call__(self, t_ms: int, hand: Hand) -> Prediction:
        self.times.append(t_ms)
        return self._script(t_ms, hand)


def watched(seconds: float, frame_ms: int = FRAME_MS, hand: str = "right") -> list[Hands]:
    """A hand that is there for so long."""
    return [hands_at(t_ms, **{hand: REST}) for t_ms in range(0, round(seconds * 1000), frame_ms)]


def played(script: Script, frames: list[Hands], at_once: bool = False) -> tuple[list[tuple[int, GestureEvent]], Asked]:
    """Events with the time of the frame that brought them; with `at_once` no frame waits."""
    asked = Asked(script)
    recogniser = Recogniser(Labelled(), foreseen=asked)
    events: list[tuple[int, GestureEvent]] = []
    for hands in frames:
        events += [(hands.t_ms, event) for event in recogniser.update(hands)]
        if at_once:
            recogniser.catch_up()
    events += [(frames[-1].t_ms, event) for event in recogniser.release(frames[-1].t_ms)]
    return events, asked


def told(events: list[tuple[int, GestureEvent]]) -> list[tuple[int, str, str, int]]:
    """What can be compared of events."""
    return [(came_ms, event.gesture, event.phase, event.t_ms) for came_ms, event in events]


def random_script(seed: int) -> Script:
    """Pieces of gestures and of nothing, some long, some of a single frame, with scores of all heights."""
    random = np.random.default_rng(seed)
    ends_ms = np.cumsum(random.choice([33, 66, 100, 200, 400, 900], 400))
    labels = random.choice([NOTHING, NOTHING, NOTHING, "fist", "open_palm", "swipe_left", "swipe_right", "wave"], 400)
    scores = random.choice([0.5, 0.8, 0.95, 0.99, 1.0], 400)
    agreement = random.choice([0.4, 1.0], 400, p=[0.1, 0.9])

    def script(t_ms: int, hand: Hand) -> Prediction:
        k = int(np.searchsorted(ends_ms, t_ms, side="right")) % 400
        return prediction(t_ms, str(labels[k]), float(scores[k]), float(agreement[k]))

    return script


@pytest.mark.parametrize("frame_ms", [16, 33, 40, 66])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_waits_could_have_brought_about_anything(seed, frame_ms, monkeypatch):
    monkeypatch.setattr(waiting, "SURE", 2.0)  # all that waited is looked at afterwards
    script, frames = random_script(seed), watched(40, frame_ms)
    events, _ = played(script, frames)
    every, _ = played(script, frames, at_once=True)
    assert len(events) > 6
    assert told(events) == told(every)
    assert all(came_ms == event.t_ms for came_ms, event in events)


def test_while_nothing_is_made_one_frame_in_four_is_looked_at():
    events, asked = played(lambda t_ms, hand: prediction(t_ms, NOTHING, 0.99), watched(10))
    assert events == []
    assert len(asked.times) == pytest.approx(10_000 / FRAME_MS / 4, abs=2)


def test_a_pose_that_is_held_is_looked_at_as_seldom():
    events, asked = played(lambda t_ms, hand: prediction(t_ms, "fist", 0.99), watched(10))
    assert [event.gesture for _, event in events] == ["fist", "fist"]
    assert len([t_ms for t_ms in asked.times if t_ms > 1000]) == pytest.approx(9000 / FRAME_MS / 4, abs=2)


@pytest.mark.parametrize("start_ms", range(3000, 3132, FRAME_MS))
def test_what_comes_up_while_frames_wait_happens_no_later(start_ms):
    def script(t_ms, hand):
        return prediction(t_ms, "swipe_left" if start_ms <= t_ms < start_ms + 400 else NOTHING, 0.99)

    events, _ = played(script, watched(5))
    assert [event.gesture for _, event in events] == ["swipe_left", "swipe_left"]
    assert told(events) == told(played(script, watched(5), at_once=True)[0])


def test_two_sure_looks_speak_for_the_frames_between_them():
    def script(t_ms, hand):
        return prediction(t_ms, NOTHING, 0.975 if t_ms < 1000 else 0.99)

    recogniser = Recogniser(Labelled(), foreseen=script)
    seen = []
    decide = recogniser._decide
    recogniser._decide = lambda hand, moment, found: (seen.append(found), decide(hand, moment, found))[1]  # type: ignore[method-assign]
    for hands in watched(2):
        recogniser.update(hands)
    scores = np.array([found.scores[LABELS.index(NOTHING)] for found in seen])
    assert [found.t_ms for found in seen] == list(range(0, seen[-1].t_ms + 1, FRAME_MS))
    assert (np.diff(scores) >= -1e-6).all()
    assert len(np.unique(scores.round(4))) == 5  # three frames on the way from one to the other


def test_doubtful_looks_don_t():
    _, asked = played(lambda t_ms, hand: prediction(t_ms, NOTHING, 0.95), watched(5))
    assert sorted(asked.times) == [hands.t_ms for hands in watched(5)]


def test_whoever_asks_is_told_of_the_newest_frame():
    recogniser = Recogniser(Labelled(), foreseen=lambda t_ms, hand: prediction(t_ms, NOTHING, 0.99))
    stale = []
    for hands in watched(2):
        recogniser.update(hands)
        stale.append(hands.t_ms - recogniser.last["right"].t_ms)
    assert max(stale) == 3 * FRAME_MS
    recogniser.catch_up()
    assert recogniser.last["right"].t_ms == hands.t_ms


def test_what_waits_when_the_hand_leaves_is_not_forgotten():
    recogniser = Recogniser(Labelled(), foreseen=lambda t_ms, hand: prediction(t_ms, NOTHING, 0.99))
    for hands in watched(3):
        recogniser.update(hands)
    assert recogniser.last["right"].t_ms < hands.t_ms
    recogniser.update(hands_at(hands.t_ms + FRAME_MS))
    assert recogniser.last["right"].t_ms == hands.t_ms


def test_beats_are_the_frames_that_a_live_recogniser_looks_at():
    _, asked = played(lambda t_ms, hand: prediction(t_ms, NOTHING, 0.99), watched(5))
    t_ms = [hands.t_ms for hands in watched(5)]
    assert asked.times[: len(waiting.beats(t_ms))] == [t_ms[place] for place in waiting.beats(t_ms)]


def test_whoever_looks_on_sees_the_frame_that_is_shown():
    class Tracker:
        def wants(self, t_ms):
            return True

        def process(self, frame):
            return hands_at(frame.t_ms, right=REST)

        def reset(self):
            pass

    recogniser = Recogniser(Labelled(), foreseen=lambda t_ms, hand: prediction(t_ms, "fist", 0.5 + t_ms / 10_000))
    pipeline = Pipeline(Tracker(), recogniser)
    for t_ms in range(0, 1000, FRAME_MS):
        frame = Frame(t_ms, np.zeros((48, 64, 3), np.uint8))
        pipeline.look(frame)
        view = pipeline.view(frame, 0.0)
        assert view.scores["right"]["fist"] == pytest.approx(0.5 + t_ms / 10_000, abs=1e-3)
        assert [refused.t_ms for refused in view.refused] == [t_ms]
