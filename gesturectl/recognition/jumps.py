"""Tells when a followed hand can't be the hand it was: a tracker took up another person's, or exchanged left and right.

The motion from the one to the other was nobody's, so nothing may be recognised in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from gesturectl.recognition.normalise import PALM, palm_length, palm_length_of
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


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a hand was seen."""

    t_ms: int
    x: float
    """Of the palm's middle, in picture heights."""
    y: float
    """Downwards."""
    size: float
    """The palm's length in picture heights."""


def sighting(t_ms: int, joints: Sequence[Sequence[float]]) -> Sighting:
    """Where a hand is, of which `joints` has x and y of each joint, isotropic."""
    x = sum(joints[joint][0] for joint in PALM) / len(PALM)
    y = sum(joints[joint][1] for joint in PALM) / len(PALM)
    return Sighting(t_ms, x, y, max(palm_length_of(joints), 1e-3))


def jumped(before: Sequence[Sighting | None], now: Sequence[Sighting | None]) -> tuple[bool, bool]:
    """For the left and the right hand, whether it can't be the one last seen `before`; None is never or not seen."""
    left, right = _apart(before[0], now[0]), _apart(before[1], now[1])
    if left + right > EXCHANGED_PALMS and None not in (*before, *now):
        crosswise = _apart(before[0], now[1]) + _apart(before[1], now[0])
        if crosswise < EXCHANGED_SHARE * (left + right):
            return True, True
    return _is_too_far(left, before[0], now[0]), _is_too_far(right, before[1], now[1])


def jumps(t_ms: Sequence[int], points: Float32, present: Bool, lost_ms: int) -> Bool:
    """(K, 2) whether a hand jumped to where it is in each frame; `points` (K, 2, 21, 3) isotropic, `present` (K, 2).

    Those that have been away for more than `lost_ms` are other hands anyway.
    """
    found = np.zeros((len(t_ms), 2), bool)
    # Hardly anything ever is far enough off to be asked about one by one.
    frames = np.arange(len(t_ms))[:, None]
    newest = np.maximum.accumulate(np.where(present, frames, -1), axis=0)
    before = np.concatenate([np.full((1, 2), -1), newest[:-1]])[: len(t_ms)]
    middle = points[:, :, PALM, :2].mean(axis=2)
    size = np.maximum(palm_length(points), 1e-3)
    way = np.linalg.norm(middle - middle[before, [0, 1]], axis=-1) / np.maximum(size, size[before, [0, 1]])
    far = present & (before >= 0) & ~(way < FARTHEST - 0.01)
    for k in np.flatnonzero(far.any(axis=1)).tolist():
        now = [_sighting_at(t_ms, points, k, slot) if present[k, slot] else None for slot in range(2)]
        old = [_sighting_at(t_ms, points, int(j), slot) if j >= 0 else None for slot, j in enumerate(before[k])]
        found[k] = jumped([seen if seen and t_ms[k] - seen.t_ms <= lost_ms else None for seen in old], now)
    return found


def _sighting_at(t_ms: Sequence[int], points: Float32, frame: int, slot: int) -> Sighting:
    return sighting(int(t_ms[frame]), points[frame, slot, :, :2].tolist())


def _apart(old: Sighting | None, new: Sighting | None) -> float:
    """How far it is from one to the other, in palms; 0 where one is missing."""
    if old is None or new is None:
        return 0.0
    return hypot(new.x - old.x, new.y - old.y) / max(old.size, new.size)


def _is_too_far(way: float, old: Sighting | None, new: Sighting | None) -> bool:
    return old is not None and new is not None and way > FARTHEST + FASTEST * (new.t_ms - old.t_ms) / 1000
