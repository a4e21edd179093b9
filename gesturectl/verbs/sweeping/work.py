"""The work of a sweep: one training for each point."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gesturectl.errors import GesturectlError
from gesturectl.verbs.engines.base import Work
from gesturectl.verbs.sweeping.points import Point, training_args, words_of
from gesturectl.verbs.training.choices import config_of, data_of, device_of, family_of

_LEAST_PROBABILITY = 1e-6
"""A single sure mistake shouldn't decide over the log loss."""


@dataclass(frozen=True, slots=True)
class Training:
    """One training; can be sent to another process or machine."""

    library: Path
    point: Point
    folds: str | None
    device: str
    metrics: Path
    """Where its figures go; written by whoever runs the sweep."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a point has no figures."""

    place: str
    fact: str
    remedy: str = ""


Outcome = dict[str, Any] | Failure
"""The figures of a point, as in its metrics.json."""


def do(training: Training) -> Outcome:
    """Train on one core, and say how good it is."""
    try:
        return _trained(training)
    except GesturectlError as error:
        return Failure(error.place, error.fact, error.remedy)


def lost(training: Training, reason: str) -> Outcome:
    """The outcome of a training that takes its process down."""
    return Failure(told(training.point), reason)


def told(point: Point) -> str:
    """A point for people."""
    return " ".join(f"{key}={value}" for key, value in point)


TRAINING = Work(do, lost)
"""What is done with every point."""


def _trained(training: Training) -> dict[str, Any]:
    from gesturectl.evaluation.closed_set import ClosedSet
    from gesturectl.evaluation.folds import folds_of
    from gesturectl.training import session

    started = time.monotonic()
    args = training_args(training.library, words_of(training.point))
    _, branches = family_of(args)
    data = data_of(args, branches)
    config = config_of(args, data, branches, device_of(training.device))
    if training.folds:
        folds = folds_of(data.gestures, data.subjects, training.folds, args.seed)
        parts = session.judge_folds(data, config, folds)
        held = ClosedSet.joined(parts)
    else:
        parts, held = [], session.train(data, config).held
    right = held.scores[np.arange(len(held.truth)), held.truth]
    figures = held.as_json()
    return {
        "type": "sweep point",
        "settings": dict(training.point),
        "train_with": words_of(training.point),
        "accuracy": figures["accuracy"],
        "macro_f1": figures["macro_f1"],
        "log_loss": round(float(-np.log(np.maximum(right, _LEAST_PROBABILITY)).mean()), 5),
        "judged_on": "folds" if parts else "the takes that also decided when training was best",
        "fold_accuracies": [round(float((part.predicted == part.truth).mean()), 5) for part in parts],
        "samples_judged": len(held.truth),
        "training_takes": len(data.takes),
        "train_seconds": round(time.monotonic() - started, 1),
    }
