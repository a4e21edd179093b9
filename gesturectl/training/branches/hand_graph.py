"""Hand graph: joints are nodes, bones and learned links are edges; graph and temporal convolutions in turns.

After Yan et al., "Spatial Temporal Graph Convolutional Networks for Skeleton-Based Action Recognition", AAAI 2018
(arXiv 1801.07455); that links are learned besides the bones, after Shi et al., "Two-Stream Adaptive Graph Convolutional
Networks", CVPR 2019 (arXiv 1805.07694).
"""

import torch
from torch import Tensor, nn

from gesturectl.training.branches.base import BranchShape, DenseHead, HandsBranch
from gesturectl.training.features import WindowFeatures
from gesturectl.types import JOINTS

_PARENTS = (0, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0, 17, 18, 19)
"""For each joint, the next one towards the wrist."""
_WIDTHS = (32, 64, 96)
_LINKS = 3
"""Kinds of edges, all of them learned: they begin as a joint to itself, along bones, and everything to everything."""
_SHRINKS = 2 ** len(_WIDTHS)
"""Each layer halves the steps."""


class Branch(HandsBranch):
    """Each layer mixes every joint with those it is linked to, then looks along time at half the steps."""

    IDEA = "joints as a graph of bones and learned links, graph and temporal convolutions in turns"
    PAPER = "Yan et al., AAAI 2018, arXiv 1801.07455"
    parents: Tensor

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        self.register_buffer("parents", torch.tensor(_PARENTS), persistent=False)
        inputs = shape.channels + 3 * shape.dimensions
        self.usual = nn.BatchNorm1d(JOINTS * inputs)
        before = (inputs, *_WIDTHS)
        self.layers = nn.ModuleList(_Layer(a, b, shape.dropout) for a, b in zip(before, _WIDTHS, strict=False))
        self.head = _Head(shape.hands * 2 * _WIDTHS[-1], shape)

    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        points = window.points
        bones = points - points.index_select(2, self.parents)
        each = torch.cat([window.shape, bones, points, window.motion], dim=-1)  # (B, T, 21, N)
        B, T, J, N = each.shape
        nodes = self.usual(each.reshape(B, T, J * N).transpose(1, 2)).reshape(B, J, N, T).permute(0, 2, 3, 1)
        for layer in self.layers:
            nodes = layer(nodes)
        pooled = torch.cat([nodes.mean(dim=3), nodes.amax(dim=3)], dim=1)  # (B, 2 N, S)
        return pooled.transpose(1, 2), window.mask[:, ::_SHRINKS]


class _Head(nn.Module):
    """(B, S, N) to logits and embedding."""

    def __init__(self, inputs: int, shape: BranchShape) -> None:
        super().__init__()
        self.out = DenseHead(2 * inputs, shape)

    def forward(self, sequence: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        logits, embedding = self.out(torch.cat([sequence.mean(dim=1), sequence.amax(dim=1)], dim=1))
        return logits, embedding


class _Layer(nn.Module):
    """(B, N, T, 21) to (B, M, T / 2, 21)."""

    def __init__(self, inputs: int, outputs: int, drop: float) -> None:
        super().__init__()
        bones = torch.zeros(JOINTS, JOINTS)
        bones[range(1, JOINTS), list(_PARENTS[1:])] = 1.0
        bones = bones + bones.T
        every = torch.full((JOINTS, JOINTS), 1 / JOINTS)
        first = torch.stack([torch.eye(JOINTS), bones / bones.sum(dim=1, keepdim=True), every])
        self.links = nn.Parameter(first + 0.01 * torch.randn(_LINKS, JOINTS, JOINTS))
        self.mixed = nn.Conv2d(_LINKS * inputs, outputs, 1, bias=False)
        self.after_mixing = nn.BatchNorm2d(outputs)
        self.along_time = nn.Conv2d(outputs, outputs, (5, 1), stride=(2, 1), padding=(2, 0), bias=False)
        self.after_time = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride=(2, 1))
        self.drop = nn.Dropout2d(drop)

    def forward(self, nodes: Tensor) -> Tensor:
        B, N, T, J = nodes.shape
        linked = (nodes[:, None] @ self.links.transpose(1, 2)[:, None]).reshape(B, _LINKS * N, T, J)
        made = torch.relu(self.after_mixing(self.mixed(linked)))
        made = self.after_time(self.along_time(self.drop(made)))
        return torch.relu(made + self.shortcut(nodes))
