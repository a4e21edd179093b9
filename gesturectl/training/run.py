"""One training under way: epochs, checkpoints, calibration, fine-tuning of the fusion."""

import io
import json
import math
import time
import zipfile
from dataclasses import asdict
from pathlib import Path
from pickle import UnpicklingError  # the name of what torch raises; nothing is unpickled but by weights_only
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, nll_loss

from gesturectl.atomic import whole_file
from gesturectl.errors import UsageError
from gesturectl.npz import DAMAGE
from gesturectl.recognition.window import WindowSpec
from gesturectl.training.augment import mirror_table
from gesturectl.training.dataset import Int64, Windows
from gesturectl.training.fusion import FusedClassifier
from gesturectl.training.plan import Epoch, FitConfig, FitResult, Watchers
from gesturectl.training.processes import ALONE, Processes

_LARGEST_GRADIENT = 5.0
_TELL_EVERY_S = 15.0
_LEAST_ROWS = 2
"""Rows of a process in a step: batch normalisation needs more than one."""
_FINE_RATE = 0.05
"""Of the learning rate, when the fusion is fine-tuned."""
_LARGEST_BYTES = 1 << 30
"""Of a checkpoint: three times the weights of the largest model, and more."""
_VALUES_AT_ONCE = 8_000_000
"""Input values in one batch without gradients: 32 MB."""


