"""What is replayed quickly is what would have happened live, frame by frame."""

import numpy as np
import pytest
from recorded import ToyClassifier, hand_take, steady

from gesturectl.benchmarks.hands import stream
from gesturectl.evaluation.lookahead import Lookahead, foresee
from gesturectl.evaluation.replay import hands_of, replay
from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at
from gesturectl.types import Phase


@pytest.fixture
def classifier() -> Classifier:
    """Says "fist" of a hand that stays, swipes of one that moves."""
    return ToyClassifier()


def live(classifier: Classifier, take: Take, **how):
    """Frame by frame, as the daemon does it."""
    recogniser = Recogniser(classifier, **how)
    events, rejections = [], []
    for hands in hands_of(take):
        recogniser.rejections.clear()
        events += recogniser.update(hands)
        rejections += recogniser.rejections
    recogniser.rejections.clear()
    events += recogniser.release(int(take.t_ms[-1]))
    return events, sorted([*rejections, *recogniser.rejections], key=lambda r: (r.t_ms, r.hand))


def stormy(seed: int) -> Take:
    """Both hands, each coming and going, with gaps, drop-outs, joints that are NaN, and irregular frames."""
    random = np.random.default_rng(seed)
    t_ms = np.cumsum(random.choice([16, 33, 50, 66, 400, 2500], 900, p=[0.2, 0.4, 0.2, 0.18, 0.015, 0.005]))
    takes = []
    for slot in range(2):
        stays = np.repeat(random.random(90) < 0.75, 10) & (random.random(900) < 0.97)
        wander = np.array([0.3 + 0.4 * slot, 0.65]) + np.cumsum(random.normal(0, 0.004, (900, 2)), axis=0)
        wander[random.integers(0, 900, 4)] += [1.5, 0.0]  # for a frame, somebody else's hand
        takes.append(hand_take(t_ms, stays, slot, wander, noise=0.002, aspect=4 / 3, seed=seed + slot))
    points = np.where(np.isfinite(takes[0].image_points), takes[0].image_points, takes[1].image_points)
    points[random.random((900, 2, 21)) < 0.0005] = np.nan
    points[300:330] = points[300:330, ::-1]
    both = takes[0].present | takes[1].present
    return Take(t_ms, points, takes[0].world_points, both, {"aspect": 4 / 3})


@pytest.mark.parametrize("seed", range(6))
def test_a_replay_brings_about_what_would_have_happened_live(classifier, seed):
    take = stormy(seed)
    events, rejections = live(classifier, take)
    replayed = replay(classifier, take)
    assert len(events) > 4 and len(rejections) > 20  # else this compares nothing
    assert [(e.gesture, e.hand, e.phase, e.t_ms) for e in replayed.events] == [
        (e.gesture, e.hand, e.phase, e.t_ms) for e in events
    ]
    assert [e.score for e in replayed.events] == pytest.approx([e.score for e in events], abs=1e-5)
    assert [(r.t_ms, r.gesture, r.hand, r.rule) for r in replayed.rejections] == [
        (r.t_ms, r.gesture, r.hand, r.rule) for r in rejections
    ]


def test_foresight_knows_every_prediction_of_the_live_recogniser_and_no_other(classifier):
    take = stormy(11)
    known = foresee(classifier, take)
    recogniser = Recogniser(classifier)
    seen = ([], [])
    for hands in hands_of(take):
        recogniser.update(hands)
        recogniser.catch_up()
        for slot, hand in enumerate(("left", "right")):
            whole = hands.present[slot] and np.isfinite(hands.image_points[slot]).all()
            if whole and hand in recogniser.last:
                seen[slot].append(recogniser.last[hand])
    for slot in range(2):
        assert len(seen[slot]) > 300
        assert known.t_ms[slot].tolist() == [prediction.t_ms for prediction in seen[slot]]
        assert known.scores[slot] == pytest.approx(np.stack([one.scores for one in seen[slot]]), abs=1e-5)
        assert known.agreement[slot] == pytest.approx(np.array([one.agreement for one in seen[slot]]), abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_looking_at_what_matters_brings_about_what_looking_at_everything_does(classifier, seed):
    take = stormy(seed)
    recogniser, every = Recogniser(classifier), []
    for hands in hands_of(take):
        every += recogniser.update(hands)
        recogniser.catch_up()
    every += recogniser.release(int(take.t_ms[-1]))
    ahead = Lookahead(classifier, take)
    events = replay(classifier, take, ahead).events
    assert [(e.gesture, e.hand, e.phase, e.t_ms) for e in events] == [
        (e.gesture, e.hand, e.phase, e.t_ms) for e in every
    ]
    assert ahead.looks < take.present.sum()


def test_thresholds_can_be_replaced_without_running_the_classifier_again(classifier):
    take = hand_take(steady(3), np.ones(90, bool))
    ahead = Lookahead(classifier, take)
    assert [e.gesture for e in replay(classifier, take, ahead).begun] == ["fist"]
    looks = ahead.looks
    assert replay(classifier, take, ahead, thresholds={"fist": 1.01}).begun == ()
    assert looks <= ahead.looks <= len(take.t_ms)


def test_what_is_held_at_the_end_is_ended(classifier):
    events = replay(classifier, hand_take(steady(3), np.ones(90, bool))).events
    assert [event.phase for event in events] == [Phase.BEGIN, Phase.END]


def test_a_take_without_hands_brings_about_nothing(classifier):
    assert replay(classifier, hand_take(steady(1), np.zeros(30, bool))).events == ()


def test_of_somebody_who_gestures_the_shipped_model_looks_at_half_the_frames_and_sees_the_same():
    shipped, shown = classifier_at(None), stream(0.5)
    recogniser, every = Recogniser(shipped), []
    for seen in hands_of(shown):
        every += recogniser.update(seen)
        recogniser.catch_up()
    every += recogniser.release(int(shown.t_ms[-1]))
    ahead = Lookahead(shipped, shown)
    events = replay(shipped, shown, ahead).events
    assert len(events) > 8
    assert [(e.gesture, e.phase, e.t_ms) for e in events] == [(e.gesture, e.phase, e.t_ms) for e in every]
    assert ahead.looks < 0.65 * shown.present.sum()
