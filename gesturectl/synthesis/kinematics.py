"""From joint angles to the 21 points of a right hand.

A pose is one vector of `POSE` degrees: flexion of the four fingers' mcp, pip and dip joints (index to pinky),
their abduction (positive towards the thumb), the thumb's azimuth in the palm's plane (from distal towards radial),
elevation out of it, pronation, mcp and ip flexion, and the wrist's flexion and radial deviation.

The hand's own frame has its origin at the wrist joint, x radial, y distal, z palmar, in mm, and stays with the palm:
the wrist's angles move the forearm. A left hand is a right hand with x negated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gesturectl.synthesis.rotations import rx, ry, rz

Float = NDArray[np.float64]

POSE = 23
"""Angles of a pose."""
MCP_FLEX = slice(0, 4)
PIP_FLEX = slice(4, 8)
DIP_FLEX = slice(8, 12)
ABDUCTION = slice(12, 16)
THUMB = slice(16, 21)
WRIST = slice(21, 23)

FINGERS = 5
"""Thumb, index, middle, ring, pinky: the order of shapes and bones."""

KNUCKLES = np.array([[24.0, 88.0, 0.5], [3.5, 90.0, -3.5], [-16.0, 84.0, -2.0], [-33.0, 73.0, 2.0]])
"""(4, 3) centres of the mcp joints, index to pinky."""
THUMB_ROOT = np.array([20.0, 17.0, 7.0])
"""(3,) the thumb's carpometacarpal joint."""
PHALANGES = np.array(
    [[44.0, 33.0, 26.0], [41.0, 23.5, 20.0], [45.5, 27.5, 21.0], [42.0, 26.5, 20.8], [33.0, 19.0, 19.0]]
)
"""(5, 3) bone lengths, thumb to pinky, proximal to distal, of an adult hand of middle size."""

_SPLAY = np.array([3.0, 0.0, -3.0, -7.0])
"""Degrees by which the straight fingers' rays lean towards the thumb at no abduction."""
_CONVERGENCE = np.array([0.08, 0.0, -0.096, -0.192])
"""Radians by which a finger bent 90° at its knuckle leans towards the scaphoid, where all bent fingers point."""
_THUMB_PALMAR = np.array([-0.80, 0.25, 0.50])
"""Roughly where the thumb's pad faces at no pronation: across the palm, and away from it."""

_POINT_OFFSETS = np.array(
    [
        [-0.1, 10.0, 0.5],
        [-0.6, 11.4, 0.3], [-2.6, 1.6, 1.1], [-2.8, -2.0, -0.3], [-1.3, -4.2, 0.0],
        [-0.4, 2.5, 0.3], [0.7, -2.6, 0.3], [0.5, -1.7, 1.2], [-0.4, -2.3, -0.1],
        [-0.5, 2.2, 0.5], [-0.4, -2.7, -1.0], [-0.1, -4.5, 0.7], [0.4, -3.1, 0.5],
        [0.0, 2.2, 0.5], [-1.2, -1.5, -0.5], [0.5, -4.7, 0.6], [2.3, -3.6, 0.9],
        [0.2, 2.8, 0.3], [-1.5, -1.1, -1.0], [0.3, -3.3, 0.1], [2.7, -3.7, 0.7],
    ]
)  # fmt: skip
"""(21, 3) mm from the bones' ends to the points that MediaPipe's landmark model marks, each in the frame of the bone
that ends there (the palm's for the wrist and the knuckles). Measured: the median over some 300 rendered hands."""

_POINT_BONES = np.array([-1, 0, 0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1, 12, 13, 14])
"""(21,) the bone whose frame `_POINT_OFFSETS` uses; −1 is the palm."""


@dataclass(frozen=True, slots=True, eq=False)
class Bones:
    """The fifteen bones of N hands, three a finger, thumb to pinky, proximal to distal; and the forearm."""

    starts: Float
    """(N, 15, 3) mm."""
    ends: Float
    """(N, 15, 3) mm."""
    frames: Float
    """(N, 15, 3, 3) columns: the bone's radial, long and palmar axes."""
    forearm: Float
    """(N, 3, 3) columns: the forearm's radial, distal and palmar axes; it starts at the origin and runs along −y."""


