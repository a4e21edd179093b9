"""What of an episode is the gesture: without the hand's way there from its rest, and without its way back.

The way there is over where the hand halts, or where the distance to where it came from stops growing; the way back is
the same seen backwards. What lies between is the gesture. Where nothing does, as of a sweep that begins at rest, the
way there was the gesture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturectl.gestures.take import Take
from gesturectl.recording.cutting import Ended, Episode, Seen
from gesturectl.recording.posture import TELLING
from gesturectl.types import JOINTS, Hands

Float64 = NDArray[np.float64]

BEFORE_MS = 120
"""What is kept before the gesture."""
AFTER_MS = 120
"""What is kept after it."""
_STEP_MS, _SMOOTH, _LAG = 20.0, 5, 4
"""Even steps in time, how many of them are averaged, and over how many a speed is measured."""
_FAST, _SLOW, _SLOWEST = 1.5, 0.3, 0.7
"""Palms a second from which a hand is on its way; it halts below this share of its fastest, or below so many."""
_DIP = 0.25
"""A summit is over where the distance has fallen by this share of it, and by `_LEAST` palms."""
_LEAST = 0.25
_NEAR = 0.08
"""What is within this share of a summit's height belongs to it: a pose that is held is one long summit."""
_ENOUGH_MS, _ENOUGH = 500, 0.8
"""A pose held for so long, or a motion of so many palms, is a gesture without the way there."""


def take_of(episode: Episode) -> Take | None:
    """The gesture in `episode`; None if the hand only left its rest, and did nothing else."""
    frames = [seen for seen in episode.frames if seen.posture.present.any()]
    moving = [seen for seen in frames if seen.t_ms >= episode.began_ms]
    if len(moving) < 2:
        return None
    slot = busiest(moving)
    own = [seen for seen in moving if seen.posture.present[slot]]
    if len(own) < 2:
        return None
    motion = _motion(own, slot)
    came_from = episode.before.points[slot] / motion.palm if episode.before.present[slot] else motion.points[0]
    start, end = _way_there(motion, came_from), len(motion.t_ms) - 1
    if episode.ended in (Ended.BACK, Ended.GONE):
        end = end - _way_there(motion.backwards(), motion.points[-1])
    lowered = episode.ended is Ended.GONE and episode.before.present[slot]
    long = motion.t_ms[end] - motion.t_ms[start] >= _ENOUGH_MS if end > start else False
    if not long and (end <= start or _extent(motion.points[start : end + 1]) < _ENOUGH):
        if lowered:
            return None
        start = 0
    return _cut(episode.frames, round(motion.t_ms[start]) - BEFORE_MS, round(motion.t_ms[end]) + AFTER_MS)


def busiest(frames: Sequence[Seen]) -> int:
    """The slot of the hand that moves, or moves more."""
    spans = []
    for slot in range(2):
        there = [seen.posture for seen in frames if seen.posture.present[slot]]
        if len(there) < 2:
            spans.append(0.01 * len(there))
            continue
        centres = np.stack([one.points[slot].mean(axis=0) for one in there])
        spans.append(float(np.ptp(centres, axis=0).max()) / float(there[0].palms[slot]) + 0.01 * len(there))
    return int(np.argmax(spans))


@dataclass(frozen=True, slots=True, eq=False)
class _Motion:
    """One hand's way in even steps, smoothed; drop-outs are bridged."""

    t_ms: Float64
    """(K,)"""
    points: Float64
    """(K, 21, 2) in palms."""
    palm: float
    """In picture heights."""

    def backwards(self) -> "_Motion":
        return _Motion(-self.t_ms[::-1], self.points[::-1], self.palm)

    def speeds(self) -> Float64:
        """(K,) palms a second of the joints that move most."""
        apart = _tell(self.points[_LAG:] - self.points[:-_LAG]) / (_LAG * _STEP_MS / 1000)
        return np.pad(apart, (_LAG // 2, _LAG - _LAG // 2), mode="edge")


def _motion(own: Sequence[Seen], slot: int) -> _Motion:
    seen_ms = np.array([seen.t_ms for seen in own], np.float64)
    palm = float(np.median([seen.posture.palms[slot] for seen in own]))
    points = np.stack([seen.posture.points[slot] for seen in own]).reshape(len(own), -1).astype(np.float64) / palm
    t_ms = np.arange(seen_ms[0], seen_ms[-1] + (_LAG + 1) * _STEP_MS, _STEP_MS)
    even = np.stack([np.interp(t_ms, seen_ms, column) for column in points.T], axis=1)
    wide = np.pad(even, ((_SMOOTH // 2, _SMOOTH // 2), (0, 0)), mode="edge")
    smooth = np.lib.stride_tricks.sliding_window_view(wide, _SMOOTH, axis=0).mean(axis=-1)
    return _Motion(t_ms, smooth.reshape(len(t_ms), JOINTS, 2), palm)


def _tell(ways: Float64) -> Float64:
    """(K,) mean length of the longest of `ways` (K, 21, 2), as `posture.apart` measures."""
    return np.asarray(np.sort(np.linalg.norm(ways, axis=-1), axis=-1)[:, -TELLING:].mean(axis=-1))


def _way_there(motion: _Motion, origin: NDArray[np.floating]) -> int:
    """The step at which the way from `origin` is over: it stops growing, or a motion comes to a halt before that."""
    ways, speeds = _tell(motion.points - origin), motion.speeds()
    summit = _first_summit(ways)
    peak, risen = 0.0, False
    for k in range(summit):
        peak = max(peak, speeds[k])
        risen = risen or peak > _FAST
        if risen and speeds[k] < max(_SLOW * peak, _SLOWEST):
            return k
    return summit


def _first_summit(ways: Float64) -> int:
    height = 0.0
    for k in range(len(ways)):
        height = max(height, ways[k])
        if height > _LEAST and ways[k] < height - max(_LEAST, _DIP * height):
            return int(np.argmax(ways[: k + 1] >= (1 - _NEAR) * height))
    return int(np.argmax(ways >= (1 - _NEAR) * height))


def _extent(points: Float64) -> float:
    """Palms between the two of `points` (K, 21, 2) furthest apart."""
    some = points[:: max(1, len(points) // 12)]
    return max(float(_tell(some - one).max()) for one in some)


def plain_take(frames: Sequence[Hands]) -> Take:
    """All of `frames` as a take whose time begins at 0."""
    present = np.stack([hands.present for hands in frames])
    image = np.stack([hands.image_points for hands in frames]).astype(np.float32)
    world = np.stack([hands.world_points for hands in frames]).astype(np.float32)
    image[~present], world[~present] = np.nan, np.nan
    t_ms = np.array([hands.t_ms - frames[0].t_ms for hands in frames], np.int64)
    length_ms = int(t_ms[-1])
    meta = {
        "format": "gesturectl",
        "aspect": float(frames[0].aspect),
        "fps": round((len(frames) - 1) * 1000 / length_ms, 1) if length_ms else 0.0,
        "mirrored": False,
        "world": "hand",
        "started_ms": frames[0].t_ms,
    }
    return Take(t_ms, image, world, present, meta)


def _cut(frames: Sequence[Seen], first_ms: int, last_ms: int) -> Take:
    return plain_take([seen.hands for seen in frames if first_ms <= seen.t_ms <= last_ms])