class Run:
    """A model, its optimiser, and what became of them so far."""

    def __init__(
        self,
        training: Windows,
        held: Windows,
        labels: tuple[str, ...],
        spec: WindowSpec,
        config: FitConfig,
        processes: Processes = ALONE,
        start: FusedClassifier | None = None,
    ) -> None:
        torch.manual_seed(config.seed)
        self.training, self.held, self.config, self.processes = training, held, config, processes
        self.weights = training.weights
        device = torch.device(config.device)
        self.random = torch.Generator(device).manual_seed(config.seed + processes.number)
        self.mirrors = mirror_table(labels, config.unmirrored).to(device)
        self.model = FusedClassifier(labels, spec, config.branches, config.channels, config.dropout, config.input)
        if start is not None:
            self.model.load_state_dict(start.state_dict())
        self.model.to(device)
        self.network = processes.shared(_Logits(self.model), config.device)
        self.class_weight = _class_weights(training.label, len(labels), config.class_power).to(device)
        self.steps = len(self._batches(0))
        self.optimiser = self._optimiser(config.learning_rate)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, config.learning_rate, total_steps=self.steps * config.epochs + 1, pct_start=config.warm_up
        )
        self.epochs: list[Epoch] = []
        self.best: dict[str, Tensor] = {}
        self.best_loss = float("inf")
        self.since_best = 0

    def epoch(self, watchers: Watchers) -> Epoch:
        """Train once on every window, then look at the validation windows."""
        started = told = time.monotonic()
        total, done = 0.0, len(self.epochs)
        self.model.train()
        for step, rows in enumerate(self._batches(done)):
            total += self._step(rows)
            self.schedule.step()
            now = time.monotonic()
            rest = (self.steps * (self.config.epochs - done) - step - 1) * (now - started) / (step + 1)
            watchers.tick((done + (step + 1) / self.steps) / self.config.epochs, rest)
            if now - told > _TELL_EVERY_S:
                told = now
                watchers.line(
                    f"epoch {done + 1}/{self.config.epochs}, {100 * (step + 1) // self.steps} %: "
                    f"loss {total / (step + 1):.3f}, about {duration(rest)} left"
                )
        seconds = time.monotonic() - started
        judged = self._validate() if len(self.held) else (math.nan, math.nan)
        loss, accuracy, training_loss = self.processes.agreed(*judged, total / self.steps)
        self.epochs.append(Epoch(training_loss, loss, accuracy, seconds))
        if not len(self.held):
            return self.epochs[-1]
        self.since_best += 1
        if loss < self.best_loss:
            self.best_loss, self.since_best = loss, 0
            self.best = self._weights()
        return self.epochs[-1]

    def calibrate(self) -> float:
        """Take the best epoch's weights and fit the fusion to the validation windows; returns the fused loss there."""
        if self.best:
            self.model.load_state_dict(self.best)
        return self._calibrated()

    def fine_tune(self, watchers: Watchers) -> None:
        """Train all branches a little more on the calibrated fusion's loss; forgotten unless validation improves."""
        best, kept = self._calibrated(), self._weights()
        self.optimiser = self._optimiser(self.config.learning_rate * _FINE_RATE)
        for number in range(1, self.config.fine_tune + 1):
            self.model.train()
            for rows in self._batches(self.config.epochs + number):
                self._step(rows, fused=True)
            (loss,) = self.processes.agreed(self._calibrated())
            watchers.line(f"fusion {number}/{self.config.fine_tune}: validation {loss:.4f}, best {best:.4f}")
            if loss < best:
                best, kept = loss, self._weights()
        self.model.load_state_dict(kept)

    def result(self) -> FitResult:
        """The model as it is, with what it reaches on the validation windows, if there are any."""
        model = self.model.cpu().eval()
        rate = len(self.training) / max(self.epochs[-1].seconds, 1e-9) if self.epochs else 0.0
        if not len(self.held):
            return FitResult(model, tuple(self.epochs), {}, rate)
        logits = branch_logits(model, self.held)
        label = torch.from_numpy(self.held.label)
        with torch.inference_mode():
            scores, agreement, branch_scores = model.fuse(logits)
        metrics = {
            "accuracy": float((scores.argmax(1) == label).float().mean()),
            "loss": float(cross_entropy(scores.clamp(min=1e-9).log(), label)),
            "agreement": float(agreement.mean()),
        }
        for k, name in enumerate(model.names):
            metrics[f"accuracy.{name}"] = float((branch_scores[:, k].argmax(1) == label).float().mean())
        return FitResult(model, tuple(self.epochs), metrics, rate)

    def save(self, path: Path) -> None:
        """Leave all that is needed to go on from here, whole or not at all. UsageError where it can't be written."""
        if not self.processes.leads:
            return
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
        buffer = io.BytesIO()
        torch.save(state, buffer)
        try:
            with whole_file(path) as file:
                file.write(buffer.getbuffer())
        except OSError as error:
            remedy = "Make room and run the same command with --resume: the checkpoint before is whole."
            raise UsageError(str(path), f"the checkpoint can't be written ({error.strerror})", remedy) from error

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint of the same training. UsageError if it is damaged or of another one."""
        try:
            state = _read(path, self.config.device)
            same = state["of"] == self._fingerprint()
            if same:
                self.model.load_state_dict(state["model"])
                self.optimiser.load_state_dict(state["optimiser"])
                self.schedule.load_state_dict(state["schedule"])
                self.epochs = [Epoch(**values) for values in state["epochs"]]
                self.best, self.best_loss, self.since_best = state["best"], state["best_loss"], state["since_best"]
                self.random.set_state(state["random"].cpu())
                torch.set_rng_state(state["torch_random"].cpu())
        except (*DAMAGE, UnpicklingError) as error:
            raise UsageError(str(path), "the checkpoint can't be read", "Delete it or name another file.") from error
        if not same:
            raise UsageError(str(path), "the checkpoint is of another training", "Delete it or name another file.")

    def _step(self, rows: Int64, fused: bool = False) -> float:
        device = self.config.device
        points, mask = (values.to(device) for values in _tensors(self.training, rows))
        label = torch.from_numpy(self.training.label[rows]).to(device)
        points, mask, label = self.config.augment.changed(points, mask, label, self.mirrors, self.random)
        weight = torch.from_numpy(self.weights[rows]).to(device) * self.class_weight[label]
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=self.config.bfloat16):
            logits = self.network(points, mask)
        each = self._losses(logits.float(), label, fused)
        loss = (each.sum(dim=1) * weight).mean() / (1 if fused else 2)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), _LARGEST_GRADIENT)
        self.optimiser.step()
        return float(each.detach()[:, -1].mean())

    def _losses(self, logits: Tensor, label: Tensor, fused: bool) -> Tensor:
        """(B, 1) of the calibrated fusion; or (B, K + 1) of each branch and, last, of their equal fusion."""
        if fused:
            return nll_loss(self.model.fuse(logits)[0].clamp(min=1e-9).log(), label, reduction="none")[:, None]
        every = torch.cat([logits, logits.mean(dim=1, keepdim=True)], dim=1)
        B, K, L = every.shape
        losses = cross_entropy(
            every.reshape(B * K, L),
            label.repeat_interleave(K),
            reduction="none",
            label_smoothing=self.config.label_smoothing,
        )
        return losses.reshape(B, K)

    def _batches(self, epoch: int) -> list[Int64]:
        """This process's rows in each step of an epoch, in an order that only the seed and the epoch decide."""
        random = torch.Generator().manual_seed(self.config.seed * 100_003 + epoch)
        order = torch.randperm(len(self.training), generator=random).numpy()
        together = self.config.batch * self.processes.count
        parts = [order[start : start + together] for start in range(0, len(order), together)]
        if len(parts) > 1 and len(parts[-1]) < _LEAST_ROWS * self.processes.count:
            parts.pop()
        wanted = [-(-len(part) // self.processes.count) for part in parts]
        # What is missing for equal shares is taken again from the front.
        return [
            np.resize(part, count * self.processes.count)[self.processes.number :: self.processes.count]
            for part, count in zip(parts, wanted, strict=True)
        ]

    def _validate(self) -> tuple[float, float]:
        """Loss and accuracy of the equal fusion on the validation windows."""
        fused = branch_logits(self.model, self.held).mean(dim=1)
        label, weight = torch.from_numpy(self.held.label), torch.from_numpy(self.held.weights)
        loss = (cross_entropy(fused, label, reduction="none") * weight).sum() / weight.sum()
        return float(loss), float((fused.argmax(1) == label).float().mean())

    def _calibrated(self) -> float:
        """Fit the fusion to the validation windows; its loss there."""
        logits = branch_logits(self.model, self.held)
        label, weight = torch.from_numpy(self.held.label), torch.from_numpy(self.held.weights)
        self.model.calibrate(logits, label, weight)
        with torch.inference_mode():
            fused = self.model.fuse(logits.to(self.config.device))[0].clamp(min=1e-9).log().cpu()
        return float((nll_loss(fused, label, reduction="none") * weight).sum() / weight.sum())

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.detach().cpu().clone() for name, value in self.model.state_dict().items()}

    def _optimiser(self, rate: float) -> torch.optim.AdamW:
        return torch.optim.AdamW(self.model.parameters(), lr=rate, weight_decay=self.config.weight_decay, fused=True)

    def _fingerprint(self) -> str:
        sizes = [len(self.training), len(self.held), int(self.training.label.sum())]
        return json.dumps([asdict(self.config), self.model.labels, asdict(self.model.spec), sizes], sort_keys=True)


class _Logits(nn.Module):
    """The part of a classifier that is trained, as one call, so that it can be shared by processes."""

    def __init__(self, model: FusedClassifier) -> None:
        super().__init__()
        self.model = model

    def forward(self, points: Tensor, mask: Tensor) -> Tensor:
        return self.model.logits(points, mask)[0]


def branch_logits(model: FusedClassifier, windows: Windows, batch: int = 1024) -> Tensor:
    """(N, K, L) uncalibrated logits of every branch for every window, without gradients."""
    model.eval()
    device = model.temperature.device
    batch = max(1, min(batch, _VALUES_AT_ONCE // max(1, int(np.prod(windows.points.shape[1:])))))
    parts = []
    with torch.inference_mode():
        for start in range(0, len(windows), batch):
            points, mask = _tensors(windows, np.arange(start, min(start + batch, len(windows))))
            parts.append(model.logits(points.to(device), mask.to(device))[0].cpu())
    return torch.cat(parts)


def _read(path: Path, device: str) -> dict[str, Any]:
    """What a checkpoint holds: numbers and text, never a program. Raises one of DAMAGE, UnpicklingError."""
    with path.open("rb") as file, zipfile.ZipFile(file) as parts:
        # torch doesn't look at the sums, and would unpack what claims to be larger than the file.
        if sum(part.file_size for part in parts.infolist()) > min(_LARGEST_BYTES, path.stat().st_size):
            raise ValueError("it is larger than any checkpoint")
        if parts.testzip() is not None:
            raise ValueError("a part of it is damaged")
        file.seek(0)
        state: dict[str, Any] = torch.load(file, map_location=device, weights_only=True)
        return state


def duration(seconds: float) -> str:
    """ "45 s" or "2 min 05 s"."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def _tensors(windows: Windows, rows: Int64) -> tuple[Tensor, Tensor]:
    points = torch.from_numpy(windows.points[rows].astype(np.float32))
    return points, torch.from_numpy(windows.mask[rows].astype(np.float32))


def _class_weights(label: Int64, labels: int, power: float) -> Tensor:
    """(L,) weights that are one on average over the windows."""
    count = np.bincount(label, minlength=labels).astype(np.float64)
    weight = (count.sum() / np.maximum(count, 1.0)) ** power
    return torch.tensor(weight * count.sum() / (weight * count).sum(), dtype=torch.float32)
