"""Hand frame: each step's joints in the hand's own frame, how that frame turns and moves, a temporal CNN over both.

Shape seen from the hand itself doesn't depend on the view, and the view is told apart from it. The residual temporal
convolutions are after Kim & Reiter, "Interpretable 3D Human Action Analysis with Temporal Convolutional Networks",
CVPR Workshops 2017 (arXiv 1704.04516).
"""

import torch
from torch import Tensor, nn

from gesturectl.recognition.normalise import PALM
from gesturectl.training.branches.base import BranchShape, DenseHead, HandsBranch
from gesturectl.training.branches.residual import ResidualBlock
from gesturectl.training.features import WindowFeatures
from gesturectl.types import JOINTS

_TIPS = (4, 8, 12, 16, 20)
_WRIST, _INDEX, _MIDDLE, _PINKY = 0, 5, 9, 17
_FIRST, _WIDTHS = 128, (128, 192, 256)
_LIMIT = 6.0
_SPEED = 3.0
"""Brings changes from step to step to about the size of places."""
_FAR = 3
"""Steps over which slow motion is seen."""


class Branch(HandsBranch):
    """Convolves over time what the hand looks like from itself, and where it goes."""

    IDEA = "joints in the hand's own frame, the frame's turns and path, residual convolutions over time"
    PAPER = "Kim & Reiter, CVPR Workshops 2017, arXiv 1704.04516"

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        D = shape.dimensions
        self.head = _Head(shape.hands * (JOINTS * D + 2 * D * D + len(_TIPS) * D + 3 * D), shape)

    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        points, mask = window.points, window.mask
        palm = points[:, :, PALM].mean(dim=2)
        frame = _frame(points)  # (B, T, D, axes)
        own = (points - palm[:, :, None]) @ frame
        turned, tips = frame.flatten(2), own[:, :, _TIPS].flatten(2)
        quick = torch.cat([turned, tips, palm], dim=-1)
        parts = [own.flatten(2), turned, _change(quick, mask, 1) * _SPEED, palm, _change(palm, mask, _FAR)]
        return (torch.cat(parts, dim=-1) * mask[..., None]).clamp(-_LIMIT, _LIMIT), mask


class _Head(nn.Module):
    """(B, T, N) values to logits and embedding."""

    def __init__(self, inputs: int, shape: BranchShape) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv1d(inputs, _FIRST, 1, bias=False), nn.BatchNorm1d(_FIRST), nn.ReLU())
        before = (_FIRST, *_WIDTHS)
        self.blocks = nn.Sequential(
            *(ResidualBlock(a, b, shape.dropout) for a, b in zip(before, _WIDTHS, strict=False))
        )
        self.out = DenseHead(2 * _WIDTHS[-1], shape)

    def forward(self, sequence: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        every = self.blocks(self.first(sequence.transpose(1, 2)))
        logits, embedding = self.out(torch.cat([every.mean(dim=2), every.amax(dim=2)], dim=1))
        return logits, embedding


def _frame(points: Tensor) -> Tensor:
    """(B, T, D, D) the axes of each hand as columns: across the palm, towards the fingers and, in space, out of it."""
    up = _unit(points[:, :, _MIDDLE] - points[:, :, _WRIST])
    if points.shape[-1] == 2:
        return torch.stack([torch.stack([-up[..., 1], up[..., 0]], dim=-1), up], dim=-1)
    across = points[:, :, _INDEX] - points[:, :, _PINKY]
    across = _unit(across - (across * up).sum(dim=-1, keepdim=True) * up)
    (ax, ay, az), (bx, by, bz) = across.unbind(-1), up.unbind(-1)
    out = torch.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], dim=-1)
    return torch.stack([across, up, out], dim=-1)


def _unit(vector: Tensor) -> Tensor:
    # The small term keeps the gradient finite where a hand is absent or collapsed.
    return vector / (vector.square().sum(dim=-1, keepdim=True) + 1e-6).sqrt()


def _change(values: Tensor, mask: Tensor, steps: int) -> Tensor:
    """(B, T, N) change of `values` since `steps` before; zero where the hand wasn't there in both."""
    both = (mask[:, steps:] * mask[:, :-steps])[..., None]
    return torch.cat([torch.zeros_like(values[:, :steps]), (values[:, steps:] - values[:, :-steps]) * both], dim=1)
