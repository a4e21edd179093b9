"""Temporal CNN: every coordinate of every joint is a signal with its own filters; nothing mixes them before the end.

After Devineau et al., "Deep Learning for Hand Gesture Recognition on Skeletal Data", FG 2018: for each channel three
parallel branches, two of convolutions at two time resolutions and one that only pools, joined by dense layers. The
first dense layer is narrower than theirs (256 instead of 1936), so that the file stays small.
"""

import torch
from torch import Tensor, nn

from gesturectl.training.branches.base import BranchShape, DenseHead, HandsBranch
from gesturectl.training.features import WindowFeatures
from gesturectl.types import JOINTS

_FINE, _COARSE = 3, 7
"""Kernels in steps."""
_FILTERS = (8, 4, 4)
"""Of each channel, in the three convolutions of a branch; each is followed by pooling of two steps."""
_DENSE = 256


class Branch(HandsBranch):
    """One small network for each of the H·21·D channels, then dense layers over all of them."""

    IDEA = "a CNN over time for each coordinate on its own: two kernel sizes and pooling side by side"
    PAPER = "Devineau et al., FG 2018"

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        self.head = _Head(shape.hands * JOINTS * shape.dimensions, shape)

    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        return window.points.flatten(2), window.mask


class _Head(nn.Module):
    """(B, T, N) signals, each on its own, to logits and embedding."""

    def __init__(self, channels: int, shape: BranchShape) -> None:
        super().__init__()
        self.fine, self.coarse = _filters(channels, _FINE), _filters(channels, _COARSE)
        self.pooled = nn.AvgPool1d(8, ceil_mode=True)
        length = -(-shape.steps // 8)
        self.drop = nn.Dropout(shape.dropout)
        self.dense = nn.Linear(channels * (2 * _FILTERS[-1] + 1) * length, _DENSE)
        self.out = DenseHead(_DENSE, shape)

    def forward(self, sequence: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        signals = sequence.transpose(1, 2)  # (B, N, T)
        parts = [self.fine(signals), self.coarse(signals), self.pooled(signals)]
        logits, embedding = self.out(torch.relu(self.dense(self.drop(torch.cat([p.flatten(1) for p in parts], dim=1)))))
        return logits, embedding


def _filters(channels: int, kernel: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    before = 1
    for count in _FILTERS:
        layers += [
            nn.Conv1d(channels * before, channels * count, kernel, padding=kernel // 2, groups=channels),
            nn.ReLU(),
            nn.AvgPool1d(2, ceil_mode=True),
        ]
        before = count
    return nn.Sequential(*layers)
