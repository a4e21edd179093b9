"""What a hand's points say besides the classifier: where it is, how it is held, how it moves.

Plain numbers throughout: for the 21 joints of a hand NumPy would take several times as long.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot

from gesturectl.recognition.jumps import Sighting

HANGING = 125.0
"""Degrees from upright beyond which the fingers point down."""
_SPEED_MS = 250
_OTHER_MS = 500
_STRETCHED = 0.45
"""By how many palms the index finger must reach further from the wrist than the last two to be called pointing."""


@dataclass(frozen=True, slots=True)
class Motion:
    """One hand now, and lately."""

    seen_ms: int
    """How long the hand has been followed without a gap."""
    speed: float
    """How far the palm got in the last quarter of a second, in palms a second."""
    size: float
    """Length of the palm in picture heights."""
    inside: float
    """Share of the joints that lie in the picture."""
    lean: float
    """Degrees between the hand (wrist to middle knuckle) and straight up in the picture, 0-180."""
    hung_ms: int | None
    """How long ago its fingers pointed down; None if not within the last seconds."""
    other_speed: float
    """How fast the other hand moved at most over the last half second, in its palms a second; 0 if there is none."""
    pointing: bool = False
    """Whether one or two fingers are stretched out and the last two are not."""


class Mover:
    """How one hand has moved lately."""

    def __init__(self) -> None:
        self._centres: deque[tuple[int, float, float]] = deque()
        self._speeds: deque[tuple[int, float]] = deque()
        self._hung_at_ms: int | None = None

    def see(
        self, seen: Sighting, joints: Sequence[Sequence[float]], seen_ms: int, aspect: float, other_speed: float
    ) -> Motion:
        """The hand now, `seen_ms` after it came; `joints` has x and y of each of its joints, isotropic."""
        t_ms, size = seen.t_ms, seen.size
        speed = self._speed(seen)
        self._speeds.append((t_ms, speed))
        while self._speeds[0][0] < t_ms - _OTHER_MS:
            self._speeds.popleft()
        inside = sum(0 <= x <= aspect and 0 <= y <= 1 for x, y in joints) / len(joints)
        (wrist_x, wrist_y), (knuckle_x, knuckle_y) = joints[0], joints[9]
        lean = abs(degrees(atan2(knuckle_x - wrist_x, wrist_y - knuckle_y)))
        if lean > HANGING:
            self._hung_at_ms = t_ms
        hung_ms = None if self._hung_at_ms is None else t_ms - self._hung_at_ms
        return Motion(seen_ms, speed, size, inside, lean, hung_ms, other_speed, _is_pointing(joints, size))

    def fastest(self, t_ms: int) -> float:
        """How fast it moved at most in the last half second, in palms a second."""
        return max((speed for seen_ms, speed in self._speeds if seen_ms >= t_ms - _OTHER_MS), default=0.0)

    def forget(self) -> None:
        """Another hand comes."""
        self._centres.clear()
        self._speeds.clear()
        self._hung_at_ms = None

    def _speed(self, seen: Sighting) -> float:
        self._centres.append((seen.t_ms, seen.x, seen.y))
        while self._centres[0][0] < seen.t_ms - _SPEED_MS:
            self._centres.popleft()
        elapsed_ms = seen.t_ms - self._centres[0][0]
        if not elapsed_ms:
            return 0.0
        # The extent, not the length of the path: a tracker's jitter adds up along a path.
        across = [x for _, x, _ in self._centres]
        down = [y for _, _, y in self._centres]
        return hypot(max(across) - min(across), max(down) - min(down)) / seen.size / elapsed_ms * 1000


def _is_pointing(joints: Sequence[Sequence[float]], palm: float) -> bool:
    wrist_x, wrist_y = joints[0]
    index, ring, little = (hypot(joints[tip][0] - wrist_x, joints[tip][1] - wrist_y) for tip in (8, 16, 20))
    return index - max(ring, little) > _STRETCHED * palm
