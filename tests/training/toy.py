"""Hands that can't be confused: one drifts to the left, one to the right, one opens and closes, one does nothing."""

import numpy as np

from gesturectl.recognition.window import WindowSpec
from gesturectl.training.dataset import Interval, LabelledTake, Windows, windows_of

LABELS = ("nothing", "swipe_left", "swipe_right", "grab")
SPEC = WindowSpec(window_ms=800, steps=16)


def flat_hand() -> np.ndarray:
    """(21, 3) an open hand with its wrist in the origin, in image heights."""
    hand = np.zeros((21, 3))
    for finger in range(5):
        for joint in range(4):
            hand[1 + 4 * finger + joint] = [0.03 * (finger - 2), -0.1 - 0.03 * joint, 0.0]
    return hand


def toy_take(label: str, group: int) -> LabelledTake:
    """A second of a hand that does `label` all along."""
    random = np.random.default_rng(group)
    t_ms = np.sort(random.choice(np.arange(0, 1000, 8), 30, replace=False)).astype(np.int64)
    s = (t_ms / 1000)[:, None, None]
    hand = flat_hand() * random.uniform(0.6, 1.6)
    if label == "grab":
        points = hand * np.where(np.arange(21)[:, None] % 4 == 0, 1 - 0.6 * np.abs(np.sin(6 * s)), 1.0)
    else:
        speed = {"swipe_left": -1.0, "swipe_right": 1.0, "nothing": 0.0}[label] * random.uniform(0.6, 1.4)
        points = hand + speed * s * np.array([1.0, 0, 0])
    points = points + np.array([random.uniform(0.3, 1.5), 0.5, 0]) + random.normal(0, 0.002, points.shape)
    present = random.random(30) > 0.1
    return LabelledTake(t_ms, points.astype(np.float32), present, (Interval(label, 600, 1000),), group)


def toy_windows(takes: int, seed: int = 0) -> Windows:
    """Some three windows from each of `takes` takes."""
    random = np.random.default_rng(seed)
    every = [toy_take(LABELS[i % len(LABELS)], 10_000 * seed + i) for i in range(takes)]
    return Windows.joined(windows_of(take, LABELS, SPEC, random, per_interval=3) for take in every)
