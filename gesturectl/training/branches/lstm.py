"""Stacked LSTM on key points: the network of countless sign-language tutorials, with the sizes it has there.

Three LSTMs of 64, 128 and 64 over the values of each step, the last state read by a dense layer. It reads hands, or
rows of key points as MediaPipe Holistic is usually saved: hands (126), with the body (258), with body and face (1662).
LSTM: Hochreiter & Schmidhuber, Neural Computation 9 (1997).
"""

from typing import ClassVar

from torch import Tensor, nn

from gesturectl.recognition.inputs import Kind
from gesturectl.training.branches.base import BranchShape, DenseHead, HandsBranch, Rows
from gesturectl.training.features import WindowFeatures
from gesturectl.types import JOINTS

_HIDDEN = (64, 128, 64)


class Branch(HandsBranch):
    """Reads the steps in order and answers after the last."""

    IDEA = "three stacked LSTMs over the values of each step"
    PAPER = "Hochreiter & Schmidhuber, Neural Computation 9, 1997"
    READS: ClassVar[tuple[Kind, ...]] = ("hand", "hands", "keypoints")

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        self.head = _Head(shape.input.size or shape.hands * JOINTS * shape.dimensions, shape)

    def read(self, window: WindowFeatures | Rows) -> tuple[Tensor, Tensor]:
        values = window.values if isinstance(window, Rows) else window.points
        return values.flatten(2), window.mask


class _Head(nn.Module):
    """(B, T, N) values to logits and embedding."""

    def __init__(self, inputs: int, shape: BranchShape) -> None:
        super().__init__()
        sizes = (inputs, *_HIDDEN)
        self.layers = nn.ModuleList(
            nn.LSTM(before, after, batch_first=True) for before, after in zip(sizes, _HIDDEN, strict=False)
        )
        self.drop = nn.Dropout(shape.dropout)
        self.out = DenseHead(_HIDDEN[-1], shape)

    def forward(self, sequence: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        for layer in self.layers:
            sequence, _ = layer(self.drop(sequence))
        logits, embedding = self.out(sequence[:, -1])
        return logits, embedding
