"""Hands before the recogniser, and classifiers that say what a test wants them to."""

from collections.abc import Callable

import numpy as np
from timeline import LABELS, prediction

from gesturectl.recognition.card import Card
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.types import Hand, Hands, Prediction

_HAND = np.array(
    [[0.00, 0.00], [-0.35, -0.25], [-0.62, -0.50], [-0.80, -0.72], [-0.95, -0.90]]
    + [[x, -y] for x, ys in ((-0.28, (0.95, 1.35, 1.6, 1.8)), (-0.02, (1.0, 1.45, 1.72, 1.95)),
                             (0.22, (0.95, 1.35, 1.6, 1.82)), (0.42, (0.85, 1.15, 1.35, 1.52))) for y in ys]
)  # fmt: skip
"""(21, 2) an open, upright right hand in palm lengths from the wrist; y down."""


def hands_at(
    t_ms: int, left: tuple[float, float] | None = None, right: tuple[float, float] | None = None, size: float = 0.12
) -> Hands:
    """Hands whose wrists are at these places of a picture one wide and high; None where there is none."""
    hands = Hands.none(t_ms, 1.0)
    points, present = hands.image_points.copy(), hands.present.copy()
    for slot, (place, side) in enumerate(((left, -1), (right, 1))):
        if place is not None:
            points[slot, :, :2] = np.array(place) + _HAND * size * np.array([side, 1])
            points[slot, :, 2] = 0
            present[slot] = True
    return Hands(t_ms, points, hands.world_points, present, present.astype(np.float32), 1.0)


class Labelled(Classifier):
    """Knows what it could see, but is never asked: what it says is foreseen."""

    def __init__(self) -> None:
        self.card = Card("toy", LABELS, window_ms=800, steps=16, channels=2, embedding=1, branches=("only",))


class Moved(Labelled):
    """Sees a swipe in every window in which the hand's middle comes far, and nothing in any other."""

    def predictions(self, windows, others, ends_ms, hand: Hand) -> list[Prediction | None]:
        """By how far the wrist is from where it was at each window's beginning, in picture heights."""
        return [self._of(window, t_ms) for window, t_ms in zip(windows, ends_ms, strict=True)]

    def _of(self, window, t_ms: int) -> Prediction | None:
        x = window[:, 0, 0]
        x = x[np.isfinite(x)]
        if len(x) < 4:
            return None
        far = x[-1] - x[0]
        if abs(far) > 0.2:
            return prediction(t_ms, "swipe_left" if far > 0 else "swipe_right", 0.99)
        return prediction(t_ms, "nothing", 0.99)


def recogniser_that_sees(script: Callable[[int, Hand], tuple[str, float]]) -> Recogniser:
    """A recogniser whose classifier says what `script` says of a time and a hand."""

    def foreseen(t_ms: int, hand: Hand) -> Prediction:
        return prediction(t_ms, *script(t_ms, hand))

    return Recogniser(Labelled(), foreseen=foreseen)
