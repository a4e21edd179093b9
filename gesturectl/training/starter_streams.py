"""Synthetic takes as the recogniser sees takes: hands that mean nothing, and the starter's gestures, to judge by."""

from collections.abc import Collection

import numpy as np

from gesturectl.evaluation.performing import Performance
from gesturectl.gestures.take import Take
from gesturectl.training.dataset import LabelledTake
from gesturectl.training.starter import synthetic_takes
from gesturectl.types import NOTHING


def synthetic_quiet(seed: int, count: int) -> list[Take]:
    """`count` takes of hands that do this and that, and no gesture. The same seed gives the same."""
    return [one_handed(take) for take in synthetic_takes(seed, count, negatives=1.0)]


def synthetic_performances(seed: int, count: int, labels: Collection[str]) -> list[Performance]:
    """`count` takes with one of the starter's gestures in each, but of those in `labels` alone."""
    found = []
    for number, take in enumerate(synthetic_takes(seed, count, negatives=0.0)):
        gesture = next((part.label for part in take.intervals if part.label != NOTHING), NOTHING)
        if gesture in labels and gesture != NOTHING:
            found.append(Performance(gesture, f"{gesture}/{number}", one_handed(take)))
    return found


def one_handed(take: LabelledTake) -> Take:
    """A training take as the recogniser sees takes: the hand in the right slot, in a square picture."""
    frames = len(take.t_ms)
    points = np.full((frames, 2, 21, 3), np.nan, np.float32)
    seen = take.present
    points[seen, 1] = take.points[seen]
    present = np.stack([np.zeros(frames, bool), seen], 1)
    once = np.concatenate([[True], np.diff(take.t_ms) > 0])  # two frames of a jittery camera may fall into one ms
    return Take(take.t_ms[once], points[once], np.full_like(points, np.nan)[once], present[once], {"aspect": 1.0})
