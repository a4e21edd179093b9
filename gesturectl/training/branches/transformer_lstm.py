"""Transformer + LSTM: a few steps are a token that attends to all others, an LSTM reads the tokens in order.

After Vaswani et al., "Attention Is All You Need", NeurIPS 2017 (arXiv 1706.03762), with the norm before each part
(Xiong et al., ICML 2020, arXiv 2002.04745), which trains without a long warm-up.
"""

import torch
from torch import Tensor, nn

from gesturectl.training.branches.base import BranchShape, HandsBranch, SequenceHead
from gesturectl.training.features import WindowFeatures, paired, paired_mask
from gesturectl.types import JOINTS

_STEPS = 4
"""In a token of a live window, 160 ms: quicker than two, and in a first trial (one seed) no less accurate."""
_WIDTH = 48
_HEADS = 4
_INNER = 64
_HIDDEN = 48
_LAYERS = 2
_ABSENT = -1e4
"""Added to the attention towards steps without a hand."""


class Branch(HandsBranch):
    """Self-attention over the steps, four of them a token; two in whole takes."""

    IDEA = "tokens of a few steps attend to each other, an LSTM reads them in order"
    PAPER = "Vaswani et al., NeurIPS 2017, arXiv 1706.03762"

    def __init__(self, shape: BranchShape) -> None:
        super().__init__(shape)
        width, self.steps = shape.wide(_WIDTH), _STEPS if shape.input.scope == "window" else _STEPS // 2
        self.token = nn.Linear(self.steps * (JOINTS * shape.channels + shape.step_features), width)
        self.position = nn.Parameter(torch.randn(shape.steps // self.steps, width) * 0.1)
        self.layers = nn.ModuleList(_Layer(width, shape.wide(_INNER)) for _ in range(_LAYERS))
        self.head = SequenceHead(shape.hands * width, shape.wide(_HIDDEN), shape)

    def read(self, window: WindowFeatures) -> tuple[Tensor, Tensor]:
        mask, steps = paired_mask(window.mask), paired(torch.cat([window.shape.flatten(2), window.steps], dim=-1))
        if self.steps == _STEPS:
            mask, steps = paired_mask(mask), paired(steps)
        tokens = self.token(steps) + self.position
        towards = ((1.0 - mask) * _ABSENT)[:, None, None, :]  # (B, 1 head, 1 from, S to)
        for layer in self.layers:
            tokens = layer(tokens, towards)
        return tokens, mask


class _Layer(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.before_attention = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.before_inner = nn.LayerNorm(width)
        self.inner = nn.Linear(width, inner)
        self.outer = nn.Linear(inner, width)

    def forward(self, tokens: Tensor, towards: Tensor) -> Tensor:
        B, S, W = tokens.shape
        split = self.query_key_value(self.before_attention(tokens)).reshape(B, S, 3, _HEADS, W // _HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)  # each (B, heads, S, W / heads)
        attention = torch.softmax(query @ key.transpose(2, 3) * (W // _HEADS) ** -0.5 + towards, dim=-1)
        seen = attention @ value
        tokens = tokens + self.attended(seen.transpose(1, 2).reshape(B, S, W))
        thought: Tensor = self.outer(torch.relu(self.inner(self.before_inner(tokens))))
        return tokens + thought
