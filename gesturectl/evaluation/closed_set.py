"""A classifier over takes that each show one gesture: which one does it see?"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.lookahead import foresee
from gesturectl.evaluation.metrics import Reliability, accuracy, confusion_matrix, f1_scores, macro_f1, reliability
from gesturectl.gestures.library import FRAMES_SUFFIX, StoredTake
from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.whole_take import UnusableTakeError, whole_take
from gesturectl.types import NOTHING, Float32

Int64 = NDArray[np.int64]

_SMOOTHING_MS = 150
"""Windows that end within this are averaged, so that no single frame decides over a take."""


@dataclass(frozen=True, slots=True, eq=False)
class ClosedSet:
    """What a classifier saw in N takes."""

    labels: tuple[str, ...]
    """The gestures in the order of the scores."""
    truth: Int64
    """(N,) index into the labels of what each take shows."""
    scores: Float32
    """(N, L) probabilities."""
    names: tuple[str, ...]
    """Where each take is: gesture/name."""

    @property
    def predicted(self) -> Int64:
        """(N,) index into the labels of what was seen."""
        winners: Int64 = self.scores.argmax(axis=1).astype(np.int64)
        return winners

    @property
    def confusion(self) -> Int64:
        """(L, L) true gestures down, predicted ones across."""
        return confusion_matrix(self.truth, self.predicted, len(self.labels))

    @property
    def reliability(self) -> Reliability:
        """How sure it was, and how right."""
        return reliability(self.truth, self.scores)

    @staticmethod
    def joined(parts: Iterable["ClosedSet"]) -> "ClosedSet":
        """Several folds over the same labels as one."""
        every = tuple(parts)
        return ClosedSet(
            every[0].labels,
            np.concatenate([part.truth for part in every]),
            np.concatenate([part.scores for part in every]),
            tuple(name for part in every for name in part.names),
        )

    def as_json(self) -> dict[str, Any]:
        """The figures by the names they have for other programs."""
        confusion = self.confusion
        f1 = f1_scores(confusion)
        predicted = self.predicted
        wrong = np.flatnonzero(predicted != self.truth)
        return {
            "accuracy": round(accuracy(confusion), 5),
            "macro_f1": round(macro_f1(confusion), 5),
            "confusion": confusion.tolist(),
            "labels": list(self.labels),
            "ece": round(self.reliability.ece, 5),
            "takes": len(self.truth),
            "f1": {label: round(float(f1[k]), 5) for k, label in enumerate(self.labels) if np.isfinite(f1[k])},
            "mistakes": [{"take": self.names[i], "seen_as": self.labels[predicted[i]]} for i in wrong],
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Takes that say nothing about the classifier."""

    unknown: dict[str, int]
    """How many takes show each gesture that the classifier doesn't know."""
    unusable: tuple[str, ...]
    """The takes without what the classifier needs, and why."""


def judge_takes(classifier: Classifier, takes: Iterable[StoredTake]) -> tuple[ClosedSet, LeftOut]:
    """What `classifier` sees in each of `takes`. Raises GesturectlError when none of them can be used."""
    labels = classifier.card.labels
    truth: list[int] = []
    scores: list[Float32] = []
    names: list[str] = []
    unknown: dict[str, int] = {}
    unusable: list[str] = []
    for stored in takes:
        name = f"{stored.gesture}/{stored.name}"
        if stored.gesture not in labels:
            unknown[stored.gesture] = unknown.get(stored.gesture, 0) + 1
            continue
        try:
            scores.append(take_scores(classifier, stored.take, stored.path.with_suffix(FRAMES_SUFFIX)))
        except UnusableTakeError as error:
            unusable.append(f"{name}: {error.fact}")
            continue
        truth.append(labels.index(stored.gesture))
        names.append(name)
    if unusable and not names:
        fact = f"none of the {len(unusable)} takes of what the model knows can be used; the first: {unusable[0]}"
        raise GesturectlError("evaluate", fact, "Record or import them again")
    if not names:
        known = ", ".join(label for label in labels if label != NOTHING)
        raise GesturectlError(
            "evaluate", "no take shows a gesture that the model knows", f"It knows {known}; train one with these takes"
        )
    found = ClosedSet(labels, np.array(truth, np.int64), np.stack(scores), tuple(names))
    return found, LeftOut(unknown, tuple(unusable))


def take_scores(classifier: Classifier, take: Take, frames: Path | None = None) -> Float32:
    """(L,) probabilities of what `take` shows as a whole; `frames` is the folder of its pictures. UnusableTakeError.

    A model of whole takes is asked once. A live model looks at every window, as it would at run time; what counts are
    those at which it was surest of any gesture, so that the way into a gesture and out of it doesn't.
    """
    card = classifier.card
    if card.input.scope == "take":
        values, mask = whole_take(take, card.input, card.steps, frames)
        scores, _, _ = classifier.scores(values[None], mask[None])
        whole: Float32 = scores[0]
        return whole
    foresight = foresee(classifier, take)
    nothing = card.labels.index(NOTHING)
    best: Float32 | None = None
    for t_ms, hand_scores in zip(foresight.t_ms, foresight.scores, strict=True):
        if len(t_ms):
            smooth = _smoothed(t_ms, hand_scores)
            surest = smooth[smooth[:, nothing].argmin()]
            best = surest if best is None or surest[nothing] < best[nothing] else best
    if best is None:
        raise UnusableTakeError("", "no whole hand is in it for long enough", "Record it again")
    return best


def _smoothed(t_ms: Int64, scores: Float32) -> Float32:
    """`scores` (P, L) averaged over the windows that end within _SMOOTHING_MS before each."""
    oldest = np.searchsorted(t_ms, t_ms - _SMOOTHING_MS, side="right")
    sums = np.concatenate([np.zeros((1, scores.shape[1])), np.cumsum(scores, axis=0, dtype=np.float64)])
    newest = np.arange(1, len(t_ms) + 1)
    means: Float32 = ((sums[newest] - sums[oldest]) / (newest - oldest)[:, None]).astype(np.float32)
    return means
