"""Figures of a training for TensorBoard."""

from pathlib import Path
from typing import Any

from gesturectl.errors import UsageError
from gesturectl.training.plan import Epoch


class Board:
    """Writes each epoch's figures as TensorBoard's event files into a folder."""

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where TensorBoard's package isn't installed."""
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            remedy = "Run pip install tensorboard, or leave the option out."
            raise UsageError("--tensorboard", "the package tensorboard isn't installed", remedy) from error
        self._folder = folder
        self._make = SummaryWriter
        self._writers: dict[str, Any] = {}

    def epoch(self, what: str, number: int, epoch: Epoch) -> None:
        """Note what one epoch of the training `what` came to."""
        if what not in self._writers:
            self._writers[what] = self._make(str(self._folder / what.replace(" ", "-")))
        writer = self._writers[what]
        for name in ("training_loss", "validation_loss", "validation_accuracy", "seconds"):
            writer.add_scalar(name, getattr(epoch, name), number)

    def close(self) -> None:
        """Write what is still in memory."""
        for writer in self._writers.values():
            writer.close()