def bones(poses: ArrayLike, shapes: ArrayLike | None = None) -> Bones:
    """The bones of (N, POSE) poses; `shapes` is (N, 5) or (5,) finger length factors, thumb to pinky, 1 = typical."""
    degrees = np.atleast_2d(np.asarray(poses, np.float64))
    n = len(degrees)
    angles = np.radians(degrees)
    lengths = PHALANGES * np.broadcast_to(1.0 if shapes is None else np.asarray(shapes, np.float64), (n, 5))[..., None]
    flexion = np.stack([angles[:, MCP_FLEX], angles[:, PIP_FLEX], angles[:, DIP_FLEX]], -1)
    thumb = angles[:, THUMB]
    bends = np.concatenate([np.stack([np.zeros(n), thumb[:, 3], thumb[:, 4]], -1)[:, None], flexion], 1)

    frame = np.concatenate([_thumb_roots(thumb)[:, None], _finger_roots(angles)], 1)
    start = np.broadcast_to(np.vstack([THUMB_ROOT, KNUCKLES]), (n, FINGERS, 3))
    starts, ends, frames = (np.empty((n, FINGERS, 3, *tail)) for tail in ((3,), (3,), (3, 3)))
    for k in range(3):
        frame = frame @ rx(bends[:, :, k])
        starts[:, :, k], frames[:, :, k] = start, frame
        start = start + frame[..., :, 1] * lengths[:, :, k, None]
        ends[:, :, k] = start

    wrist = angles[:, WRIST]
    forearm = np.swapaxes(rx(wrist[:, 0]) @ rz(-wrist[:, 1]), -1, -2)
    return Bones(starts.reshape(n, 15, 3), ends.reshape(n, 15, 3), frames.reshape(n, 15, 3, 3), forearm)


def joints(poses: ArrayLike, shapes: ArrayLike | None = None) -> Float:
    """(N, 21, 3) mm: the points of (N, POSE) poses as MediaPipe marks them, in the order of `landmarks.skeleton`."""
    return points(bones(poses, shapes))


def points(skeleton: Bones) -> Float:
    """(N, 21, 3) mm: where MediaPipe marks the joints of these bones."""
    n = len(skeleton.starts)
    marked = np.zeros((n, 21, 3))
    marked[:, 1:] = np.concatenate(
        [skeleton.starts.reshape(n, FINGERS, 3, 3)[:, :, :1], skeleton.ends.reshape(n, FINGERS, 3, 3)], 2
    ).reshape(n, 20, 3)
    on_palm = _POINT_BONES < 0
    marked[:, on_palm] += _POINT_OFFSETS[on_palm]
    frames = skeleton.frames[:, _POINT_BONES[~on_palm]]
    marked[:, ~on_palm] += np.einsum("njab,jb->nja", frames, _POINT_OFFSETS[~on_palm])
    return marked


def random_shape(rng: np.random.Generator, n: int) -> tuple[Float, Float]:
    """(n, 5) finger length factors and (n,) sizes of whole hands, spread as adults' are (4 % a finger, 7 % a hand)."""
    return np.clip(rng.normal(1.0, 0.04, (n, 5)), 0.88, 1.12), np.clip(rng.normal(1.0, 0.07, n), 0.82, 1.18)


def _finger_roots(angles: Float) -> Float:
    """(N, 4, 3, 3) frames of the four fingers before any flexion."""
    lean = rz(-(np.radians(_SPLAY) + angles[:, ABDUCTION]))
    bent = np.clip(angles[:, MCP_FLEX] / (np.pi / 2), 0.0, 1.0)
    return np.asarray(lean @ ry(-_CONVERGENCE * bent))


def _thumb_roots(thumb: Float) -> Float:
    """(N, 3, 3) frames of the thumb's metacarpal."""
    azimuth, elevation, pronation = thumb[:, 0], thumb[:, 1], thumb[:, 2]
    long = np.stack([np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), np.sin(elevation)], -1)
    palmar = _THUMB_PALMAR - long * (long @ _THUMB_PALMAR)[:, None]
    palmar /= np.linalg.norm(palmar, axis=-1, keepdims=True)
    return np.asarray(np.stack([np.cross(long, palmar), long, palmar], -1) @ ry(-pronation))
