"""What every branch has in common: the shape of its task, and how a sequence becomes an embedding and scores."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gesturectl.training.features import WindowFeatures

EMBEDDING = 64
"""Size of one branch's embedding."""


@dataclass(frozen=True, slots=True)
class BranchShape:
    """The sizes a branch is built for."""

    labels: int
    """L, the gestures with "nothing"."""
    steps: int
    """T, the steps of a window; a multiple of four."""
    channels: int
    """C, coordinates a joint: 2, or 3 with z."""
    dropout: float = 0.1
    """Share of values dropped before the embedding and before the scores, in training."""


class BranchNetwork(nn.Module, ABC):
    """One idea of how to read a window."""

    @abstractmethod
    def forward(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        """(B, L) logits and (B, EMBEDDING) embedding of a batch of windows."""


class SequenceHead(nn.Module):
    """An LSTM over steps, read out as its last state, its mean and its maximum over the steps with a hand."""

    def __init__(self, inputs: int, hidden: int, shape: BranchShape) -> None:
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, batch_first=True)
        self.drop = nn.Dropout(shape.dropout)
        self.embed = nn.Linear(3 * hidden, EMBEDDING)
        self.classify = nn.Linear(EMBEDDING, shape.labels)

    def forward(self, sequence: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and embedding of `sequence` (B, S, inputs) with `mask` (B, S)."""
        states, _ = self.lstm(sequence)
        there = mask[..., None]
        mean = (states * there).sum(dim=1) / there.sum(dim=1).clamp(min=1.0)
        highest = (states * there - (1.0 - there)).amax(dim=1)  # an LSTM's states lie above -1
        embedding = torch.relu(self.embed(self.drop(torch.cat([states[:, -1], mean, highest], dim=1))))
        return self.classify(self.drop(embedding)), embedding
