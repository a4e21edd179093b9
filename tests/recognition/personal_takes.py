"""Gestures of a toy person: an upright open hand that draws something, each take a little different."""

import numpy as np

from gesturectl.gestures.take import Take, absent

_HAND = np.array(
    [[0.00, 0.00], [-0.35, -0.25], [-0.62, -0.50], [-0.80, -0.72], [-0.95, -0.90]]
    + [[x, -y] for x, ys in ((-0.28, (0.95, 1.35, 1.6, 1.8)), (-0.02, (1.0, 1.45, 1.72, 1.95)),
                             (0.22, (0.95, 1.35, 1.6, 1.82)), (0.42, (0.85, 1.15, 1.35, 1.52))) for y in ys]
)  # fmt: skip
"""(21, 2) joints in palm lengths from the wrist; y down. The thumb of this right hand points to the left."""

WAYS = {
    "ring": lambda u: np.stack([0.15 * np.cos(2 * np.pi * u) - 0.15, 0.15 * np.sin(2 * np.pi * u)], -1),
    "zigzag": lambda u: np.stack([0.3 * u - 0.15, 0.12 * np.abs((u * 3) % 2 - 1)], -1),
    "drop": lambda u: np.stack([0 * u, 0.35 * u - 0.15], -1),
    "rest": lambda u: np.stack([0.01 * np.sin(5 * u), 0.01 * u], -1),
}
"""Where the wrist goes, in picture heights, while `u` goes from 0 to 1."""


def drawn(way: str, seed: int = 0, seconds: float = 1.2, hands: tuple[int, ...] = (1,), fps: float = 30.0) -> Take:
    """A take of `way`; a left hand (slot 0) goes the same way as a right one, with its thumb on the other side."""
    random = np.random.default_rng(seed)
    count = int(seconds * fps)
    t_ms = np.round(np.arange(count) * 1000 / fps).astype(np.int64)
    path = WAYS[way](np.linspace(0, 1, count)) * random.uniform(0.8, 1.2) + random.normal(0, 0.01, 2)
    points = absent(count)
    present = np.zeros((count, 2), bool)
    for slot in hands:
        shape = _HAND * 0.1 * random.uniform(0.9, 1.1) * np.array([1 if slot else -1, 1])
        middle = np.array([0.5 + (0.15 if len(hands) > 1 else 0) * (1 if slot == 0 else -1), 0.6])
        points[:, slot, :, :2] = middle + path[:, None] + shape + random.normal(0, 0.001, (count, 21, 2))
        points[:, slot, :, 2] = 0
        present[:, slot] = True
    return Take(t_ms, points, absent(count), present, {"aspect": 1.0})
