"""Takes for tests: an upright open hand that comes, moves and goes as a test wants it; and who recognises it."""

import numpy as np

from gesturectl.gestures.take import Take, absent
from gesturectl.recognition.card import Card
from gesturectl.recognition.classifier import Classifier

_HAND = np.array(
    [[0.00, 0.00], [-0.35, -0.25], [-0.62, -0.50], [-0.80, -0.72], [-0.95, -0.90]]
    + [[x, -y] for x, ys in ((-0.28, (0.95, 1.35, 1.6, 1.8)), (-0.02, (1.0, 1.45, 1.72, 1.95)),
                             (0.22, (0.95, 1.35, 1.6, 1.82)), (0.42, (0.85, 1.15, 1.35, 1.52))) for y in ys]
)  # fmt: skip
"""(21, 2) joints in palm lengths from the wrist; y down."""


def hand_take(
    t_ms,
    present,
    slot: int = 1,
    centre=None,
    size: float = 0.12,
    noise: float = 0.0,
    aspect: float = 1.0,
    seed: int = 0,
) -> Take:
    """One hand at `t_ms` (T,), there where `present` (T,), its wrist at `centre` (T, 2) or in the middle."""
    times = np.asarray(t_ms, np.int64)
    there = np.asarray(present, bool)
    middle = np.full((len(times), 2), (0.5, 0.65)) if centre is None else np.asarray(centre, float)
    points = absent(len(times))
    random = np.random.default_rng(seed)
    shape = _HAND[None] * size + random.normal(0, noise or 1e-9, (len(times), 21, 2))
    points[:, slot, :, :2] = middle[:, None] + shape / np.array([aspect, 1.0])
    points[:, slot, :, 2] = 0.0
    points[~there, slot] = np.nan
    both = np.zeros((len(times), 2), bool)
    both[:, slot] = there
    return Take(times, points, absent(len(times)), both, {"aspect": aspect})


def steady(seconds: float, fps: float = 30.0) -> np.ndarray:
    """(T,) times in ms."""
    return np.round(np.arange(round(seconds * fps)) * 1000 / fps).astype(np.int64)


class ToyClassifier(Classifier):
    """Needs no model: "fist" for a hand that stays, a swipe for one that has gone to a side of the mirror."""

    def __init__(self) -> None:
        labels = ("nothing", "fist", "swipe_left", "swipe_right")
        self.card = Card("toy", labels, window_ms=800, steps=16, channels=2, embedding=1, branches=("only",))

    def scores(self, points, mask):
        """Probabilities, agreement and embedding, as a model gives them."""
        x = points[:, :, 0, 0]
        moved = (x[:, -4:].sum(1) / np.maximum(mask[:, -4:].sum(1), 1)) - (
            x[:, :4].sum(1) / np.maximum(mask[:, :4].sum(1), 1)
        )
        stays = 10 * (mask.mean(1) - 0.6) - 3 * np.abs(moved)
        logits = np.stack([np.zeros(len(x)), stays, 4 * (moved - 1), 4 * (-moved - 1)], axis=1)
        scores = np.exp(logits - logits.max(1, keepdims=True))
        scores = (scores / scores.sum(1, keepdims=True)).astype(np.float32)
        return scores, scores.max(1), np.zeros((len(x), 1), np.float32)
