"""LRCN: 2-D convolutions over each picture on its own, an LSTM over what they saw.

After Donahue et al., "Long-term Recurrent Convolutional Networks for Visual Recognition and Description", CVPR 2015
(arXiv 1411.4389); the small network of the usual tutorials (TimeDistributed Conv2D + LSTM), trained from nothing.
"""

from typing import ClassVar

from torch import Tensor, nn

from gesturectl.recognition.inputs import Kind
from gesturectl.training.branches.base import BranchNetwork, BranchShape, Rows, SequenceHead
from gesturectl.training.branches.pictures import centred, convolution, each_step

_FILTERS = (16, 32, 64, 64)
_SIDE = 2
"""Pixels a side of what the LSTM gets, after averaging."""


class Branch(BranchNetwork):
    """Sees pictures of a hand or a whole frame, (B, T, 3, S, S)."""

    IDEA = "2-D convolutions over each picture, an LSTM over the pictures"
    PAPER = "Donahue et al., CVPR 2015, arXiv 1411.4389"
    READS: ClassVar[tuple[Kind, ...]] = ("pictures", "crops")

    def __init__(self, shape: BranchShape) -> None:
        super().__init__()
        before = (3, *_FILTERS)
        seen = [convolution(a, b) for a, b in zip(before, _FILTERS, strict=False)]
        halved = -(-shape.input.size // 2 ** len(_FILTERS))
        kernel = max(1, -(-halved // _SIDE))
        self.look = nn.Sequential(*seen, nn.AvgPool2d(kernel, ceil_mode=True), nn.Flatten())
        side = -(-halved // kernel)
        self.head = SequenceHead(_FILTERS[-1] * side * side, 64, shape)

    def forward(self, window: Rows) -> tuple[Tensor, Tensor]:
        logits, embedding = self.head(each_step(self.look, centred(window)), window.mask)
        return logits, embedding
