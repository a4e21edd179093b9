"""What every branch has in common: the shape of its task, and how a sequence becomes an embedding and scores."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from gesturectl.recognition.inputs import LIVE, InputSpec, Kind
from gesturectl.training.features import WindowFeatures, step_features

EMBEDDING = 64
"""Size of one branch's embedding."""


@dataclass(frozen=True, slots=True)
class BranchShape:
    """The sizes a branch is built for."""

    labels: int
    """L, the gestures, with "nothing" where the model runs live."""
    steps: int
    """T, the steps of a window; a multiple of four."""
    channels: int
    """C, coordinates a joint: 2, or 3 with z."""
    dropout: float = 0.1
    """Share of values dropped before the embedding and before the scores, in training."""
    input: InputSpec = LIVE
    """What is read."""

    def wide(self, width: int) -> int:
        """`width` of a layer where it runs live; twice as much for whole takes, which nobody waits for."""
        return width if self.input.scope == "window" else 2 * width

    @property
    def dimensions(self) -> int:
        """D, 3 for hands in space and 2 for hands in a picture."""
        return 3 if self.input.space else 2

    @property
    def step_features(self) -> int:
        """Values of `WindowFeatures.steps` in a step."""
        return step_features(self.dimensions)

    @property
    def hands(self) -> int:
        """H, how many hands one window shows."""
        return max(1, self.input.hands)


class Rows(NamedTuple):
    """A batch of windows of which nothing is computed beforehand."""

    values: Tensor
    """(B, T, F) key points, zero where unknown; or (B, T, 3, S, S) pictures in [0, 1]."""
    mask: Tensor
    """(B, T) one where there is something to see."""


class BranchNetwork(nn.Module, ABC):
    """One idea of how to read a window."""

    IDEA: ClassVar[str]
    """The idea in a few words."""
    PAPER: ClassVar[str]
    """Where the idea comes from."""
    READS: ClassVar[tuple[Kind, ...]] = ("hand", "hands")
    """The kinds of input it can read."""

    @abstractmethod
    def forward(self, window: Any) -> tuple[Tensor, Tensor]:
        """(B, L) logits and (B, EMBEDDING) embedding of a batch: WindowFeatures of hands, Rows of anything else."""


class HandsBranch(BranchNetwork):
    """A branch over one hand or two: each hand is read on its own by the same weights, then both side by side."""

    head: nn.Module
    """From the (B, S, H N) sequence and its (B, S) mask to logits and embedding."""

    def __init__(self, shape: BranchShape) -> None:
        super().__init__()
        self.hands = shape.hands

    def forward(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        """(B, L) logits and (B, EMBEDDING) embedding of a batch of windows."""
        sequence, mask = self.read(window)
        if self.hands > 1:
            sequence = side_by_side(sequence, self.hands)
            mask = mask.reshape(-1, self.hands, mask.shape[1]).amax(dim=1)
        logits, embedding = self.head(sequence, mask)
        return logits, embedding

    @abstractmethod
    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        """A sequence (H B, S, N) of each hand, and where the hand is in it (H B, S)."""


class SequenceHead(nn.Module):
    """An LSTM over steps, read out as its last state, its mean and its maximum over the steps with a hand."""

    def __init__(self, inputs: int, hidden: int, shape: BranchShape, layers: int = 1) -> None:
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, layers, batch_first=True, dropout=shape.dropout if layers > 1 else 0.0)
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


class DenseHead(nn.Module):
    """Embedding and scores of one vector a window."""

    def __init__(self, inputs: int, shape: BranchShape) -> None:
        super().__init__()
        self.drop = nn.Dropout(shape.dropout)
        self.embed = nn.Linear(inputs, EMBEDDING)
        self.classify = nn.Linear(EMBEDDING, shape.labels)

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and embedding of `values` (B, inputs)."""
        embedding = torch.relu(self.embed(self.drop(values)))
        return self.classify(self.drop(embedding)), embedding


def side_by_side(sequence: Tensor, hands: int) -> Tensor:
    """(B, S, H N) of `sequence` (B H, S, N), the hands of a window one after the other."""
    rows, S, N = sequence.shape
    return sequence.reshape(rows // hands, hands, S, N).transpose(1, 2).reshape(rows // hands, S, hands * N)
