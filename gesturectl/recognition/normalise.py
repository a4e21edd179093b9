"""The one piece of preprocessing: windows made independent of where the hand is and how large it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from gesturectl.types import Bool, Float32

PALM = (0, 5, 9, 13, 17)
"""The wrist and the four knuckles, whose mean is the palm's centre."""
PALM_LENGTHS = ((0, 9, 1.0), (0, 5, 0.97), (0, 17, 1.06), (5, 17, 1.45))
"""Pairs of palm joints and the factor that makes each as long as wrist to middle knuckle on a flat, usual hand.

The largest of them stays near the palm's true length when the hand is turned edge-on or tilted."""
LIMIT = 8.0
"""Points further than this many palm lengths from the window's centre are clipped: no arm sweeps that far."""
MIN_PRESENT = 0.2
"""Share of steps the hand must be seen in."""
_MIN_SCALE = 1e-3
"""A palm smaller than a thousandth of the image's height is no hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Normalised:
    """Windows as the classifier takes them, all M at once."""

    points: Float32
    """(M, T, 21, 3) palm lengths from the window's mean palm centre (z from the wrist); zero where absent."""
    mask: Float32
    """(M, T) one where the hand is present."""
    scale: Float32
    """(M,) the palm's length in image heights."""
    valid: Bool
    """(M,) whether enough of the hand was seen, and lately, to say anything."""


def normalise(windows: Float32) -> Normalised:
    """`windows` (M, T, 21, 3) of isotropic points, NaN where absent, centred and scaled each on its own."""
    T = windows.shape[1]
    mask = np.asarray(np.isfinite(windows).all(axis=(2, 3)))
    count = mask.sum(axis=1)
    always = bool(mask.all())
    points: Float32 = windows.copy() if always else np.where(mask[:, :, None, None], windows, np.float32(0.0))
    scale = _median(palm_length(points), mask)
    valid = (count >= MIN_PRESENT * T) & mask[:, -max(1, T // 8) :].any(axis=1) & (scale > _MIN_SCALE)

    palm = points[:, :, PALM, :2].mean(axis=2)
    centre = np.zeros((len(points), 3), np.float32)
    centre[:, :2] = palm.sum(axis=1) / np.maximum(count, 1)[:, None].astype(np.float32)
    points -= centre[:, None, None, :]
    points /= np.maximum(scale, _MIN_SCALE)[:, None, None, None]
    np.clip(points, -LIMIT, LIMIT, out=points)
    if not always:
        points[~mask] = 0
    return Normalised(points, mask.astype(np.float32), scale, valid)


def palm_length(points: Float32) -> Float32:
    """(...) the palm's length in the units of `points` (..., 21, 2 or 3), seen in the plane of the image."""
    across, down = points[..., 0], points[..., 1]
    lengths = [
        factor * np.hypot(across[..., a] - across[..., b], down[..., a] - down[..., b]) for a, b, factor in PALM_LENGTHS
    ]
    longest: Float32 = np.maximum.reduce(lengths).astype(np.float32)
    return longest


def palm_length_of(joints: Sequence[Sequence[float]]) -> float:
    """The same of one hand whose joints are plain numbers: for so few, NumPy takes twenty times as long."""
    return max(
        factor * hypot(joints[a][0] - joints[b][0], joints[a][1] - joints[b][1]) for a, b, factor in PALM_LENGTHS
    )


def _median(values: Float32, mask: Bool) -> Float32:
    """(M,) the median of `values` (M, T) where `mask`, else zero (np.nanmedian is ten times slower and warns)."""
    ordered = np.sort(np.where(mask, values, np.inf), axis=1)
    count = mask.sum(axis=1)
    rows = np.arange(len(values))
    middle = 0.5 * (ordered[rows, np.maximum(count - 1, 0) // 2] + ordered[rows, count // 2])
    return np.where(count > 0, middle, 0.0).astype(np.float32)
