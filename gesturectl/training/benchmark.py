"""Trains and measures families on a benchmark: what each of them reaches, weighs and costs."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from gesturectl.evaluation.folds import Fold
from gesturectl.training.augment_takes import TakeAugment
from gesturectl.training.benchmark_sets import BenchmarkSet
from gesturectl.training.export import describe, export
from gesturectl.training.fit import fit
from gesturectl.training.fusion import FusedClassifier
from gesturectl.training.plan import NOBODY, FitConfig, Watchers
from gesturectl.training.report import ms_per_window
from gesturectl.training.run import branch_logits
from gesturectl.training.session import usual_config

Int64 = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured line of the table."""

    model: str
    """The family, perhaps with its input ("lrcn:crops"); for a part, "family/branch", trained with the others."""
    labels: int
    """How many labels are told apart."""
    accuracy: float
    """Mean over the folds, in [0, 1]; what no model can read counts as a mistake."""
    std: float
    """Over the folds; zero with one."""
    worst: float
    """The lowest of the folds."""
    folds: tuple[float, ...]
    """Each fold's."""
    names: tuple[str, ...]
    """What each fold tests."""
    parameters: int
    ms_per_window: float
    """On one core under ONNX Runtime."""
    train_seconds: float
    """Of one training, on average."""

    def as_json(self) -> dict[str, Any]:
        """The figures by the names they have for other programs."""
        return {
            "model": self.model,
            "labels": self.labels,
            "accuracy": round(self.accuracy, 5),
            "parameters": self.parameters,
            "ms_per_window": round(self.ms_per_window, 4),
            "train_seconds": round(self.train_seconds, 1),
        }

    def in_full(self) -> dict[str, Any]:
        """All there is to know."""
        return asdict(self) | self.as_json()


def recipe(branches: Sequence[str], task: BenchmarkSet) -> FitConfig:
    """The usual training of whole takes, but of all of them: nobody is held out to tell when to stop, and the last
    epoch's weights count, so that each fold learns from everybody it may learn from.
    """
    config = usual_config(branches, task.data.given, len(task.data.windows))
    augment = config.augment
    if isinstance(augment, TakeAugment):
        augment = replace(augment, mirror=task.mirror)
    return replace(config, validation_share=0.0, fine_tune=0, augment=augment)


def measure(
    name: str,
    config: FitConfig,
    task: BenchmarkSet,
    watch: Callable[[str], Watchers] = lambda fold: NOBODY,
    keep: Path | None = None,
) -> list[Row]:
    """Train once for each fold of `task` and test it there: a row for each number of labels and each part of `name`.

    `watch` is asked who wants to know about the training for a fold. The last fold's model is left in `keep`.
    """
    branches = config.branches
    parts = [name, *(f"{name}/{branch}" for branch in branches if len(branches) > 1)]
    tests = [_tested(config, task, fold, watch(fold.name)) for fold in task.folds]
    costs = [
        _cost(tests[-1].model if k == 0 else _alone(tests[-1].model, k - 1), part, keep if k == 0 else None)
        for k, part in enumerate(parts)
    ]
    return [
        _row(part, k, labels, task, tests, costs[k]) for k, part in enumerate(parts) for labels in sorted(task.views)
    ]


class _Tested(NamedTuple):
    """What became of one fold."""

    model: FusedClassifier
    scores: list[Scores]
    """(N, L) of the fusion, then of each branch."""
    truth: Int64
    seconds: float


def _tested(config: FitConfig, task: BenchmarkSet, fold: Fold, watchers: Watchers) -> _Tested:
    data = task.data
    held = data.rows_of(fold.test)
    started = time.monotonic()
    model = fit(data.windows.select(~held), data.labels, data.spec, config, progress=watchers).model
    seconds = time.monotonic() - started
    tested = data.windows.select(held)
    with torch.inference_mode():
        together, _, each = model.fuse(branch_logits(model, tested))
    scores = [together.numpy(), *(each[:, k].numpy() for k in range(each.shape[1]))]
    return _Tested(model, scores, tested.label, seconds)


def _row(
    part: str, number: int, labels: int, task: BenchmarkSet, tests: Sequence[_Tested], cost: tuple[int, float]
) -> Row:
    view = task.views[labels]
    right = [(_summed(test.scores[number], view).argmax(axis=1) == np.array(view)[test.truth]).sum() for test in tests]
    reached = tuple(
        float(count / (len(test.truth) + lost)) for count, test, lost in zip(right, tests, task.unusable, strict=True)
    )
    return Row(
        model=part,
        labels=labels,
        accuracy=float(np.mean(reached)),
        std=float(np.std(reached)),
        worst=min(reached),
        folds=reached,
        names=tuple(fold.name for fold in task.folds),
        parameters=cost[0],
        ms_per_window=cost[1],
        train_seconds=float(np.mean([test.seconds for test in tests])),
    )


def _summed(scores: Scores, view: Sequence[int]) -> Scores:
    """(N, labels of the view) the probabilities of all labels that are one in `view`."""
    table = np.zeros((len(view), max(view) + 1), np.float32)
    table[np.arange(len(view)), list(view)] = 1
    return scores @ table


def _alone(model: FusedClassifier, number: int) -> FusedClassifier:
    """A classifier of one of the branches of `model`, with its weights."""
    name = model.names[number]
    single = FusedClassifier(model.labels, model.spec, (name,), model.channels, given=model.input)
    single.branches[0].load_state_dict(model.branches[number].state_dict())
    return single.eval()


def _cost(model: FusedClassifier, name: str, keep: Path | None) -> tuple[int, float]:
    """Parameters, and milliseconds of one window; the model stays in `keep`, a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        path = (keep or Path(scratch)) / f"{name.replace('/', '-').replace(':', '-')}.onnx"
        export(model, describe(model, name, "a benchmark's training takes", {}, licence=""), path)
        return sum(value.numel() for value in model.parameters()), ms_per_window(path)
