"""Keeping a recording's own time: when its next frame is due, and what to make of the times that files claim."""

import math
import time
from collections.abc import Callable

DEFAULT_FPS = 30.0
"""The rate of pictures that have no time of their own."""

_LONGEST_GAP_MS = 10_000
"""A longer jump between two frames is damage (a wrapped or garbled time stamp), not a pause that anybody filmed."""


class Pace:
    """Makes recorded time pass as fast as real time, from the first frame waited for."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._origin_s: float | None = None

    def wait(self, t_ms: int) -> float:
        """Sleep until the frame of `t_ms` is due; returns how many milliseconds it is late (0 if it had to wait)."""
        now_s = self._clock()
        if self._origin_s is None:
            self._origin_s = now_s - t_ms / 1000
        early_s = self._origin_s + t_ms / 1000 - now_s
        if early_s > 0:
            self._sleep(early_s)
        return max(0.0, -early_s * 1000)

    def restart(self, t_ms: int) -> None:
        """Let the frame of `t_ms` be due now."""
        self._origin_s = self._clock() - t_ms / 1000


class FileTime:
    """Turns the times that a file claims into milliseconds that start at 0 and always grow.

    A claim that is missing, stands still or goes back is replaced by one frame's length; an absurd jump ahead moves
    the origin.
    """

    def __init__(self, fps: float) -> None:
        self._step_ms = 1000 / fps
        self._offset_ms = 0.0
        self._last_ms: float | None = None

    def stamp(self, claimed_ms: float) -> int:
        """The `t_ms` of the next frame, which claims to be at `claimed_ms`."""
        last = self._last_ms
        if last is None:
            t_ms = 0.0
            self._offset_ms = -claimed_ms if math.isfinite(claimed_ms) else 0.0
        else:
            t_ms = claimed_ms + self._offset_ms
            # Two frames must not share a millisecond: everything downstream divides by the difference.
            if not last + 1 <= t_ms <= last + _LONGEST_GAP_MS:
                t_ms = last + self._step_ms
                if math.isfinite(claimed_ms) and claimed_ms + self._offset_ms > t_ms:
                    self._offset_ms = t_ms - claimed_ms
        self._last_ms = t_ms
        return math.floor(t_ms + 0.5)  # `round` would send 1.5 and 2.5 to the same millisecond
