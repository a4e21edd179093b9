"""The instant head: linear discriminants with shrinkage over few examples, and how far their scores can be trusted.

Discriminants were the best and the fastest of what was tried on few takes (docs/personal.md). What they say of examples
they were fitted to is far too sure, so odds are calibrated on takes that were left out in turn. A small network over
the same features (`head_network`) has half a say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.head_network import Network, train_network

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

SHRINKAGE = 0.15
"""Of the pooled covariance towards a multiple of one; 0.03 to 0.4 are within half a point of each other."""
MOST_FOLDS = 5
"""Takes left out in turn; more cost time and change nothing."""
UNTESTED = (0.1, 0.05, -1.0)
"""The calibration with single takes, when none can be left out: as low as the worst library of three takes needed."""
_CLIP = 6.0
"""Standardised features beyond so many deviations are damage, not evidence."""
_ROUNDS = 250


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """N feature rows: of gestures, each belonging to a take, and of background."""

    features: Float64
    """(N, D)"""
    group: Int64
    """(N,) below `gestures`: the gesture; from there on: kinds of background."""
    take: Int64
    """(N,) the number of the take within its gesture; background is numbered so that each fold gets a share."""
    gestures: int
    """How many groups are gestures."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Turns features into the odds of each gesture against everything else."""

    mean: Float64
    """(D,)"""
    scale: Float64
    """(D,) what features are divided by."""
    weights: Float64
    """(D, G) the discriminants of the gestures and of the kinds of background."""
    bias: Float64
    """(G,)"""
    whiten: Float64
    """(D, R) to the space in which distances to the gestures' centres are measured."""
    centres: Float64
    """(gestures, R)"""
    calibration: Float64
    """(3,) weight of the discriminants, weight of the distance, and offset."""
    network: Network | None = None
    """The second opinion; None only while a head is being fitted."""

    def log_odds(self, features: Float64) -> Float64:
        """(N, gestures) of each gesture against everything that isn't one."""
        ready = self.standardised(features)
        scores, apart = self.evidence(ready)
        odds = _odds(_leads(scores, len(self.centres)), apart, self.calibration)
        return odds if self.network is None else 0.5 * (odds + self.network.log_odds(ready))

    def standardised(self, features: Float64) -> Float64:
        """(N, D) features on the scale on which they count."""
        ready: Float64 = np.clip((features - self.mean) / self.scale, -_CLIP, _CLIP)
        return ready

    def evidence(self, ready: Float64) -> tuple[Float64, Float64]:
        """(N, G) the discriminants of all groups, and (N, gestures) the squared distance from each gesture's centre.

        For standardised features.
        """
        scores = ready @ self.weights + self.bias
        placed = ready @ self.whiten
        apart = ((placed[:, None] - self.centres[None]) ** 2).mean(axis=2)
        return scores, apart


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """What heads made of the M examples that they were fitted without, each fold of takes being left out in turn."""

    lead: Float64
    """(M, gestures) how far each gesture's discriminant led the background's."""
    apart: Float64
    """(M, gestures) the squared distance from each gesture's centre."""
    truth: Int64
    """(M,) the gesture; `gestures` for background."""
    take: Int64
    """(M,) its take."""
    seen_as: Int64
    """(M,) the group it looked most like."""


def fit(examples: Examples) -> Head:
    """The head of `examples`, calibrated on takes left out in turn."""
    head = _discriminants(examples, np.ones(len(examples.group), bool), np.array(UNTESTED))
    tried = left_out(examples)
    if len(tried.truth):
        head = replace(head, calibration=_calibrated(tried.lead, tried.apart, tried.truth))
    network = train_network(head.standardised(examples.features), examples.group, examples.gestures)
    return replace(head, network=network)


