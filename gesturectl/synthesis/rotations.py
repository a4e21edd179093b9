"""Rotation matrices from batches of angles. Matrices act on column vectors; angles are in radians, right-handed."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]


def rx(angle: ArrayLike) -> Float:
    """(..., 3, 3) rotations about x, one for each of the (...) angles; a positive one turns y towards z."""
    return _about(angle, 1, 2)


def ry(angle: ArrayLike) -> Float:
    """(..., 3, 3) rotations about y; a positive one turns z towards x."""
    return _about(angle, 2, 0)


def rz(angle: ArrayLike) -> Float:
    """(..., 3, 3) rotations about z; a positive one turns x towards y."""
    return _about(angle, 0, 1)


def rotation_vector(vector: ArrayLike) -> Float:
    """(..., 3, 3) rotations by |vector| radians about each of the (..., 3) vectors (Rodrigues' formula)."""
    v = np.asarray(vector, np.float64)
    angle = np.linalg.norm(v, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(v, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([np.stack([zero, -z, y], -1), np.stack([z, zero, -x], -1), np.stack([-y, x, zero], -1)], -2)
    # np.sinc(x) is sin(pi x) / (pi x), which is smooth through zero; so are both factors of the formula.
    first = np.sinc(angle / np.pi)
    second = 0.5 * np.sinc(angle / (2 * np.pi)) ** 2
    return np.asarray(np.eye(3) + first * cross + second * (cross @ cross))


def as_rotation_vector(matrix: ArrayLike) -> Float:
    """(..., 3) axis times angle in [0, π] of (..., 3, 3) rotations: the inverse of `rotation_vector`."""
    m = np.asarray(matrix, np.float64)
    # Through the quaternion, whose largest component is never small: exact near 0 and near π alike (Shepperd 1978).
    trace = np.trace(m, axis1=-2, axis2=-1)
    diagonal = np.diagonal(m, axis1=-2, axis2=-1)
    squares = np.concatenate([(1 + trace)[..., None], 1 - trace[..., None] + 2 * diagonal], -1)
    largest = squares.argmax(-1)
    upper = np.stack([m[..., 2, 1], m[..., 0, 2], m[..., 1, 0]], -1)
    lower = np.stack([m[..., 1, 2], m[..., 2, 0], m[..., 0, 1]], -1)
    turn, mix = upper - lower, upper + lower  # 4w·(x, y, z) and 4·(yz, zx, xy)
    w2, x2, y2, z2 = np.moveaxis(squares, -1, 0)
    yz, zx, xy = np.moveaxis(mix, -1, 0)
    wx, wy, wz = np.moveaxis(turn, -1, 0)
    candidates = np.stack(
        [
            np.stack([w2, wx, wy, wz], -1),
            np.stack([wx, x2, xy, zx], -1),
            np.stack([wy, xy, y2, yz], -1),
            np.stack([wz, zx, yz, z2], -1),
        ],
        -2,
    )
    quaternion = np.take_along_axis(candidates, largest[..., None, None], -2)[..., 0, :]
    quaternion /= np.linalg.norm(quaternion, axis=-1, keepdims=True)
    quaternion *= np.where(quaternion[..., :1] < 0, -1.0, 1.0)
    sine = np.linalg.norm(quaternion[..., 1:], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(sine, quaternion[..., :1])
    return np.asarray(quaternion[..., 1:] * np.where(sine > 1e-12, angle / np.maximum(sine, 1e-12), 2.0))


def _about(angle: ArrayLike, a: int, b: int) -> Float:
    """Rotations in the plane from axis `a` to axis `b`."""
    theta = np.asarray(angle, np.float64)
    cosine, sine = np.cos(theta), np.sin(theta)
    matrix = np.broadcast_to(np.eye(3), (*theta.shape, 3, 3)).copy()
    matrix[..., a, a], matrix[..., b, b] = cosine, cosine
    matrix[..., a, b], matrix[..., b, a] = -sine, sine
    return matrix
