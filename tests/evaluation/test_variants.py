"""Recordings as others would have made them."""

import numpy as np
import pytest
from recorded import ToyClassifier, hand_take, steady

from gesturectl.evaluation.replay import replay
from gesturectl.evaluation.variants import mirrored, mirrored_events, resampled
from gesturectl.gestures.stream import LabelledEvent
from gesturectl.gestures.take import objection


def sweeping(fps: float = 30.0, jitter: int = 0):
    """A hand that comes, sweeps to the user's left (the right of the picture) and goes."""
    t_ms = steady(4, fps)
    if jitter:
        t_ms = t_ms + np.random.default_rng(jitter).integers(-4, 5, len(t_ms))
    x = 0.3 + 0.4 * np.clip((t_ms - 2000) / 400, 0, 1)
    there = (t_ms >= 1500) & (t_ms < 2700)
    return hand_take(t_ms, there, slot=0, centre=np.stack([x, np.full(len(x), 0.65)], axis=1))


def begun(take):
    return [(event.gesture, event.hand) for event in replay(ToyClassifier(), take).begun]


def test_a_mirrored_recording_shows_the_mirrored_gestures_of_the_other_hand():
    assert begun(sweeping()) == [("swipe_left", "left")]
    assert begun(mirrored(sweeping())) == [("swipe_right", "right")]


def test_mirroring_twice_gives_the_recording_back():
    take = sweeping()
    twice = mirrored(mirrored(take))
    assert twice.image_points == pytest.approx(take.image_points, abs=1e-6, nan_ok=True)
    assert (twice.present == take.present).all()


def test_labels_of_mirrored_events_change_sides_and_senses():
    events = [LabelledEvent(name, 0, 1) for name in ("swipe_left", "circle_cw", "push")]
    assert [event.gesture for event in mirrored_events(events)] == ["swipe_right", "circle_ccw", "push"]


@pytest.mark.parametrize("fps", [12, 15, 20, 60, 144])
def test_another_frame_rate_keeps_what_happens_and_when(fps):
    take = sweeping(jitter=3)
    other = resampled(take, fps)
    assert objection(other) == ""
    assert len(other.t_ms) == pytest.approx(3.967 * fps, abs=2)
    seen = np.isfinite(take.image_points[:, 0, 0, 0])
    inner = other.present[:, 0] & (other.t_ms >= 1600) & (other.t_ms <= 2600)
    wrist = np.interp(other.t_ms[inner], take.t_ms[seen], take.image_points[seen, 0, 0, 0])
    assert inner.sum() > 10
    assert other.image_points[inner, 0, 0, 0] == pytest.approx(wrist, abs=1e-5)
    assert begun(other) == begun(take)


def test_a_hand_that_is_away_stays_away_and_is_not_drawn_across_the_gap():
    t_ms = np.array([0, 100, 200, 300, 1000, 1100])
    present = np.array([True, True, False, True, True, True])
    other = resampled(hand_take(t_ms, present), 100)
    there = dict(zip(other.t_ms.tolist(), other.present[:, 1].tolist(), strict=True))
    assert there[150] and not there[250] and there[310] and there[1050]
    assert objection(other) == ""


def test_the_same_rate_gives_the_same_recording():
    take = sweeping()
    other = resampled(take, 30.0)
    assert (other.t_ms == take.t_ms).all() and (other.present == take.present).all()
    assert other.image_points == pytest.approx(take.image_points, abs=1e-6, nan_ok=True)
