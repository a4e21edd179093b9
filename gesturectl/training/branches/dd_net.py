"""DD-Net: distances between all pairs of joints and the motion of all joints at two speeds, read by 1-D convolutions.

After Yang et al., "Make Skeleton-based Action Recognition Model Smaller, Faster and Better", ACM Multimedia Asia 2019
(arXiv 1907.09658). Distances don't change with place or view, motion tells where things go; the two speeds tell a slow
gesture from a quick one.
"""

import torch
from torch import Tensor, nn

from gesturectl.training.branches.base import BranchShape, DenseHead, HandsBranch
from gesturectl.training.features import WindowFeatures
from gesturectl.types import JOINTS

_WIDTH = 64
_PAIRS = JOINTS * (JOINTS - 1) // 2
_DENSE = 128
_SLOPE = 0.2


class Branch(HandsBranch):
    """Embeds distances, slow and fast motion apart, then convolves them together at ever coarser steps."""

    IDEA = "distances of all pairs of joints and motion at two speeds, 1-D convolutions over time"
    PAPER = "Yang et al., MM Asia 2019, arXiv 1907.09658"
    first: Tensor
    second: Tensor

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        pairs = torch.triu_indices(JOINTS, JOINTS, offset=1)
        self.register_buffer("first", pairs[0], persistent=False)
        self.register_buffer("second", pairs[1], persistent=False)
        self.head = _Head(shape)

    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        points, mask = window.points, window.mask
        apart = points.index_select(2, self.first) - points.index_select(2, self.second)
        distances = (apart.square().sum(dim=-1) + 1e-8).sqrt() * mask[..., None]
        places = points.flatten(2)
        return torch.cat([distances, _motion(places, mask, 1), _motion(places, mask, 2)], dim=-1), mask


class _Head(nn.Module):
    """(B, T, H N) distances and motions to logits and embedding."""

    def __init__(self, shape: BranchShape) -> None:
        super().__init__()
        motion = JOINTS * shape.dimensions
        self.hands, self.sizes = shape.hands, (_PAIRS, motion, motion)
        drop = shape.dropout
        self.distances = _embedding(shape.hands * _PAIRS, drop, halves=True)
        self.slow = _embedding(shape.hands * motion, drop, halves=True)
        self.fast = _embedding(shape.hands * motion, drop, halves=False)
        widths = [(3 * _WIDTH, 2 * _WIDTH), (2 * _WIDTH, 4 * _WIDTH), (4 * _WIDTH, 8 * _WIDTH)]
        blocks: list[nn.Module] = []
        for before, after in widths:
            blocks += [_convolution(before, after, 3), _convolution(after, after, 3)]
            blocks += [nn.MaxPool1d(2, ceil_mode=True), nn.Dropout1d(drop)] if after < 8 * _WIDTH else []
        self.together = nn.Sequential(*blocks)
        self.dense = nn.Sequential(
            nn.Linear(8 * _WIDTH, _DENSE, bias=False), nn.BatchNorm1d(_DENSE), nn.LeakyReLU(_SLOPE)
        )
        self.out = DenseHead(_DENSE, shape)

    def forward(self, sequence: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        B, T, _ = sequence.shape
        each = torch.split(sequence.reshape(B, T, self.hands, sum(self.sizes)), list(self.sizes), dim=-1)
        distances, slow, fast = (part.flatten(2).transpose(1, 2) for part in each)  # (B, N, T)
        parts = [self.distances(distances), self.slow(slow), self.fast(fast[:, :, ::2])]
        every = self.together(torch.cat(parts, dim=1))
        logits, embedding = self.out(self.dense(every.amax(dim=2)))
        return logits, embedding


def _motion(places: Tensor, mask: Tensor, steps: int) -> Tensor:
    """(B, T, N) how far `places` move in the next `steps`; zero where the hand isn't there before and after."""
    both = (mask[:, steps:] * mask[:, :-steps])[..., None]
    change = (places[:, steps:] - places[:, :-steps]) * both
    return torch.cat([change, torch.zeros_like(places[:, :steps])], dim=1)


def _embedding(inputs: int, drop: float, halves: bool) -> nn.Sequential:
    layers = [
        _convolution(inputs, 2 * _WIDTH, 1), nn.Dropout1d(drop), _convolution(2 * _WIDTH, _WIDTH, 3),
        nn.Dropout1d(drop), _convolution(_WIDTH, _WIDTH, 1),
    ]  # fmt: skip
    return nn.Sequential(*layers, *([nn.MaxPool1d(2)] if halves else []), nn.Dropout1d(drop))


def _convolution(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(inputs, outputs, kernel, padding=kernel // 2, bias=False), nn.BatchNorm1d(outputs),
        nn.LeakyReLU(_SLOPE),
    )  # fmt: skip
