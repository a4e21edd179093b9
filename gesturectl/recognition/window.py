"""The last milliseconds of one hand, resampled to steps that don't depend on the camera's rate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gesturectl.types import JOINTS, Bool, Float32

Float64 = NDArray[np.float64]

BRIDGE_MS = 250
"""Samples at most this far apart are joined by a line (a tracker's drop-out is rarely longer); other gaps stay."""
REACH_MS = 70
"""How far a single sample reaches: a frame at 15 per second, so that a lone sample still fills its own step."""


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """How long a window is and into how many steps it is cut."""

    window_ms: int = 1600
    """Long enough for a slow swipe with its wind-up, or a whole turn of a circle."""
    steps: int = 40
    """One every 40 ms: a 150 ms flick still covers four."""

    @property
    def step_ms(self) -> float:
        """Time from one step to the next."""
        return self.window_ms / self.steps

    def times(self, ends_ms: ArrayLike) -> Float64:
        """(M, steps) the time of each step in ms; the last step is the window's end."""
        ends = np.atleast_1d(np.asarray(ends_ms, np.float64))
        return ends[:, None] + (np.arange(1, self.steps + 1) - self.steps) * self.step_ms


def isotropic(image_points: Float32, aspect: float) -> Float32:
    """`image_points` (..., 3) of an image `aspect` times as wide as high, with all axes in image heights."""
    return image_points * np.array([aspect, 1.0, aspect], np.float32)


def resample(t_ms: ArrayLike, points: Float32, present: Bool, ends_ms: ArrayLike, spec: WindowSpec) -> Float32:
    """(M, T, 21, 3) windows that end at `ends_ms` (M,), NaN in steps where the hand is absent.

    `t_ms` (K,) never decreases; `points` (K, 21, 3) are isotropic; samples that aren't `present` (K,) or aren't finite
    are left out. A window never uses a sample later than its end, so that training sees what run time sees.
    """
    times = np.asarray(t_ms, np.float64)
    flat = points.reshape(len(times), JOINTS * 3)
    usable = np.asarray(present, bool) & np.isfinite(flat).all(axis=1)
    if not usable.all():
        times, flat = times[usable], flat[usable]
    wanted = spec.times(ends_ms)
    M, T = wanted.shape
    if len(times) == 0:
        return np.full((M, T, JOINTS, 3), np.nan, np.float32)

    newest = np.searchsorted(times, wanted[:, -1], side="right") - 1  # (M,) -1 where the window ends before any sample
    newest_or_first = np.maximum(newest, 0)[:, None]
    before = np.searchsorted(times, wanted.ravel(), side="right").reshape(M, T) - 1
    before = np.clip(before, 0, newest_or_first)
    after = np.minimum(before + 1, newest_or_first)

    t_before, t_after = times[before], times[after]
    gap = t_after - t_before
    bridged = (wanted >= t_before) & (wanted <= t_after) & (gap <= BRIDGE_MS)
    reached = np.minimum(np.abs(wanted - t_before), np.abs(wanted - t_after)) <= REACH_MS
    share = np.clip((wanted - t_before) / np.maximum(gap, 1.0), 0.0, 1.0)
    share = np.where(bridged, share, np.round(share))  # beside a gap, a sample stands for itself
    there = (bridged | reached) & (newest >= 0)[:, None]

    start = flat[before]
    windows = start + (flat[after] - start) * share[..., None].astype(np.float32)
    windows[~there] = np.nan
    return windows.reshape(M, T, JOINTS, 3)


class History:
    """What one hand did in the last seconds, oldest first."""

    def __init__(self, keep_ms: int = 3000, capacity: int = 1024) -> None:
        self._keep_ms = keep_ms
        self._t_ms = np.zeros(capacity, np.int64)
        self._points = np.full((capacity, JOINTS, 3), np.nan, np.float32)
        self._present = np.zeros(capacity, bool)
        self._start = self._stop = 0

    def __len__(self) -> int:
        return self._stop - self._start

    def append(self, t_ms: int, points: Float32 | None) -> None:
        """Add isotropic `points` (21, 3), or None where the hand is absent. Time going backwards clears the past."""
        if len(self) and t_ms < self._t_ms[self._stop - 1]:
            self.clear()
        while len(self) and self._t_ms[self._start] < t_ms - self._keep_ms:
            self._start += 1
        if self._stop == len(self._t_ms):
            self._move_to_front()
        at = self._stop
        self._t_ms[at] = t_ms
        self._present[at] = points is not None
        self._points[at] = np.nan if points is None else points
        self._stop += 1

    def clear(self) -> None:
        """Forget everything."""
        self._start = self._stop = 0

    def windows(self, ends_ms: Sequence[int], spec: WindowSpec) -> Float32:
        """(M, T, 21, 3) the windows that end at `ends_ms` (M,), NaN where the hand is absent."""
        kept = slice(self._start, self._stop)
        return resample(self._t_ms[kept], self._points[kept], self._present[kept], ends_ms, spec)

    def _move_to_front(self) -> None:
        # A source faster than the capacity foresees loses its oldest samples rather than growing without bound.
        kept = slice(max(self._start, len(self._t_ms) // 2), self._stop)
        count = kept.stop - kept.start
        for column in (self._t_ms, self._points, self._present):
            column[:count] = column[kept].copy()
        self._start, self._stop = 0, count
