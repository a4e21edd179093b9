"""Fitting a classifier to windows: seeded, resumable, the best epoch kept, calibrated at the end."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from gesturectl.recognition.window import WindowSpec
from gesturectl.training.dataset import Windows, split
from gesturectl.training.fusion import FusedClassifier
from gesturectl.training.plan import NOBODY, USUAL, Epoch, FitConfig, FitResult, Watchers
from gesturectl.training.processes import ALONE, Processes
from gesturectl.training.run import Run, branch_logits, duration

__all__ = ["Epoch", "FitConfig", "FitResult", "Watchers", "branch_logits", "fit"]


def fit(
    windows: Windows,
    labels: Sequence[str],
    spec: WindowSpec,
    config: FitConfig = USUAL,
    validation: Windows | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[str], None] | Watchers = NOBODY,
    processes: Processes = ALONE,
    start: FusedClassifier | None = None,
) -> FitResult:
    """Train on `windows`. With `checkpoint`, go on after the last whole epoch found there and leave one after each.

    `start` is a network of the same labels, window and branches whose weights to begin with.

    Sets torch's thread count and seed for the whole process. UsageError when the checkpoint is of another training.
    With several `processes` each must be called with the same arguments; each takes a part of every batch.
    """
    watchers = progress if isinstance(progress, Watchers) else Watchers(line=progress)
    torch.set_num_threads(config.threads)
    training, held = windows, validation
    if held is None and config.validation_share:
        training, held = split(windows, config.validation_share, config.seed)
    elif held is None:
        held = windows.select(np.zeros(0, np.int64))
    run = Run(training, held, tuple(labels), spec, config, processes, start)
    if checkpoint is not None and checkpoint.exists():
        run.resume(checkpoint)
        watchers.line(f"resumed after epoch {len(run.epochs)} of {config.epochs}")
    while len(run.epochs) < config.epochs and run.since_best < config.patience:
        epoch = run.epoch(watchers)
        left = (config.epochs - len(run.epochs)) * epoch.seconds
        watchers.epoch(len(run.epochs), epoch)
        judged = f"validation {epoch.validation_loss:.3f}, accuracy {epoch.validation_accuracy:.3f}, "
        watchers.line(
            f"epoch {len(run.epochs)}/{config.epochs}: loss {epoch.training_loss:.3f}, {judged if len(held) else ''}"
            f"{len(training) / epoch.seconds:,.0f} windows/s, {duration(left)} left"
        )
        if checkpoint is not None:
            run.save(checkpoint)
    if len(held):
        run.calibrate()
    if len(held) and config.fine_tune:
        run.fine_tune(watchers)
    return run.result()
