"""PointNet + LSTM: one network for every joint, order-free pooling over the joints, an LSTM over the steps.

After Qi et al., "PointNet: Deep Learning on Point Sets for 3D Classification and Segmentation", CVPR 2017
(arXiv 1612.00593), with its alignment network (T-Net), here one for the window so that all its steps are aligned alike.
"""

import torch
from torch import Tensor, nn

from gesturectl.training.branches.base import BranchShape, HandsBranch, SequenceHead
from gesturectl.training.features import WindowFeatures, paired, paired_mask
from gesturectl.types import JOINTS

_POINT = 16
_POOLED = 32
_ALIGN = 16
_HIDDEN = 64


class Branch(HandsBranch):
    """Pools the joints of each two steps; a learned identity tells the joints apart."""

    IDEA = "one network for every joint, aligned by a feature transform, pooled without order; an LSTM over the steps"
    PAPER = "Qi et al., CVPR 2017, arXiv 1612.00593"

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        self.coordinates = shape.channels + shape.dimensions  # where a joint is and how it moves
        point, pooled, align = shape.wide(_POINT), shape.wide(_POOLED), shape.wide(_ALIGN)
        self.align_points = nn.Linear(self.coordinates, align)
        self.align = nn.Linear(align, self.coordinates * self.coordinates)
        nn.init.zeros_(self.align.weight)
        nn.init.zeros_(self.align.bias)
        self.point = nn.Linear(self.coordinates, point)
        self.identity = nn.Parameter(torch.randn(JOINTS, point) * 0.5)
        self.pooled = nn.Linear(point, pooled)
        self.head = SequenceHead(shape.hands * (pooled + 2 * shape.step_features), shape.wide(_HIDDEN), shape)

    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        mask = paired_mask(window.mask)
        points = self._aligned(_mean_of_pairs(torch.cat([window.shape, window.motion], dim=-1), window.mask))
        each = self.pooled(torch.relu(self.point(points) + self.identity))  # (B, S, 21, pooled)
        hand = torch.relu(each.max(dim=2).values) * mask[..., None]
        return torch.cat([hand, paired(window.steps)], dim=-1), mask

    def _aligned(self, points: Tensor) -> Tensor:
        """`points` (B, S, 21, D) under the window's own linear map, which starts as the identity."""
        B, S, J, D = points.shape
        every = points.reshape(B, S * J, D)
        usual = torch.relu(self.align_points(points.mean(dim=1))).max(dim=1).values  # the hand as it mostly was
        change = self.align(usual).reshape(B, D, D)
        aligned: Tensor = every + every @ change
        return aligned.reshape(B, S, J, D)


def _mean_of_pairs(values: Tensor, mask: Tensor) -> Tensor:
    """(B, T/2, 21, D) the mean of each two steps, of those with a hand."""
    B, T, J, D = values.shape
    count = mask.reshape(B, T // 2, 2).sum(dim=2).clamp(min=1.0)
    return values.reshape(B, T // 2, 2, J, D).sum(dim=2) / count[..., None, None]
