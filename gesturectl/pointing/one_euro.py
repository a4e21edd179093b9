"""The One-Euro filter for a point in the plane: steady while the hand is still, quick while it moves.

Casiez, Roussel and Vogel 2012, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems". Both coordinates share one cutoff, by the point's speed, so that a slanting way stays straight.
"""

import math

Point = tuple[float, float]


class OneEuro:
    """A first-order low-pass whose cutoff grows with the speed."""

    def __init__(self, min_cutoff_hz: float, beta: float, speed_cutoff_hz: float = 1.0) -> None:
        """At rest the cutoff is `min_cutoff_hz` (lower: steadier); each unit a second adds `beta` (more: less lag).

        `speed_cutoff_hz` smooths the speed itself; 1 Hz is the paper's.
        """
        self._min_cutoff_hz, self._beta, self._speed_cutoff_hz = min_cutoff_hz, beta, speed_cutoff_hz
        self._at: tuple[int, Point] | None = None
        self._speed: Point = (0.0, 0.0)

    def restart(self) -> None:
        """Forget everything: the next point is taken as it is."""
        self._at, self._speed = None, (0.0, 0.0)

    def smooth(self, t_ms: int, point: Point) -> Point:
        """`point` at `t_ms`, smoothed. A time that doesn't go on changes nothing."""
        if self._at is None:
            self._at = (t_ms, point)
            return point
        before_ms, before = self._at
        dt_s = (t_ms - before_ms) / 1000
        if dt_s <= 0:
            return before
        speed = ((point[0] - before[0]) / dt_s, (point[1] - before[1]) / dt_s)
        self._speed = _mixed(self._speed, speed, _alpha(self._speed_cutoff_hz, dt_s))
        cutoff_hz = self._min_cutoff_hz + self._beta * math.hypot(*self._speed)
        smoothed = _mixed(before, point, _alpha(cutoff_hz, dt_s))
        self._at = (t_ms, smoothed)
        return smoothed


def _alpha(cutoff_hz: float, dt_s: float) -> float:
    """The share of the new value after `dt_s`; equation 1 to 3 of the paper."""
    return 1 / (1 + 1 / (2 * math.pi * cutoff_hz * dt_s))


def _mixed(before: Point, now: Point, alpha: float) -> Point:
    return before[0] + alpha * (now[0] - before[0]), before[1] + alpha * (now[1] - before[1])
