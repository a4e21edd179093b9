"""ConvLSTM: LSTMs whose gates are convolutions, so that memory keeps the shape of the picture.

After Shi et al., "Convolutional LSTM Network: A Machine Learning Approach for Precipitation Nowcasting", NeurIPS 2015
(arXiv 1506.04214); the small stack of the usual tutorials (ConvLSTM2D, pooling and a normalisation between), without
peepholes.
"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from gesturectl.recognition.inputs import Kind
from gesturectl.training.branches.base import BranchNetwork, BranchShape, DenseHead, Rows
from gesturectl.training.branches.pictures import centred

_FILTERS = (4, 8, 14, 16)


class Branch(BranchNetwork):
    """Sees pictures of a hand or a whole frame, (B, T, 3, S, S)."""

    IDEA = "stacked LSTMs whose gates are 2-D convolutions"
    PAPER = "Shi et al., NeurIPS 2015, arXiv 1506.04214"
    READS: ClassVar[tuple[Kind, ...]] = ("pictures", "crops")

    def __init__(self, shape: BranchShape) -> None:
        super().__init__()
        before = (3, *_FILTERS)
        self.layers = nn.ModuleList(_ConvLstm(a, b) for a, b in zip(before, _FILTERS, strict=False))
        self.norms = nn.ModuleList(nn.GroupNorm(1, filters) for filters in _FILTERS)
        self.pool = nn.MaxPool2d(2, ceil_mode=True)
        side = -(-shape.input.size // 2 ** len(_FILTERS))
        self.head = DenseHead(_FILTERS[-1] * side * side, shape)

    def forward(self, window: Rows) -> tuple[Tensor, Tensor]:
        steps = list(centred(window).unbind(dim=1))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            steps = [norm(self.pool(state)) for state in layer(steps)]
        last = steps[-1].flatten(1)
        logits, embedding = self.head(last)
        return logits, embedding


class _ConvLstm(nn.Module):
    """One layer: pictures (B, C, S, S) in order in, states (B, N, S, S) out."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.outputs = outputs
        self.gates = nn.Conv2d(inputs + outputs, 4 * outputs, 3, padding=1)

    def forward(self, steps: list[Tensor]) -> list[Tensor]:
        B, _, height, width = steps[0].shape
        state = memory = steps[0].new_zeros(B, self.outputs, height, width)
        states = []
        for step in steps:
            keep, take, show, new = self.gates(torch.cat([step, state], dim=1)).chunk(4, dim=1)
            memory = torch.sigmoid(keep) * memory + torch.sigmoid(take) * torch.tanh(new)
            state = torch.sigmoid(show) * torch.tanh(memory)
            states.append(state)
        return states
