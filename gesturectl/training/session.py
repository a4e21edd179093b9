"""A training from a library to a judged model: what to train with, held-out figures, and the model itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from gesturectl.errors import UsageError
from gesturectl.evaluation.closed_set import ClosedSet
from gesturectl.evaluation.folds import Fold
from gesturectl.recognition.inputs import InputSpec, Kind
from gesturectl.training.augment import Augment
from gesturectl.training.augment_pictures import PictureAugment
from gesturectl.training.augment_takes import KeypointAugment, TakeAugment
from gesturectl.training.branches import branch_class
from gesturectl.training.dataset import Windows, split
from gesturectl.training.fit import fit
from gesturectl.training.fusion import FusedClassifier
from gesturectl.training.library_set import TrainingSet
from gesturectl.training.plan import NOBODY, Changes, FitConfig, FitResult, Watchers
from gesturectl.training.processes import ALONE, Processes
from gesturectl.training.run import branch_logits

_LIVE_WINDOWS = 300_000
"""Windows to see before training ends: small libraries are seen more often."""
_TAKES_STEPS = 900
"""Least steps for whole takes: with fewer, a library of twenty takes is barely begun with."""
_STEPS_IN_EPOCH = 16
"""Small libraries get smaller batches, so that an epoch has about as many steps."""
_LEAST_ROWS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A trained model and what it sees in takes that it wasn't trained on."""

    fit: FitResult
    held: ClosedSet
    """Samples of takes that were held out: of every fold, or those that also decided when training was best."""
    folds: tuple[float, ...] = ()
    """Accuracy of each fold; empty where there were none, and then `held` is a little too kind."""


def usual_config(branches: Sequence[str], given: InputSpec, samples: int = 0) -> FitConfig:
    """How a model with `branches` over `given` is usually trained on so many `samples`."""
    config = FitConfig(tuple(branches), input=given, fine_tune=3 if len(branches) > 1 else 0)
    share = max(samples, 1) // _STEPS_IN_EPOCH
    if given.live:
        epochs = int(np.clip(_LIVE_WINDOWS / max(samples, 1), 8, 120))
        return replace(config, epochs=epochs, batch=int(np.clip(share, 16, 128)), patience=max(5, epochs // 4))
    batch = int(np.clip(share, 8, 16 if given.is_pictures else 64))
    epochs = int(np.clip(_TAKES_STEPS * batch / max(samples, 1), 40 if given.is_pictures else 60, 300))
    return replace(
        config, channels=3 if given.space else 2, epochs=epochs, batch=batch, label_smoothing=0.1, dropout=0.2,
        patience=epochs // 3, validation_share=0.12, augment=augmentation(given),
        learning_rate=1e-3 if given.is_pictures else 2e-3,
    )  # fmt: skip


def augmentation(given: InputSpec) -> Changes:
    """The changes that suit `given`."""
    if given.live:
        return Augment()
    if given.kind == "keypoints":
        return KeypointAugment()
    return PictureAugment() if given.is_pictures else TakeAugment(space=given.space)


def kind_of(branches: Sequence[str], wanted: Kind | None = None) -> Kind | None:
    """What `branches` are to read; None where that is hands, one or both. UsageError where no input suits all."""
    readable = [set(branch_class(name).READS) for name in branches]
    common = set.intersection(*readable)
    if not common:
        raise UsageError("--branches", f"{', '.join(branches)} don't read the same input", "Train them one by one.")
    if wanted is not None and wanted not in common:
        fact = f"{' and '.join(branches)} read {' or '.join(sorted(common))}, not {wanted}"
        raise UsageError("--input", fact, "Choose another --family; --list tells what each reads.")
    if wanted is not None:
        return wanted
    return None if "hand" in common else next(kind for kind in branch_class(branches[0]).READS if kind in common)


def train(
    data: TrainingSet,
    config: FitConfig,
    folds: Sequence[Fold] = (),
    checkpoints: Path | None = None,
    watch: Callable[[str, int, int], Watchers] = lambda what, number, count: NOBODY,
    processes: Processes = ALONE,
) -> Judged:
    """Train on `data`; with `folds`, first once for each, to judge what each model sees in the takes of its fold.

    `checkpoints` is a folder for what is needed to go on after an interruption. `watch` is asked who wants to know
    about each of the trainings: what it is, its number from 1, and how many there are.
    """
    count = len(folds) + 1
    parts = judge_folds(data, config, folds, checkpoints, lambda what, k, _: watch(what, k, count), processes)
    training, validation = _split(data.windows, config)
    result = fit(
        training, data.labels, data.spec, config, validation, _checkpoint(checkpoints, "training"),
        watch("the model", count, count), processes,
    )  # fmt: skip
    accuracies = tuple(float((part.predicted == part.truth).mean()) for part in parts)
    if parts:
        return Judged(result, ClosedSet.joined(parts), accuracies)
    rows = np.isin(data.windows.group, np.unique(validation.group))
    return Judged(result, _judged(result.model, data, rows))


def judge_folds(
    data: TrainingSet,
    config: FitConfig,
    folds: Sequence[Fold],
    checkpoints: Path | None = None,
    watch: Callable[[str, int, int], Watchers] = lambda what, number, count: NOBODY,
    processes: Processes = ALONE,
) -> list[ClosedSet]:
    """What a model that was trained without the takes of each fold sees in them; the rest as in `train`."""
    parts: list[ClosedSet] = []
    for number, fold in enumerate(folds, 1):
        held = data.rows_of(fold.test)
        rest = data.windows.select(~held)
        _check(rest, held, fold)
        trained = fit(
            rest, data.labels, data.spec, config, checkpoint=_checkpoint(checkpoints, f"fold-{number}"),
            progress=watch(f"fold {fold.name}", number, len(folds)), processes=processes,
        )  # fmt: skip
        parts.append(_judged(trained.model, data, held))
    return parts


def scores_of(model: FusedClassifier, windows: Windows) -> torch.Tensor:
    """(N, L) probabilities of every sample."""
    with torch.inference_mode():
        return model.fuse(branch_logits(model, windows))[0]


def _judged(model: FusedClassifier, data: TrainingSet, rows: np.ndarray) -> ClosedSet:
    held = data.windows.select(rows)
    names = tuple(data.takes[number] for number in data.take[rows])
    return ClosedSet(data.labels, held.label, scores_of(model, held).numpy(), names)


def _split(windows: Windows, config: FitConfig) -> tuple[Windows, Windows]:
    """Training and validation by group. Where that leaves a gesture out of training, another seed may not."""
    if len(np.unique(windows.group)) < _LEAST_ROWS:
        remedy = "Record takes of more people, or leave out who made them."
        raise UsageError("train", "only one person's takes can be used, so none can be held out", remedy)
    shown = set(np.unique(windows.label))
    best: tuple[Windows, Windows] | None = None
    for attempt in range(20):
        training, validation = split(windows, config.validation_share, config.seed + 1000 * attempt)
        best = best or (training, validation)
        if set(np.unique(training.label)) == shown and len(validation) >= _LEAST_ROWS:
            return training, validation
    assert best is not None  # noqa: S101 - the loop ran
    return best


def _check(rest: Windows, held: np.ndarray, fold: Fold) -> None:
    if len(np.unique(rest.group)) < _LEAST_ROWS or not held.any():
        remedy = "Give fewer folds, or record more takes."
        raise UsageError("--folds", f"fold {fold.name} leaves too little to train or to test with", remedy)


def _checkpoint(folder: Path | None, name: str) -> Path | None:
    return folder / f"{name}.checkpoint" if folder else None
