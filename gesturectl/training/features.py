"""What every branch sees of a window: torch operations that end up in the ONNX graph, so run time can't drift away."""

from typing import NamedTuple

import torch
from torch import Tensor

from gesturectl.recognition.normalise import PALM, PALM_LENGTHS

STEP_FEATURES = 24
"""Values a step of a hand in a picture: see `step_features`."""
_TIPS = (4, 8, 12, 16, 20)
_POINTING = (8, 12, 16)
_INDEX_TIP = 8
_THUMB_PAIRS = ((4, 8), (4, 12))
_PATH_LIMIT = 6.0
_SHAPE_LIMIT = 3.0
_SPEED_LIMIT = 20.0
_SPEED_SCALE = 0.2
"""Brings a brisk swipe, some ten palm lengths a second, to about two."""


class WindowFeatures(NamedTuple):
    """A batch of windows, described; with two hands, each hand is a window of its own. Zero where the hand is absent.

    D is 2 for hands in a picture, whose depth is only guessed, and 3 for hands in space.
    """

    shape: Tensor
    """(B, T, 21, C) joints about the palm's centre of their step, in palm lengths; with z as it is where C is 3."""
    motion: Tensor
    """(B, T, 21, D) how fast each joint moves about the palm's centre, in units of five palm lengths a second."""
    steps: Tensor
    """(B, T, 7 D + 10) where the hand is in the window, how it moves, opens, grows and turns."""
    mask: Tensor
    """(B, T) one where the hand is present."""
    points: Tensor
    """(B, T, 21, D) the joints as they came: palm lengths from the window's mean palm centre."""


def step_features(dimensions: int) -> int:
    """Values a step in D dimensions: paths (3 D), their speeds (3 D), gaps between tips (7), palm size and growth (2),
    turn (D), presence (1)."""
    return 7 * dimensions + 10


def window_features(points: Tensor, mask: Tensor, step_s: float, channels: int, space: bool = False) -> WindowFeatures:
    """Describe normalised `points` (B, T, 21, 2 or 3) whose steps are `step_s` seconds apart.

    In `space` all three coordinates are alike; elsewhere z, if `channels` is 3, only adds to the shape.
    """
    there = mask[..., None]
    xy = points if space else points[..., :2]
    palm = _mean_of(xy, PALM)
    about = ((xy - palm[..., None, :]) * there[..., None]).clamp(-_SHAPE_LIMIT, _SHAPE_LIMIT)
    flat = space or channels == 2
    shape = about if flat else torch.cat([about, points[..., 2:3].clamp(-_SHAPE_LIMIT, _SHAPE_LIMIT)], dim=-1)

    paths = torch.cat([palm, _mean_of(xy, _POINTING), xy[:, :, _INDEX_TIP]], dim=-1) * there
    paths = paths.clamp(-_PATH_LIMIT, _PATH_LIMIT)
    size, turn = _palm_size_and_turn(about, there)
    between = [about[:, :, a] - about[:, :, b] for a, b in _THUMB_PAIRS]
    gaps = torch.stack([_length(vector) for vector in (*between, *(about[:, :, tip] for tip in _TIPS))], dim=-1)
    growth = _velocity(size, mask, step_s)
    steps = [paths, _velocity(paths, mask, step_s), gaps * there, size, growth, turn, there]
    motion = _velocity(about.flatten(2), mask, step_s).reshape(about.shape)
    return WindowFeatures(shape, motion, torch.cat(steps, dim=-1), mask, xy * there[..., None])


def paired(values: Tensor) -> Tensor:
    """(B, T/2, 2N) each two steps of `values` (B, T, N) side by side: half the steps, nothing lost."""
    return values.reshape(values.shape[0], -1, 2 * values.shape[2])


def paired_mask(mask: Tensor) -> Tensor:
    """(B, T/2) one where the hand is present in either of two steps."""
    return mask.reshape(mask.shape[0], -1, 2).amax(dim=2)


def _mean_of(xy: Tensor, joints: tuple[int, ...]) -> Tensor:
    return sum((xy[:, :, joint] for joint in joints[1:]), start=xy[:, :, joints[0]]) / len(joints)


def _velocity(values: Tensor, mask: Tensor, step_s: float) -> Tensor:
    """Change of `values` (B, T, N) per second since the step before; zero where the hand wasn't there in both."""
    both = (mask[:, 1:] * mask[:, :-1])[..., None]
    change = (values[:, 1:] - values[:, :-1]) * both / step_s
    moving = change.clamp(-_SPEED_LIMIT, _SPEED_LIMIT) * _SPEED_SCALE
    return torch.cat([torch.zeros_like(values[:, :1]), moving], dim=1)


def _palm_size_and_turn(about: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
    """(B, T, 1) log of the palm's length against the window's, and (B, T, D) the way from wrist to middle knuckle."""
    lengths = torch.stack([factor * _length(about[:, :, a] - about[:, :, b]) for a, b, factor in PALM_LENGTHS], dim=-1)
    size = lengths.amax(dim=-1, keepdim=True).clamp(0.1, 10.0).log() * 2.0
    return size.clamp(-2.0, 2.0) * there, (about[:, :, 9] - about[:, :, 0]) * there


def _length(vector: Tensor) -> Tensor:
    # The small term keeps the gradient finite where two joints coincide, as all do in an absent step.
    return (vector.square().sum(dim=-1) + 1e-8).sqrt()
