"""Hand-made features of windows, for heads that learn from a few takes: beside the embedding, they make these sturdier.

On 13 gestures of 5 takes each, heads on the embedding alone were right in 91 %, on these features alone in 95 %, on
both in 97.5 % (docs/personal.md).
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.normalise import PALM, Normalised, palm_length
from gesturectl.types import Float32

SEGMENTS = 8
"""Parts of a window over which features are averaged: 200 ms each, short enough for a flick."""
_TIPS = (4, 8, 12, 16, 20)
_POSE = (4, 8, 12, 16, 20, 3, 6, 10, 14, 18, 5, 9, 17)
"""Joints whose places tell a pose: tips, middle joints, and the palm's corners."""
_PER_SEGMENT = 2 * len(_POSE) + 2 + 5 + 4 + 4 + 1
SIZE = SEGMENTS * _PER_SEGMENT + 3
"""Features of a window."""


def describe(windows: Normalised) -> Float32:
    """(M, SIZE) features of `windows`: pose, distances between fingers, the palm's way and speed, over time.

    Steps without a hand are as the nearest step with one; a window without any hand gives zeros.
    """
    M, T = windows.mask.shape
    if M == 0:
        return np.zeros((0, SIZE), np.float32)
    points = _filled(windows)  # (M, T, 21, 2)
    centre = points[:, :, PALM].mean(axis=2)
    length = np.maximum(palm_length(points), 0.3)  # a palm seen edge-on for a moment must not blow up the pose
    pose = (points - points[:, :, :1]) / length[..., None, None]
    tips = pose[:, :, _TIPS]
    step = np.linalg.norm(np.diff(centre, axis=1, prepend=centre[:, :1]), axis=-1)
    distances = [tips, tips[:, :, 1:] - tips[:, :, :-1], tips[:, :, 1:] - tips[:, :, :1]]
    values = [
        pose[:, :, _POSE].reshape(M, T, -1),
        centre,
        *(np.linalg.norm(apart, axis=-1) for apart in distances),
        step[..., None],
    ]
    # All at once: a mean of so few numbers takes NumPy longer to begin than to do.
    places = np.cumsum([part.shape[-1] for part in values])[:-1]
    posed, way, *between, speed = np.split(_pooled(np.concatenate(values, axis=-1)), places, axis=-1)
    parts = [
        posed,
        way - way[:, -1:],
        *between,
        speed * 10,
        np.ptp(centre, axis=1),
        step.sum(axis=1, keepdims=True),
    ]
    features: Float32 = np.concatenate([part.reshape(M, -1) for part in parts], axis=1).astype(np.float32)
    features[~windows.mask.any(axis=1)] = 0
    return features


def _filled(windows: Normalised) -> Float32:
    """(M, T, 21, 2) the points, absent steps as the nearest present one."""
    T = windows.mask.shape[1]
    steps = np.arange(T)
    distance = np.abs(steps[:, None] - steps)[None] + (1 - windows.mask[:, None, :]) * T * 2
    nearest = distance.argmin(axis=2)
    filled: Float32 = np.take_along_axis(windows.points[..., :2], nearest[:, :, None, None], axis=1)
    return filled


def _pooled(values: NDArray[Any]) -> Float32:
    """(M, SEGMENTS, F) means of `values` (M, T, F) over the parts of the window."""
    edges = np.linspace(0, values.shape[1], SEGMENTS + 1).round().astype(int)
    pooled = np.stack([values[:, a:b].mean(axis=1) for a, b in pairwise(edges)], axis=1)
    return pooled.astype(np.float32)
