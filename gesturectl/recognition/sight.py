"""What a personal head looks at: the embedding and the hand-made features of a hand, or of both."""

from dataclasses import dataclass

import numpy as np

from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.descriptor import SEGMENTS, SIZE, describe
from gesturectl.recognition.normalise import PALM, Normalised, normalise
from gesturectl.recognition.variations import as_right
from gesturectl.types import Bool, Float32, Hand

_BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What heads see of M windows of one hand."""

    hand: Hand
    one: Float32
    """(M, D) features of the hand."""
    seen: Bool
    """(M,) whether there was enough of it to see; else they mean nothing."""
    two: Float32
    """(M, D) features of both hands; (M, 0) where nobody asks for them."""
    beside: Bool
    """(M,) whether there was enough of the other hand."""


def sight_of(
    turned: Normalised, embedded: Float32, windows: Float32, others: Float32 | None, hand: Hand, both: bool
) -> Sight:
    """What heads see of `windows` (M, T, 21, 3) of `hand` beside those of the other, if `both` are asked for.

    `turned` are the windows as of a right hand, normalised, and `embedded` (M, E) their embeddings.
    """
    one = np.concatenate([embedded, describe(turned)], axis=1)
    two, beside = np.zeros((len(one), 0), np.float32), np.zeros(len(one), bool)
    if both:
        two, beside = both_hands(one, windows, np.full_like(windows, np.nan) if others is None else others, hand)
    return Sight(hand, one, turned.valid, two, beside)


def one_hand(classifier: Classifier, windows: Float32, hand: Hand) -> tuple[Float32, Bool]:
    """(M, D) features of `windows` (M, T, 21, 3), and (M,) whether there was enough to see; else they mean nothing.

    A left hand is turned into a right one that goes the same way.
    """
    ready = normalise(as_right(windows) if hand == "left" else windows)
    return np.concatenate([_embedded(classifier, ready), describe(ready)], axis=1), ready.valid


def both_hands(own: Float32, windows: Float32, others: Float32, hand: Hand) -> tuple[Float32, Bool]:
    """(M, D) features of a hand, `own` being those of `one_hand`, beside the other hand's windows `others`."""
    if not np.isfinite(others).any():  # nobody's other hand is there, as in most takes
        return np.zeros((len(own), own.shape[1] + SIZE + 2 * SEGMENTS), np.float32), np.zeros(len(own), bool)
    other: Hand = "right" if hand == "left" else "left"
    ready = normalise(as_right(others) if other == "left" else others)
    side = -1.0 if hand == "left" else 1.0
    scale = np.maximum(normalise(windows).scale, 1e-3)[:, None, None]
    apart = (others[:, :, PALM, :2].mean(axis=2) - windows[:, :, PALM, :2].mean(axis=2)) / scale
    apart[..., 0] *= side
    known = np.isfinite(apart).all(axis=2)
    apart = np.where(known[..., None], np.clip(np.nan_to_num(apart), -20, 20), 0.0)
    parts = np.array_split(np.arange(apart.shape[1]), SEGMENTS)
    where = [apart[:, p].sum(axis=1) / np.maximum(known[:, p].sum(axis=1), 1)[:, None] for p in parts]
    features = np.concatenate([own, describe(ready), np.concatenate(where, axis=1)], axis=1).astype(np.float32)
    return features, ready.valid


def _embedded(classifier: Classifier, ready: Normalised) -> Float32:
    embedded = np.zeros((len(ready.valid), classifier.card.embedding), np.float32)
    usable = np.flatnonzero(ready.valid)
    for start in range(0, len(usable), _BATCH):
        rows = usable[start : start + _BATCH]
        _, _, embedded[rows] = classifier.scores(ready.points[rows], ready.mask[rows])
    return embedded
