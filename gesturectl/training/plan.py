"""How to train, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from gesturectl.recognition.inputs import LIVE, InputSpec
from gesturectl.training.augment import Augment
from gesturectl.training.branches import FUSED
from gesturectl.training.fusion import FusedClassifier


class Changes(Protocol):
    """How samples are changed anew in every epoch; a dataclass, so that a checkpoint can tell two trainings apart."""

    def changed(
        self, points: Tensor, mask: Tensor, label: Tensor, mirrors: Tensor, random: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Changed copies of a batch; `mirrors` (L,) is the label of each label's mirror image, -1 where none is."""


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
    """Share of the groups held out where no validation set is given. With none, all epochs are run, the last one's
    weights are kept, and the branches count alike, uncalibrated."""
    augment: Changes = field(default_factory=Augment)
    seed: int = 0
    threads: int = 1
    device: str = "cpu"
    bfloat16: bool = False
    """Compute the branches in bfloat16: about a fifth quicker where the CPU has it, slower elsewhere; on GPUs usual."""
    fine_tune: int = 0
    """Epochs at a low rate on the calibrated fusion's own loss, at the end; kept only if validation gets better."""
    input: InputSpec = LIVE
    unmirrored: tuple[str, ...] = ()
    """Gestures that in a mirror are neither themselves nor another: they are never shown in one."""


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


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who wants to know how it goes; nobody, if nothing is said."""

    line: Callable[[str], None] = lambda text: None
    """Called with a sentence after each epoch, and now and then in long ones."""
    tick: Callable[[float, float], None] = lambda share, left_s: None
    """Called after every step with the share that is done, in [0, 1], and the seconds that are probably left."""
    epoch: Callable[[int, Epoch], None] = lambda number, epoch: None
    """Called after each epoch with its number, from 1."""


USUAL = FitConfig()
NOBODY = Watchers()
