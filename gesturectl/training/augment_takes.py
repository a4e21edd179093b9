"""Changes to whole takes, new in every epoch: turned, resized, warped in time, cut, thinned out, noisy, mirrored."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gesturectl.types import JOINTS

_WRIST = 0
_KNOTS = 6
"""Of the slow noise: with takes of one or two seconds, one every 0.2-0.4 s, as slow as was measured."""
_WHITE = (0.003, 0.02)
_SLOW = (0.005, 0.05)
_OFFSET = 0.04
"""Landmark noise in palm lengths, as measured: see `synthesis.noise`."""
_SHARE = (0.5, 0.7, 0.8, 1.0, 1.3, *(4 * (0.5, 0.7, 1.0, 1.3)))
"""How much of the slow noise each joint gets: tips the most."""


@dataclass(frozen=True, slots=True)
class TakeAugment:
    """How far each change of hands goes; zero switches it off."""

    space: bool = False
    """Whether the third coordinate is like the others, so that hands may turn in space."""
    mirror: float = 0.0
    """Share of takes seen in a mirror, with the label of the mirrored gesture and the hands' places exchanged."""
    rotation_deg: float = 15.0
    """Largest turn in the plane of the picture."""
    tilt_deg: float = 15.0
    """Largest turn about each of the picture's two axes, in space only."""
    scale: float = 0.15
    """Largest change of size, as a share."""
    warp: float = 0.35
    """How unevenly time may pass: 0.35 lets a moment last 0.65-1.35 times as long."""
    crop: float = 0.12
    """Largest share that is cut off, or stretched out, at each end."""
    drop: float = 0.15
    """Largest share of steps in which a hand is lost."""
    joint_drop: float = 0.02
    """Chance that a joint is lost for the whole take; it then lies at the wrist."""
    noise: float = 0.6
    """Of the noise that was measured on trackers; recorded takes have theirs already."""

    def changed(
        self, points: Tensor, mask: Tensor, label: Tensor, mirrors: Tensor, random: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Changed copies of `points` (B, T, 21 H, 3), `mask` (B, T) or (B, T, 2) and `label` (B,)."""
        B, T, J, C = points.shape
        hands = J // JOINTS
        points = points.reshape(B, T, hands, JOINTS, C)
        mask = mask.reshape(B, T, hands)
        points, mask = warped(points, mask, self.warp, self.crop, random)
        points = points @ self._map(B, points, random)[:, None, None]
        mirrored = (_uniform(points, random, B) < self.mirror) & (mirrors[label] >= 0)
        label = torch.where(mirrored, mirrors[label], label)
        side = torch.ones(B, 1, 1, 1, C, device=points.device)
        side[..., 0] = torch.where(mirrored, -1.0, 1.0)[:, None, None, None]
        points = points * side
        if hands == 2 and self.mirror:
            points = torch.where(mirrored[:, None, None, None, None], points.flip(2), points)
            mask = torch.where(mirrored[:, None, None], mask.flip(2), mask)
        points = self._noisy(points, random)
        if self.joint_drop:
            lost = _uniform(points, random, B, 1, hands, JOINTS, 1) < self.joint_drop
            points = torch.where(lost, points[..., _WRIST : _WRIST + 1, :], points)
        if self.drop:
            mask = mask * (_uniform(points, random, B, T, 1) >= _uniform(points, random, B, 1, 1).square() * self.drop)
        points = (points * mask[..., None, None]).reshape(B, T, J, C)
        return points, mask if hands == 2 else mask[..., 0], label

    def _map(self, B: int, points: Tensor, random: torch.Generator) -> Tensor:
        """(B, 3, 3) a turn and a change of size."""
        limits = (self.rotation_deg, self.tilt_deg * self.space, self.tilt_deg * self.space)
        turn = torch.eye(3, device=points.device).expand(B, 3, 3)
        for (first, second), limit in zip(((0, 1), (1, 2), (2, 0)), limits, strict=True):
            angle = (2 * _uniform(points, random, B) - 1) * (limit * torch.pi / 180)
            one = torch.eye(3, device=points.device).repeat(B, 1, 1)
            one[:, first, first] = one[:, second, second] = angle.cos()
            one[:, first, second], one[:, second, first] = angle.sin(), -angle.sin()
            turn = turn @ one
        size = 1 + (2 * _uniform(points, random, B) - 1) * self.scale
        return turn * size[:, None, None]

    def _noisy(self, points: Tensor, random: torch.Generator) -> Tensor:
        if not self.noise:
            return points
        B, T, H, J, C = points.shape
        share = torch.tensor(_SHARE, device=points.device)[:, None]
        white = _between(_WHITE, points, random, B) * _normal(points, random, B, T, H, J, C)
        offset = _OFFSET * share * _normal(points, random, B, 1, H, J, C)
        knots = _normal(points, random, B, H * J * C, _KNOTS)
        slow = torch.nn.functional.interpolate(knots, T, mode="linear", align_corners=True)
        slow = slow.reshape(B, H, J, C, T).permute(0, 4, 1, 2, 3) * share * _between(_SLOW, points, random, B)
        return points + self.noise * (white + offset + slow)


@dataclass(frozen=True, slots=True)
class KeypointAugment:
    """How far each change of rows of key points goes; they are never mirrored."""

    scale: float = 0.1
    shift: float = 0.05
    """Largest shift of all coordinates, in pictures."""
    noise: float = 0.004
    """σ of each value in each step, in pictures."""
    warp: float = 0.35
    crop: float = 0.12
    drop: float = 0.1

    def changed(
        self, points: Tensor, mask: Tensor, label: Tensor, mirrors: Tensor, random: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Changed copies of `points` (B, T, F), zero where unknown, and `mask` (B, T)."""
        B, T, F = points.shape
        known = points != 0
        size = 1 + (2 * _uniform(points, random, B, 1, 1) - 1) * self.scale
        shift = (2 * _uniform(points, random, B, 1, 1) - 1) * self.shift
        points = (points * size + shift + _normal(points, random, B, T, F) * self.noise) * known
        if self.drop:
            mask = mask * (_uniform(points, random, B, T) >= _uniform(points, random, B, 1).square() * self.drop)
        # Key points that come and go can't be averaged in time; the nearest step stands for itself.
        at = warped_steps(points, self.warp, self.crop, random).round().long()
        rows = torch.arange(B, device=points.device)[:, None]
        mask = mask[rows, at]
        return points[rows, at] * mask[..., None], mask, label


def warped(points: Tensor, mask: Tensor, warp: float, crop: float, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """`points` (B, T, H, J, C) and `mask` (B, T, H) where time passes unevenly and both ends are cut or held."""
    B, T = mask.shape[:2]
    at = warped_steps(points, warp, crop, random)
    before = at.floor().long().clamp(0, T - 1)
    after = (before + 1).clamp(max=T - 1)
    share = (at - before)[..., None]
    rows = torch.arange(B, device=points.device)[:, None]
    weight_before, weight_after = mask[rows, before] * (1 - share), mask[rows, after] * share
    weight = weight_before + weight_after
    mixed = points[rows, before] * weight_before[..., None, None] + points[rows, after] * weight_after[..., None, None]
    return mixed / weight.clamp(min=1e-6)[..., None, None], (weight >= 0.5).to(mask.dtype)


def warped_steps(like: Tensor, warp: float, crop: float, random: torch.Generator) -> Tensor:
    """(B, T) which step, a fraction, each step shows; grows along T and stays in the take."""
    B, T = like.shape[:2]
    u = torch.linspace(0, 1, T, device=like.device).expand(B, T)
    strength = (2 * _uniform(like, random, B, 1) - 1) * warp
    phase = _uniform(like, random, B, 1) * 2 * torch.pi
    uneven = u + strength * ((2 * torch.pi * u + phase).sin() - phase.sin()) / (2 * torch.pi)
    start = (2 * _uniform(like, random, B, 1) - 1) * crop
    end = 1 - (2 * _uniform(like, random, B, 1) - 1) * crop
    return (start + (end - start) * uneven).clamp(0, 1) * (T - 1)


def _uniform(like: Tensor, random: torch.Generator, *size: int) -> Tensor:
    return torch.rand(*size, generator=random, device=like.device)


def _normal(like: Tensor, random: torch.Generator, *size: int) -> Tensor:
    return torch.randn(*size, generator=random, device=like.device)


def _between(limits: tuple[float, float], like: Tensor, random: torch.Generator, B: int) -> Tensor:
    """(B, 1, 1, 1, 1) sizes between `limits`, every order of magnitude alike."""
    low, high = limits
    return low * (high / low) ** _uniform(like, random, B, 1, 1, 1, 1)
