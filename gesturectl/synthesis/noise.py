"""What a tracker adds to true landmarks, as measured on real and rendered hands (project notes on synthesis).

All sizes are in palms (wrist to middle knuckle, or as large), so that a hand far away is as noisy as it is small.
"""

import numpy as np

from gesturectl.recognition.normalise import palm_length
from gesturectl.synthesis.kinematics import Float
from gesturectl.types import Bool

_SHARE = np.array([0.5] + [0.7, 0.8, 1.0, 1.3] + [0.5, 0.7, 1.0, 1.3] * 4)[None, None, :, None]
"""How much of the slow noise each joint gets: tips the most."""


def tracked(r: np.random.Generator, points: Float, t_s: Float, distance_mm: Float) -> tuple[Float, Bool]:
    """Points as a tracker would give them, and where it gives any.

    `points` (N, K, 21, 2) are true image points, `t_s` (N, K), `distance_mm` (N,). Returns noisy points of the same
    shape and a mask (N, K): white and slow noise, a constant error a joint, smoothing lag, stale frames, frames
    dropped at speed, and now and then a jump to something that isn't this hand.
    """
    n, k = t_s.shape
    palm = np.median(palm_length(points.astype(np.float32)), axis=1).astype(np.float64)[:, None, None, None]
    far = (0.6 + distance_mm / 1200)[:, None, None, None]
    step = np.diff(points[:, :, [0, 5, 17]].mean(2), axis=1, prepend=points[:, :1, [0, 5, 17]].mean(2))
    speed = np.linalg.norm(step, axis=-1) / palm[:, 0, 0]

    white = np.exp(r.uniform(np.log(0.003), np.log(0.02), (n, 1, 1, 1))) * far
    noisy = points + r.normal(0, 1, points.shape) * white * palm
    noisy += r.normal(0, 0.04, (n, 1, 21, 2)) * _SHARE * palm
    noisy += _slow_noise(r, t_s, speed, far) * _SHARE * palm
    noisy = _lag(r, noisy)
    jumped = _jumps(r, noisy, palm)
    return _stale(r, jumped), ~_dropped(r, speed, k)


def _slow_noise(r: np.random.Generator, t_s: Float, speed: Float, far: Float) -> Float:
    """(N, K, 21, 2) an Ornstein-Uhlenbeck process, tau 0.08-0.35 s, stronger in fast frames."""
    n, k = t_s.shape
    frame_s = np.median(np.diff(t_s, axis=1), axis=1)
    keep = np.exp(-frame_s / r.uniform(0.08, 0.35, n))[:, None, None]
    size = r.uniform(0.005, 0.05, (n, 1, 1)) * (0.7 + 0.3 * far[:, 0])
    state = np.zeros((n, 21, 2))
    out = np.empty((n, k, 21, 2))
    for i in range(k):
        kick = size * (1 + 1.5 * np.minimum(speed[:, i], 1))[:, None, None]
        state = keep * state + np.sqrt(1 - keep**2) * r.normal(0, 1, state.shape) * kick
        out[:, i] = state
    return out


def _lag(r: np.random.Generator, points: Float) -> Float:
    """A tracker's own smoothing: exponential, factor 0.55-1."""
    factor = r.uniform(0.55, 1, len(points))[:, None, None]
    out = points.copy()
    for i in range(1, points.shape[1]):
        out[:, i] = factor * points[:, i] + (1 - factor) * out[:, i - 1]
    return out


def _jumps(r: np.random.Generator, points: Float, palm: Float) -> Float:
    """In one take of twelve the tracker looks at something else for a while: another hand, a face, a mirror."""
    n, k = points.shape[:2]
    out = points.copy()
    for i in np.flatnonzero(np.asarray(r.random(n) < 0.08)):
        begin = int(r.integers(k))
        length = int(r.integers(1, max(2, k // 3)))
        centre = out[i, begin : begin + length].mean((1, 2), keepdims=True)
        away = r.normal(0, 2.5, 2) * palm[i, 0, 0]
        flipped = np.array([r.choice([-1.0, 1.0]), 1.0]) * r.uniform(0.7, 1.3)
        out[i, begin : begin + length] = (out[i, begin : begin + length] - centre) * flipped + centre + away
    return out


def _stale(r: np.random.Generator, points: Float) -> Float:
    """In a third of the takes every fifth frame repeats the one before."""
    n, k = points.shape[:2]
    repeat = (r.random((n, 1)) < 0.3) & (r.random((n, k)) < 0.2)
    repeat[:, 0] = False
    source = np.maximum.accumulate(np.where(repeat, 0, np.arange(k)), axis=1)
    return np.take_along_axis(points, source[:, :, None, None], axis=1)


def _dropped(r: np.random.Generator, speed: Float, k: int) -> Bool:
    """(N, K) frames without a hand: few at rest, up to 60 % at speed, in runs; in one take of seven nearly all."""
    n = len(speed)
    base = r.choice([0, 0.02, 0.06], n)[:, None]
    chance = base + np.clip((speed - 0.35) * 0.5, 0, 0.6) * r.random((n, 1))
    blind = r.random((n, 1)) < 0.15  # dim light and long exposures: whatever moves is a blur
    chance = np.where(blind & (speed > r.uniform(0.25, 0.6, (n, 1))), 0.95, chance)
    dropped = r.random((n, k)) < chance
    dropped[:, 1:] |= dropped[:, :-1] & (r.random((n, k - 1)) < 0.35)
    return np.asarray(dropped)
