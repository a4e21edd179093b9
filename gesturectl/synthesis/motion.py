"""Scripts of a hand's movement with human timing.

A script is a row of moves from posture to posture. Between two of them people's hands follow minimum jerk
(Flash & Hogan 1985); a hand that is held still drifts and trembles.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.rotations import as_rotation_vector, rotation_vector
from gesturectl.synthesis.scene import Posture

Float = NDArray[np.float64]
Pace = Callable[[float], float]
"""From the share of a move's time to the share of its way, both in [0, 1]."""
Detour = Callable[[float], Float]
"""From the share of a move's way to (3,) mm off the straight line."""


def min_jerk(share: float) -> float:
    """Start and end at rest with the least jerk."""
    return share**3 * (10 - 15 * share + 6 * share**2)


def steady(share: float) -> float:
    """Constant speed with a short start and a short end, as when drawing a circle."""
    ramp = 0.15
    if share < ramp:
        way = share**2 / (2 * ramp)
    elif share <= 1 - ramp:
        way = share - ramp / 2
    else:
        way = 1 - ramp - (1 - share) ** 2 / (2 * ramp)
    return way / (1 - ramp)


@dataclass(frozen=True, slots=True)
class TrueGesture:
    """A gesture that a clip truly shows: a dynamic one from start to end, a static one while it is held."""

    gesture: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, eq=False)
class _Move:
    start_s: float
    seconds: float
    before: Posture
    after: Posture
    turn: Float
    """(3,) rotation vector from before to after, in the camera's frame."""
    pace: Pace
    detour: Detour | None


class Script:
    """What a hand does, move after move, and which gestures that makes."""

    def __init__(self, start: Posture, rng: np.random.Generator) -> None:
        self.events: list[TrueGesture] = []
        self.now = start
        """The posture at the end."""
        self.seconds = 0.0
        """The length so far."""
        self._moves: list[_Move] = []
        self._starts: list[float] = []
        self._unrest = _Unrest(rng)

    def move(self, to: Posture, seconds: float, pace: Pace = min_jerk, detour: Detour | None = None) -> None:
        """Go to another posture."""
        turn = as_rotation_vector(to.rotation @ self.now.rotation.T)
        self._moves.append(_Move(self.seconds, seconds, self.now, to, turn, pace, detour))
        self._starts.append(self.seconds)
        self.seconds += seconds
        self.now = to

    def hold(self, seconds: float) -> None:
        """Stay."""
        self.move(self.now, seconds)

    def mark(self, gesture: str, start_s: float) -> None:
        """What was done from `start_s` until now is a gesture."""
        self.events.append(TrueGesture(gesture, round(start_s * 1000), round(self.seconds * 1000)))

    def at(self, t_s: float) -> Posture:
        """The posture at a time, unrest included. Before the start and after the end the hand stays where it is."""
        move = self._moves[max(0, bisect_right(self._starts, t_s) - 1)]
        share = move.pace(float(np.clip((t_s - move.start_s) / move.seconds, 0, 1)))
        pose = move.before.pose + share * (move.after.pose - move.before.pose)
        palm = move.before.palm + share * (move.after.palm - move.before.palm)
        if move.detour is not None:
            palm = palm + move.detour(share)
        rotation = rotation_vector(share * move.turn) @ move.before.rotation
        shift, tilt, curl = self._unrest.at(t_s)
        return Posture(pose + curl, rotation_vector(tilt) @ rotation, palm + shift)


class _Unrest:
    """Slow drift (below 1.5 Hz) and physiological tremor (about 9 Hz) of an arm held up."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rates = np.concatenate([rng.uniform(0.15, 1.4, (4, 3)), rng.uniform(7.5, 10.5, (1, 3))])
        self._phases = rng.uniform(0, 2 * np.pi, (2, 5, 3))
        self._sizes = np.array([1.0, 1.0, 0.7, 0.5, 0.10])[:, None]
        self._curl = rng.normal(0, 1.0, 23) * np.where(np.arange(23) < 12, 1.5, 0.5)

    def at(self, t_s: float) -> tuple[Float, Float, Float]:
        """(3,) mm, (3,) radians and (POSE,) degrees."""
        waves = self._sizes * np.sin(2 * np.pi * self._rates * t_s + self._phases)
        shift, tilt = waves.sum(1)
        return shift * 1.3, np.radians(tilt * 0.6), self._curl * np.sin(2 * np.pi * self._rates[0, 0] * t_s)
