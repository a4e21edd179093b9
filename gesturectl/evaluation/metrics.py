"""Figures of a classifier over labelled takes: accuracy, F1, confusion, calibration."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

BINS = 15
"""Bins of confidence; the usual number since Guo et al. 2017, "On Calibration of Modern Neural Networks"."""


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """How often a classifier is right when it is so sure. Bins of equal width over [0, 1]; NaN where a bin is empty."""

    confidence: Float64
    """(bins,) the mean score of the winners in each bin."""
    accuracy: Float64
    """(bins,) the share of them that is right."""
    count: Int64
    """(bins,) how many there are."""

    @property
    def ece(self) -> float:
        """Expected calibration error: the mean distance of confidence and accuracy, weighted by count; 0 is best."""
        full = self.count > 0
        distance = np.abs(self.confidence[full] - self.accuracy[full])
        return float((distance * self.count[full]).sum() / max(int(self.count.sum()), 1))


def confusion_matrix(truth: ArrayLike, predicted: ArrayLike, labels: int) -> Int64:
    """(labels, labels) how many of each true class (row) were taken for each class (column)."""
    counts = np.zeros((labels, labels), np.int64)
    np.add.at(counts, (np.asarray(truth, np.int64), np.asarray(predicted, np.int64)), 1)
    return counts


def accuracy(confusion: Int64) -> float:
    """The share that is right; NaN of nothing."""
    total = confusion.sum()
    return float(np.trace(confusion) / total) if total else float("nan")


def f1_scores(confusion: Int64) -> Float64:
    """(labels,) the harmonic mean of precision and recall of each class; NaN for one neither shown nor predicted."""
    hits = np.diag(confusion).astype(np.float64)
    shown_and_predicted = confusion.sum(axis=1) + confusion.sum(axis=0)
    scores: Float64 = np.divide(
        2 * hits, shown_and_predicted, out=np.full(len(hits), np.nan), where=shown_and_predicted > 0
    )
    return scores


def macro_f1(confusion: Int64) -> float:
    """The mean of the classes' F1 scores, every class counting alike; NaN of nothing."""
    scores = f1_scores(confusion)
    known = scores[np.isfinite(scores)]
    return float(known.mean()) if len(known) else float("nan")


def reliability(truth: ArrayLike, scores: ArrayLike, bins: int = BINS) -> Reliability:
    """How the winners of `scores` (N, labels) compare with `truth` (N,)."""
    table = np.asarray(scores, np.float64)
    winner = table.argmax(axis=1)
    sure = table[np.arange(len(table)), winner]
    right = winner == np.asarray(truth, np.int64)
    # A bin holds its upper edge, as in the paper.
    place = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)

    def mean(values: NDArray[Any]) -> Float64:
        total = np.bincount(place, weights=values.astype(np.float64), minlength=bins)
        means: Float64 = np.divide(total, count, out=np.full(bins, np.nan), where=count > 0)
        return means

    return Reliability(mean(sure), mean(right), count.astype(np.int64))
