"""Gestures of one's own that nobody made: what they cost is that of real ones."""

import numpy as np

from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.head import Head
from gesturectl.recognition.head_network import HIDDEN, Network
from gesturectl.recognition.personal import Personal, PersonalGesture
from gesturectl.recognition.sight import one_hand
from gesturectl.types import HANDS

_KINDS = 12
"""Of background, as many as a head has."""


def of_size(known: Classifier, count: int) -> Personal:
    """A head for so many gestures, of the right shape but knowing nothing: what it says costs the same."""
    rng = np.random.default_rng(count)
    features, _ = one_hand(known, np.zeros((1, known.card.steps, 21, 3), np.float32), "right")
    D, G = features.shape[1], count + _KINDS
    network = Network(
        rng.normal(0, 0.01, (D, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        np.zeros((HIDDEN, count + 1), np.float32),
        np.zeros(count + 1, np.float32),
    )
    head = Head(
        np.zeros(D), np.ones(D), rng.normal(0, 0.01, (D, G)), np.zeros(G), rng.normal(0, 0.01, (D, D)),
        rng.normal(0, 1, (count, D)), np.array([0.1, 0.05, -5.0]), network,
    )  # fmt: skip
    gestures = tuple(PersonalGesture(f"own{index}", 5, HANDS, False, 1000) for index in range(count))
    return Personal(known.sha256, gestures, head, None)
