"""What coordinates of other sources become in a take: the unmirrored picture's axes, metres, absent as NaN.

The axes are x right, y down, z away from the camera, which is right-handed: in it a right hand's fingers bend towards
the side that the cross product of its index and little knuckle points to.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gesturectl.gestures.take import Take, absent
from gesturectl.types import Bool, Float32

LEFT, RIGHT = 0, 1
"""The slots of a take."""

PICTURE_M = 1.0
"""Width and height, in metres, of the square picture that `projected` draws: a hand is a fifth of it, as at 1.2 m from
a webcam, and a sweep of the arm stays inside."""


def times(count: int, fps: float) -> NDArray[np.int64]:
    """(count,) ms of frames `fps` a second, from 0."""
    return np.round(np.arange(count) * (1000 / fps)).astype(np.int64)


def without_zeros(points: ArrayLike) -> Float32:
    """`points` (..., P, C) with NaN where all P points are zero or not finite: how others write "not seen"."""
    cleaned = np.array(points, np.float32)
    unseen = (~np.isfinite(cleaned)).any(axis=(-2, -1)) | (cleaned == 0).all(axis=(-2, -1))
    cleaned[unseen] = np.nan
    return cleaned


def unmirrored(image_points: Float32) -> Float32:
    """`image_points` (..., 3) of a mirrored picture as they are in the picture itself."""
    return image_points * np.array([-1, 1, 1], np.float32) + np.array([1, 0, 0], np.float32)


def in_slot(points: Float32, slot: int) -> Float32:
    """(T, 2, 21, 3) with the one hand `points` (T, 21, 3) in `slot`."""
    both = absent(len(points))
    both[:, slot] = points
    return both


def with_depth(points: ArrayLike) -> Float32:
    """(..., 3) of `points` (..., 2) whose depth nobody measured: zero, since NaN would mean an unknown joint."""
    flat = np.asarray(points, np.float32)
    return np.concatenate([flat, np.zeros_like(flat[..., :1])], axis=-1)


def slot_of(points: Float32) -> int:
    """Which hand `points` (T, 21, 3), in the picture's axes and all of one unit, show: the side its fingers bend to."""
    seen = points[np.isfinite(points).all(axis=(1, 2))].astype(np.float64)
    wrist, index, middle, tip, pinky = (seen[:, joint] for joint in (0, 5, 9, 12, 17))
    side = np.cross(index - wrist, pinky - wrist)
    bend = ((tip - middle) * side).sum(axis=1)
    size = np.linalg.norm(side, axis=1) * np.linalg.norm(middle - wrist, axis=1)
    return RIGHT if np.sum(bend / np.maximum(size, 1e-12)) >= 0 else LEFT


def image_take(t_ms: NDArray[np.int64], image_points: Float32, meta: dict[str, Any]) -> Take:
    """The take of `image_points` (T, 2, 21, 3) from a source without metres."""
    return Take(t_ms, image_points, absent(len(t_ms)), _present(image_points), meta)


def world_take(t_ms: NDArray[np.int64], world_points: Float32, meta: dict[str, Any]) -> Take:
    """The take of `world_points` (T, 2, 21, 3) from a sensor in space that took no picture.

    Its picture is an orthographic projection: `PICTURE_M` wide and high, seen along z, its middle at the mean of all
    joints of all frames; depth is relative to each wrist. Distance doesn't change the size, so a push shows only in z.
    """
    about = {**meta, "aspect": 1.0, "world": "sensor", "projection": f"orthographic, {PICTURE_M:g} m"}
    image_points = projected(world_points)
    return Take(t_ms, image_points, world_points, _present(image_points), about)


def projected(world_points: Float32) -> Float32:
    """(T, 2, 21, 3) image points of `world_points` (T, 2, 21, 3): see `world_take`."""
    if not np.isfinite(world_points).any():
        return world_points.copy()
    middle = np.nanmean(world_points[..., :2], axis=(0, 1, 2), dtype=np.float64).astype(np.float32)
    across = (world_points[..., :2] - middle) / PICTURE_M + 0.5
    depth = (world_points[..., 2:] - world_points[:, :, :1, 2:]) / PICTURE_M
    return np.concatenate([across, depth], axis=-1).astype(np.float32)


def _present(image_points: Float32) -> Bool:
    return np.asarray(np.isfinite(image_points).any(axis=(2, 3)))
