"""Fitting a fused classifier to windows: one thread, seeded, resumable, the best epoch kept, calibrated at the end."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from gesturectl.errors import UsageError
from gesturectl.recognition.window import WindowSpec
from gesturectl.training.augment import Augment, augment, mirror_table
from gesturectl.training.branches import FUSED
from gesturectl.training.dataset import Int64, Windows, split
from gesturectl.training.fusion import FusedClassifier

_LARGEST_GRADIENT = 5.0
_TELL_EVERY_S = 15.0


@dataclass(frozen=True, slots=True)
class FitConfig:
    """How to train."""

    branches: tuple[str, ...] = FUSED
    channels: int = 2
    """2 without z, which trackers only guess; 3 with it."""
    epochs: int = 8
    batch: int = 128
    """A larger one is slower on a CPU: its tensors leave the second-level cache."""
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    warm_up: float = 0.15
    """Share of the steps in which the one cycle's learning rate rises."""
    label_smoothing: float = 0.04
    class_power: float = 0.35
    """Classes are weighted by their frequency to the power of minus this: 0 not at all, 1 fully."""
    dropout: float = 0.1
    patience: int = 5
    """Epochs without a better validation loss after which training stops."""
    validation_share: float = 0.1
    """Share of the groups held out where no validation set is given."""
    augment: Augment = field(default_factory=Augment)
    seed: int = 0
    threads: int = 1
    device: str = "cpu"
    bfloat16: bool = False
    """Compute the branches in bfloat16: about a fifth quicker where the CPU has it, slower elsewhere."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """How one epoch went."""

    training_loss: float
    validation_loss: float
    """Of the fused logits, before calibration."""
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class FitResult:
    """A trained, calibrated classifier and how it came about."""

    model: FusedClassifier
    """In evaluation mode, on the CPU."""
    epochs: tuple[Epoch, ...]
    """Every epoch that was run, also before a resume."""
    metrics: dict[str, float]
    """On the validation windows: accuracy, loss (calibrated), agreement, and accuracy of each branch."""
    windows_per_s: float
    """Training throughput of the last epoch."""


def fit(
    windows: Windows,
    labels: Sequence[str],
    spec: WindowSpec,
    config: FitConfig = FitConfig(),
    validation: Windows | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> FitResult:
    """Train on `windows`. With `checkpoint`, go on after the last whole epoch found there and leave one after each.

    Sets torch's thread count and seed for the whole process. UsageError when the checkpoint is of another training.
    """
    torch.set_num_threads(config.threads)
    training, held = windows, validation
    if held is None:
        training, held = split(windows, config.validation_share, config.seed)
    run = _Run(training, held, tuple(labels), spec, config)
    if checkpoint is not None and checkpoint.exists():
        run.resume(checkpoint)
        progress(f"resumed after epoch {len(run.epochs)} of {config.epochs}")
    while len(run.epochs) < config.epochs and run.since_best < config.patience:
        epoch = run.epoch(progress)
        left = (config.epochs - len(run.epochs)) * epoch.seconds
        progress(
            f"epoch {len(run.epochs)}/{config.epochs}: loss {epoch.training_loss:.3f}, "
            f"validation {epoch.validation_loss:.3f}, accuracy {epoch.validation_accuracy:.3f}, "
            f"{len(training) / epoch.seconds:,.0f} windows/s, {_duration(left)} left"
        )
        if checkpoint is not None:
            run.save(checkpoint)
    return run.result()


def branch_logits(model: FusedClassifier, windows: Windows, batch: int = 1024) -> Tensor:
    """(N, K, L) uncalibrated logits of every branch for every window, without gradients."""
    model.eval()
    device = model.temperature.device
    parts = []
    with torch.inference_mode():
        for start in range(0, len(windows), batch):
            points, mask = _tensors(windows, np.arange(start, min(start + batch, len(windows))))
            parts.append(model.logits(points.to(device), mask.to(device))[0].cpu())
    return torch.cat(parts)


class _Run:
    """One training under way."""

    def __init__(
        self, training: Windows, held: Windows, labels: tuple[str, ...], spec: WindowSpec, config: FitConfig
    ) -> None:
        torch.manual_seed(config.seed)
        self.training, self.held, self.config = training, held, config
        self.weights = training.weights
        self.random = torch.Generator().manual_seed(config.seed)
        self.mirrors = mirror_table(labels)
        self.model = FusedClassifier(labels, spec, config.branches, config.channels, config.dropout)
        self.model.to(config.device)
        self.class_weight = _class_weights(training.label, len(labels), config.class_power).to(config.device)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        self.steps = max(1, -(-len(training) // config.batch))
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, config.learning_rate, total_steps=self.steps * config.epochs + 1, pct_start=config.warm_up
        )
        self.epochs: list[Epoch] = []
        self.best: dict[str, Tensor] = {}
        self.best_loss = float("inf")
        self.since_best = 0

    def epoch(self, progress: Callable[[str], None]) -> Epoch:
        """Train once on every window, then look at the validation windows."""
        started = told = time.monotonic()
        order = torch.randperm(len(self.training), generator=self.random).numpy()
        total = 0.0
        self.model.train()
        for step in range(self.steps):
            total += self._step(order[step * self.config.batch : (step + 1) * self.config.batch])
            if time.monotonic() - told > _TELL_EVERY_S:
                told = time.monotonic()
                rest = (self.steps * (self.config.epochs - len(self.epochs)) - step - 1) * (told - started) / (step + 1)
                progress(
                    f"epoch {len(self.epochs) + 1}/{self.config.epochs}, {100 * (step + 1) // self.steps} %: "
                    f"loss {total / (step + 1):.3f}, about {_duration(rest)} left"
                )
        seconds = time.monotonic() - started
        loss, accuracy = self._validate()
        self.epochs.append(Epoch(total / self.steps, loss, accuracy, seconds))
        self.since_best += 1
        if loss < self.best_loss:
            self.best_loss, self.since_best = loss, 0
            self.best = {name: value.detach().cpu().clone() for name, value in self.model.state_dict().items()}
        return self.epochs[-1]

    def result(self) -> FitResult:
        """The best epoch's model, calibrated on the validation windows."""
        if self.best:
            self.model.load_state_dict(self.best)
        model = self.model.cpu().eval()
        logits = branch_logits(model, self.held)
        label, weight = torch.from_numpy(self.held.label), torch.from_numpy(self.held.weights)
        model.calibrate(logits, label, weight)
        with torch.inference_mode():
            scores, agreement, branch_scores = model.fuse(logits)
        metrics = {
            "accuracy": float((scores.argmax(1) == label).float().mean()),
            "loss": float(cross_entropy(scores.clamp(min=1e-9).log(), label)),
            "agreement": float(agreement.mean()),
        }
        for k, name in enumerate(model.names):
            metrics[f"accuracy.{name}"] = float((branch_scores[:, k].argmax(1) == label).float().mean())
        rate = len(self.training) / max(self.epochs[-1].seconds, 1e-9) if self.epochs else 0.0
        return FitResult(model, tuple(self.epochs), metrics, rate)

    def save(self, path: Path) -> None:
        """Leave all that is needed to go on from here, whole or not at all."""
        state = {
            "of": self._fingerprint(),
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "epochs": [asdict(epoch) for epoch in self.epochs],
            "best": self.best,
            "best_loss": self.best_loss,
            "since_best": self.since_best,
            "random": self.random.get_state(),
            "torch_random": torch.get_rng_state(),
        }
        part = path.with_name(path.name + ".part")
        torch.save(state, part)
        part.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint of the same training."""
        try:
            state: dict[str, Any] = torch.load(path, weights_only=True)
        except (OSError, RuntimeError, EOFError, UnpicklingError) as error:
            raise UsageError(str(path), "the checkpoint can't be read", "Delete it or name another file.") from error
        if state.get("of") != self._fingerprint():
            raise UsageError(str(path), "the checkpoint is of another training", "Delete it or name another file.")
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.epochs = [Epoch(**values) for values in state["epochs"]]
        self.best, self.best_loss, self.since_best = state["best"], state["best_loss"], state["since_best"]
        self.random.set_state(state["random"])
        torch.set_rng_state(state["torch_random"])

    def _step(self, rows: np.ndarray) -> float:
        points, mask = _tensors(self.training, rows)
        label = torch.from_numpy(self.training.label[rows])
        points, mask, label = augment(points, mask, label, self.mirrors, self.config.augment, self.random)
        device = self.config.device
        label = label.to(device)
        weight = torch.from_numpy(self.weights[rows]).to(device) * self.class_weight[label]
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=self.config.bfloat16):
            logits, _ = self.model.logits(points.to(device), mask.to(device))
        logits = logits.float()
        every = torch.cat([logits, logits.mean(dim=1, keepdim=True)], dim=1)  # the branches, and their equal fusion
        B, K, L = every.shape
        losses = cross_entropy(
            every.reshape(B * K, L),
            label.repeat_interleave(K),
            reduction="none",
            label_smoothing=self.config.label_smoothing,
        )
        loss = (losses.reshape(B, K).sum(dim=1) * weight).mean() / 2
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _LARGEST_GRADIENT)
        self.optimiser.step()
        self.schedule.step()
        return float(losses.detach().reshape(B, K)[:, -1].mean())

    def _validate(self) -> tuple[float, float]:
        """Loss and accuracy of the equal fusion on the validation windows."""
        fused = branch_logits(self.model, self.held).mean(dim=1)
        label, weight = torch.from_numpy(self.held.label), torch.from_numpy(self.held.weights)
        loss = (cross_entropy(fused, label, reduction="none") * weight).sum() / weight.sum()
        return float(loss), float((fused.argmax(1) == label).float().mean())

    def _fingerprint(self) -> str:
        sizes = [len(self.training), len(self.held), int(self.training.label.sum())]
        return json.dumps([asdict(self.config), self.model.labels, asdict(self.model.spec), sizes], sort_keys=True)


def _tensors(windows: Windows, rows: np.ndarray) -> tuple[Tensor, Tensor]:
    points = torch.from_numpy(windows.points[rows].astype(np.float32))
    return points, torch.from_numpy(windows.mask[rows].astype(np.float32))


def _class_weights(label: Int64, labels: int, power: float) -> Tensor:
    """(L,) weights that are one on average over the windows."""
    count = np.bincount(label, minlength=labels).astype(np.float64)
    weight = (count.sum() / np.maximum(count, 1.0)) ** power
    return torch.tensor(weight * count.sum() / (weight * count).sum(), dtype=torch.float32)


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
