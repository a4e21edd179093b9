"""Body and hands: where each hand is about the body and what it shapes, a left hand read as a mirrored right one.

People differ in which hand they sign with, how near they sit and where in the picture. So places are measured from
between the shoulders in shoulder widths, shapes from the wrist in the hand's own size, and both hands pass the same
residual temporal CNN (Kim & Reiter, CVPR Workshops 2017, arXiv 1704.04516) before the stronger answer of each feature
is kept, as PointNet does with points (Qi et al., CVPR 2017, arXiv 1612.00593).
"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from gesturectl.recognition.inputs import Kind
from gesturectl.training.branches.base import BranchNetwork, BranchShape, DenseHead, Rows
from gesturectl.training.branches.residual import ResidualBlock
from gesturectl.types import JOINTS

_BODY, _BODY_VALUES, _FACE = 33, 4, 468 * 3
_NOSE, _LEFT_SHOULDER, _RIGHT_SHOULDER = 0, 11, 12
_WRIST, _MIDDLE = 0, 9
_ASPECT = 4 / 3
"""Of the pictures, which rows of key points don't tell; webcams of the usual tutorials give 640 by 480."""
_USUAL_WIDTH = 0.4
"""Shoulder width in picture heights where no body is seen."""
_WIDTHS = (96, 128, 160)
_LIMIT = 6.0
_SPEED = 3.0


class Branch(BranchNetwork):
    """Reads rows of key points as MediaPipe Holistic is usually saved; without the body, from the picture's middle."""

    IDEA = "each hand about the body, a left one mirrored, by one temporal CNN; the stronger answer of both"
    PAPER = "Kim & Reiter, CVPR Workshops 2017, arXiv 1704.04516"
    READS: ClassVar[tuple[Kind, ...]] = ("keypoints",)

    def __init__(self, shape: BranchShape) -> None:
        super().__init__()
        self.size = shape.input.size
        inputs = 4 * JOINTS + 7
        before = (_WIDTHS[0], *_WIDTHS)
        self.first = nn.Sequential(nn.Conv1d(inputs, _WIDTHS[0], 1, bias=False), nn.BatchNorm1d(_WIDTHS[0]), nn.ReLU())
        self.blocks = nn.Sequential(
            *(ResidualBlock(a, b, shape.dropout) for a, b in zip(before, _WIDTHS, strict=False))
        )
        self.out = DenseHead(2 * _WIDTHS[-1], shape)

    def forward(self, window: Rows) -> tuple[Tensor, Tensor]:
        values, mask = window.values, window.mask
        B, T, F = values.shape
        count = 1 if self.size == 3 * JOINTS else 2
        hands = values[:, :, F - count * JOINTS * 3 :].reshape(B, T, count, JOINTS, 3)[..., :2]
        seen = (hands.abs().sum(dim=(3, 4)) > 0).to(values.dtype) * mask[..., None]
        centre, width = self._body(values)
        each = [_described(hands[:, :, k], seen[:, :, k], centre, width, k == 0 and count == 2) for k in range(count)]
        made = self.blocks(self.first(torch.cat(each, dim=0).transpose(1, 2)))
        pooled = torch.cat([made.mean(dim=2), made.amax(dim=2)], dim=1).reshape(count, B, -1).amax(dim=0)
        logits, embedding = self.out(pooled)
        return logits, embedding

    def _body(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 1, 2) the middle between the shoulders and (B, 1, 1) their distance, both over the whole take."""
        B, T, F = values.shape
        if F < _BODY * _BODY_VALUES + 2 * JOINTS * 3:
            middle = torch.tensor([0.5 * _ASPECT, 0.5], device=values.device).expand(B, 1, 2)
            return middle, torch.full((B, 1, 1), _USUAL_WIDTH, device=values.device)
        body = _square(values[:, :, : _BODY * _BODY_VALUES].reshape(B, T, _BODY, _BODY_VALUES)[..., :2])
        left, right = body[:, :, _LEFT_SHOULDER], body[:, :, _RIGHT_SHOULDER]
        there = ((left.abs().sum(dim=-1) > 0) & (right.abs().sum(dim=-1) > 0)).to(values.dtype)[..., None]
        seen = there.sum(dim=1, keepdim=True)
        some = (seen > 0).to(values.dtype)
        middle = (0.5 * (left + right) * there).sum(dim=1, keepdim=True) / seen.clamp(min=1.0)
        width = ((left - right).square().sum(dim=-1, keepdim=True) + 1e-8).sqrt()
        width = (width * there).sum(dim=1, keepdim=True) / seen.clamp(min=1.0)
        usual = torch.tensor([0.5 * _ASPECT, 0.5], device=values.device)
        return middle * some + usual * (1 - some), (width * some + _USUAL_WIDTH * (1 - some)).clamp(min=0.05)


def _square(xy: Tensor) -> Tensor:
    """Shares of the picture as picture heights."""
    return torch.stack([xy[..., 0] * _ASPECT, xy[..., 1]], dim=-1)


def _described(hand: Tensor, seen: Tensor, centre: Tensor, width: Tensor, mirrored: bool) -> Tensor:
    """(B, T, 4 · 21 + 7) shape, place, motion and size of one hand (B, T, 21, 2); zero where it isn't seen."""
    xy = _square(hand)
    wrist = xy[:, :, _WRIST]
    about = xy - wrist[:, :, None]
    size = (about[:, :, _MIDDLE].square().sum(dim=-1, keepdim=True) + 1e-6).sqrt()
    usual = (size * seen[..., None]).sum(dim=1, keepdim=True) / seen[..., None].sum(dim=1, keepdim=True).clamp(min=1)
    side = torch.tensor([-1.0 if mirrored else 1.0, 1.0], device=hand.device)
    shape = (about / usual.clamp(min=0.01)[..., None] * side).flatten(2)
    place = (wrist - centre) / width * side
    parts = [shape, _change(shape, seen) * _SPEED, place, _change(place, seen) * _SPEED, size / width, usual / width]
    known = [part if part.shape[1] == hand.shape[1] else part.expand(-1, hand.shape[1], -1) for part in parts]
    there = seen[..., None]
    return torch.cat([(torch.cat(known, dim=-1) * there).clamp(-_LIMIT, _LIMIT), there], dim=-1)


def _change(values: Tensor, seen: Tensor) -> Tensor:
    """(B, T, N) change of `values` since the step before; zero where the hand wasn't there in both."""
    both = (seen[:, 1:] * seen[:, :-1])[..., None]
    return torch.cat([torch.zeros_like(values[:, :1]), (values[:, 1:] - values[:, :-1]) * both], dim=1)
