"""Tells when a followed hand can't be the hand it was: a tracker took up another person's, or exchanged left and right.

The motion from the one to the other was nobody's, so nothing may be recognised in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturectl.recognition.normalise import PALM, palm_length
from gesturectl.types import Bool, Float32

FARTHEST = 1.5
"""Palms a hand may be off from one frame to the next: trackers err while a hand is blurred,"""
FASTEST = 40.0
"""and palms a second it may move besides, 3.6 metres. In clips of real people hands moved 0.6 palms at most in 33 ms
and 1.9 in 66, mostly less than 3 in 100; what moved by 6 to 9 in 100 ms went to something else and came back."""
EXCHANGED_SHARE = 0.35
"""Both hands have been exchanged if, crosswise, they moved by less than this share of what they did straight,"""
EXCHANGED_PALMS = 3.0
"""and moved by more than this together."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """Where a hand was seen."""

    t_ms: int
    centre: Float32
    """(2,) the palm's middle in picture heights."""
    size: float
    """The palm's length in picture heights."""


def sighting(t_ms: int, points: Float32) -> Sighting:
    """Where a hand with isotropic `points` (21, 3) is."""
    return Sighting(t_ms, points[PALM, :2].mean(axis=0), max(float(palm_length(points)), 1e-3))


def jumped(before: Sequence[Sighting | None], now: Sequence[Sighting | None]) -> tuple[bool, bool]:
    """For the left and the right hand, whether it can't be the one last seen `before`; None is never or not seen."""
    pairs = list(zip(before, now, strict=True))
    far = [_apart(old, new) for old, new in pairs]
    if all(old is not None and new is not None for old, new in pairs):
        crosswise = _apart(before[0], now[1]) + _apart(before[1], now[0])
        if sum(far) > EXCHANGED_PALMS and crosswise < EXCHANGED_SHARE * sum(far):
            return True, True
    left, right = (
        old is not None and new is not None and way > FARTHEST + FASTEST * (new.t_ms - old.t_ms) / 1000
        for way, (old, new) in zip(far, pairs, strict=True)
    )
    return left, right


def jumps(t_ms: Sequence[int], points: Float32, present: Bool, lost_ms: int) -> Bool:
    """(K, 2) whether a hand jumped to where it is in each frame; `points` (K, 2, 21, 3) isotropic, `present` (K, 2).

    Those that have been away for more than `lost_ms` are other hands anyway.
    """
    found = np.zeros((len(t_ms), 2), bool)
    before: list[Sighting | None] = [None, None]
    for k in np.flatnonzero(present.any(axis=1)).tolist():
        now = [sighting(int(t_ms[k]), points[k, slot]) if present[k, slot] else None for slot in range(2)]
        before = [old if old and t_ms[k] - old.t_ms <= lost_ms else None for old in before]
        found[k] = jumped(before, now)
        before = [new or old for old, new in zip(before, now, strict=True)]
    return found


def _apart(old: Sighting | None, new: Sighting | None) -> float:
    """How far it is from one to the other, in palms; 0 where one is missing."""
    if old is None or new is None:
        return 0.0
    return float(np.linalg.norm(new.centre - old.centre)) / max(old.size, new.size)
