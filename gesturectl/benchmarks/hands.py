"""Landmarks to recognise: somebody who shows gestures, as a tracker sees it. Made up, the same each time."""

from dataclasses import replace
from functools import cache

import numpy as np

from gesturectl.evaluation.replay import hands_of
from gesturectl.evaluation.variants import resampled
from gesturectl.gestures.take import Take, absent
from gesturectl.synthesis.performances import performed
from gesturectl.synthesis.takes import animate
from gesturectl.synthesis.working import AT_WORK
from gesturectl.types import Hands

_SHOWN = ("swipe_left", "circle_cw", "thumbs_up", "wave", "pinch", "swipe_up")
_FRAME_MS = 33
_MARGIN_MS = 150
"""Around a gesture, in a take of it."""
_JITTER = 0.0008
"""Of a joint that stays where it is, in picture heights: a tracker's."""
_TREMOR = 0.003
"""Standard deviation, in picture heights, of what tells one take from the next."""


@cache
def a_while() -> tuple[Hands, ...]:
    """A minute and a half of one hand that shows six gestures, four times each, and rests between them."""
    frames: list[Hands] = []
    for seed, gesture in enumerate(_SHOWN):
        begin_ms = frames[-1].t_ms + _FRAME_MS if frames else 0
        frames += [replace(hands, t_ms=hands.t_ms + begin_ms) for hands in performed(gesture, 4, seed).hands]
    return tuple(frames)


@cache
def resting() -> tuple[Hands, ...]:
    """Twenty seconds of a hand that rests, at the fifteen frames a second at which such a hand is looked at."""
    still = next(hands for hands in a_while() if hands.present.any())
    random = np.random.default_rng(3)
    frames = []
    for k in range(300):
        points = still.image_points + random.normal(0, _JITTER, still.image_points.shape).astype(np.float32)
        frames.append(replace(still, t_ms=k * 2 * _FRAME_MS, image_points=points))
    return tuple(frames)


@cache
def at_work() -> tuple[Hands, ...]:
    """Three quarters of a minute of hands that grasp, stir, wipe and count, one after the other."""
    random = np.random.default_rng(5)
    made = animate(random, [work(random) for work in AT_WORK for _ in range(2)])
    frames: list[Hands] = []
    for t_s, points, present, aspect in zip(made.t_s, made.points, made.present, made.aspect, strict=True):
        begin_ms = frames[-1].t_ms + 2000 if frames else 0  # another hand comes
        t_ms = begin_ms + np.round((t_s - t_s[0]) * 1000).astype(np.int64)
        both, seen = absent(len(t_ms)), np.zeros((len(t_ms), 2), bool)
        seen[:, 1] = present
        both[present, 1] = (points / [aspect, 1, aspect])[present]
        frames += hands_of(resampled(Take(t_ms, both, absent(len(t_ms)), seen, {"aspect": float(aspect)}), 30))
    return tuple(frames)


def stream(minutes: float) -> Take:
    """A recording of so many minutes, a hand in view nearly always."""
    shown = a_while()
    count = round(minutes * 60_000 / _FRAME_MS)
    order = np.arange(count) % len(shown)
    points = np.stack([hands.image_points for hands in shown])[order].astype(np.float32)
    present = np.stack([hands.present for hands in shown])[order]
    return Take(np.arange(count) * _FRAME_MS, points, absent(count), present, {"aspect": 4 / 3})


@cache
def _original(index: int) -> Take:
    gesture = _SHOWN[index % len(_SHOWN)]
    shown = performed(gesture, 1, 100 + index)
    first, last = shown.truth[0].start_ms - _MARGIN_MS, shown.truth[0].end_ms + _MARGIN_MS
    kept = [hands for hands in shown.hands if first <= hands.t_ms <= last]
    return Take(
        np.array([hands.t_ms for hands in kept]),
        np.stack([hands.image_points for hands in kept]).astype(np.float32),
        absent(len(kept)),
        np.stack([hands.present for hands in kept]),
        {"aspect": 4 / 3},
    )


def take(gesture: int, number: int) -> Take:
    """The take `number` of the made-up gesture `gesture`: one of a dozen movements, wandering off its own way."""
    original = _original(gesture % 12)
    rng = np.random.default_rng((gesture, number))
    own = np.random.default_rng(gesture).normal(0, 0.15, 2) * np.linspace(0, 1, len(original.t_ms))[:, None]
    points = original.image_points.copy()
    points[..., :2] += (own + rng.normal(0, _TREMOR, (len(original.t_ms), 2)))[:, None, None]
    return replace(original, image_points=points)
