"""Pose MLP: dense layers over the key points of one frame, the last in which the hand is seen; it knows no motion.

What "static gesture" recognisers on MediaPipe hands do, such as Kazuhito00's hand-gesture-recognition-using-mediapipe.
"""

import torch
from torch import Tensor, nn

from gesturectl.training.branches.base import BranchShape, DenseHead, HandsBranch
from gesturectl.training.features import WindowFeatures
from gesturectl.types import JOINTS

_DENSE = 64


class Branch(HandsBranch):
    """Sees one step's joints about the palm's centre."""

    IDEA = "dense layers over one frame's key points"
    PAPER = "Rumelhart et al., Nature 323, 1986"

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        self.head = _Head(shape.hands * JOINTS * shape.channels, shape)

    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        place = window.mask * torch.arange(1, window.mask.shape[1] + 1, device=window.mask.device)
        last = (place == place.amax(dim=1, keepdim=True)).to(window.mask.dtype) * window.mask
        frame = (window.shape.flatten(2) * last[..., None]).sum(dim=1, keepdim=True)
        return frame, window.mask.amax(dim=1, keepdim=True)


class _Head(nn.Module):
    """(B, 1, N) one frame to logits and embedding."""

    def __init__(self, inputs: int, shape: BranchShape) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, _DENSE)
        self.out = DenseHead(_DENSE, shape)

    def forward(self, sequence: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        logits, embedding = self.out(torch.relu(self.dense(sequence[:, 0])))
        return logits, embedding