def left_out(examples: Examples) -> LeftOut:
    """How each example looks to a head fitted without its take; nothing if every gesture has a single take."""
    own = examples.group < examples.gestures
    takes = int(examples.take[own].max(initial=0)) + 1
    folds = min(takes, MOST_FOLDS) if takes > 1 else 0
    leads, distances = ([np.zeros((0, examples.gestures))] for _ in range(2))
    truth, take, seen_as = ([np.zeros(0, np.int64)] for _ in range(3))
    for fold in range(folds):
        out = examples.take % folds == fold
        kept = ~out
        if len(np.unique(examples.group[kept & own])) < examples.gestures:
            continue
        part = _discriminants(examples, kept, np.array(UNTESTED))
        scores, apart = part.evidence(part.standardised(examples.features[out]))
        leads.append(_leads(scores, examples.gestures))
        distances.append(apart)
        truth.append(np.minimum(examples.group[out], examples.gestures))
        take.append(examples.take[out])
        there = np.unique(examples.group[kept])
        seen_as.append(there[scores.argmax(axis=1)])
    return LeftOut(
        np.concatenate(leads),
        np.concatenate(distances),
        np.concatenate(truth),
        np.concatenate(take),
        np.concatenate(seen_as),
    )


def _discriminants(examples: Examples, kept: NDArray[np.bool_], calibration: Float64) -> Head:
    features, group = examples.features[kept], examples.group[kept]
    mean = features.mean(axis=0)
    spread = features.std(axis=0)
    scale = np.maximum(spread, 0.1 * float(np.median(spread)) + 1e-6)
    ready = np.clip((features - mean) / scale, -_CLIP, _CLIP)
    groups = np.unique(np.concatenate([np.arange(examples.gestures), group]))
    means = np.stack([ready[group == g].mean(axis=0) for g in groups])
    rest = ready - means[np.searchsorted(groups, group)]
    N, D = ready.shape
    pooled = rest.T @ rest / N
    pooled *= 1 - SHRINKAGE
    pooled[np.diag_indices(D)] += SHRINKAGE * np.trace(pooled) / (1 - SHRINKAGE) / D + 1e-9
    weights = np.linalg.solve(pooled, means.T)
    bias = -0.5 * (means * weights.T).sum(axis=1)
    # Distances count in the plane that tells gestures apart and within which takes vary, not in all of space.
    whiten = np.linalg.cholesky(np.linalg.inv(pooled))
    return Head(mean, scale, weights, bias, whiten, means[: examples.gestures] @ whiten, calibration)


def _leads(scores: Float64, gestures: int) -> Float64:
    """(N, gestures) how far each gesture's discriminant leads the best of the background's."""
    lead: Float64 = scores[:, :gestures]
    return lead - scores[:, gestures:].max(axis=1, keepdims=True) if scores.shape[1] > gestures else lead


def _odds(lead: Float64, apart: Float64, calibration: Float64) -> Float64:
    strength, distance, offset = calibration
    odds: Float64 = strength * lead - distance * apart + offset
    return odds


def _calibrated(lead: Float64, apart: Float64, truth: Int64) -> Float64:
    """(3,) the calibration that makes `truth` (N,) likeliest; its last class is background. Both sides weigh alike."""
    gestures = lead.shape[1]
    known = truth < gestures
    weight = np.where(known, 0.5 / max(known.sum(), 1), 0.5 / max((~known).sum(), 1))
    rows = np.arange(len(truth))
    parameters = np.array([np.log(0.1), np.log(0.5), 0.0])
    first, second = np.zeros(3), np.zeros(3)
    for round_ in range(1, _ROUNDS + 1):
        strength, distance, offset = np.exp(parameters[0]), np.exp(parameters[1]), parameters[2]
        logits = np.concatenate(
            [_odds(lead, apart, np.array([strength, distance, offset])), np.zeros((len(lead), 1))], 1
        )
        logits -= logits.max(axis=1, keepdims=True)
        share = np.exp(logits)
        share /= share.sum(axis=1, keepdims=True)
        share[rows, truth] -= 1
        push = share[:, :gestures] * weight[:, None]
        slope = np.array([(push * lead).sum() * strength, -(push * apart).sum() * distance, push.sum()])
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        step = first / (1 - 0.9**round_) / (np.sqrt(second / (1 - 0.99**round_)) + 1e-8)
        parameters -= 0.05 * step
    return np.array([np.exp(parameters[0]), np.exp(parameters[1]), parameters[2]])


def joined_odds(parts: Sequence[Float64]) -> Float64:
    """(N, sum of gestures) probabilities of all gestures of several heads; what is missing to 1 is none of them."""
    odds = np.concatenate(parts, axis=1)
    top = odds.max(axis=1, keepdims=True, initial=0.0)
    share = np.exp(odds - top)
    probabilities: Float64 = share / (share.sum(axis=1, keepdims=True) + np.exp(-top))
    return probabilities
