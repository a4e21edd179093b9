"""Windows of few takes, as many as a head needs: each take is varied as its maker would vary it, and cut."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.normalise import PALM, palm_length
from gesturectl.recognition.whole_take import Recorded
from gesturectl.recognition.window import WindowSpec, isotropic, resample
from gesturectl.types import Bool, Float32

Float64 = NDArray[np.float64]

VARIATIONS = 8
"""Of each take, besides itself. Without them one take gives 69 % instead of 80; four are nearly as good as eight."""
BEGINNINGS = (0.2, 0.35)
"""When the first windows of a variation end, as shares of the take's length: so far it isn't the gesture yet."""
ENDS = 4
"""Windows of each variation that show the gesture."""
FROM, TO = 0.6, 1.1
"""When these end; what comes in between is like the beginning of many gestures."""
_HOLD_MS = 1000
"""How long a hand stays before a gesture in half of the variations, and after it in all: takes are cut, life isn't."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Both hands of a take over K frames, from the first to the last with a hand."""

    t_ms: Float64
    """(K,)"""
    points: Float32
    """(K, 2, 21, 3) isotropic; left, right."""
    present: Bool
    """(K, 2)"""


def track(take: Recorded) -> Track:
    """What of `take` shows a hand; no frame at all if there is none."""
    usable: Bool = take.present & np.asarray(np.isfinite(take.image_points).all(axis=(2, 3)))
    seen = np.flatnonzero(usable.any(axis=1))
    kept = slice(seen[0], seen[-1] + 1) if len(seen) else slice(0, 0)
    points = isotropic(take.image_points[kept], take.aspect)
    return Track(take.t_ms[kept].astype(np.float64), points, usable[kept])


def variations(take: Track, spec: WindowSpec, count: int = VARIATIONS) -> Iterator[Float32]:
    """(BEGINNINGS + ENDS, 2, T, 21, 3) windows of `take` and of `count` variations of it.

    The same take gives the same windows, and its mirror image their mirror images: people who use the other hand get
    the same head.
    """
    if is_turned(take):
        yield from (mirrored_windows(cut) for cut in variations(mirrored(take), spec, count))
        return
    random = np.random.default_rng(seed_of(take))
    for number in range(count + 1):
        varied = _varied(random, take) if number else take
        start, length = varied.t_ms[0], varied.t_ms[-1] - varied.t_ms[0]
        shares = np.concatenate([BEGINNINGS, np.linspace(FROM, TO, ENDS)])
        ends = start + shares * length + (random.uniform(-0.05, 0.05) * length if number else 0.0)
        yield windows(held(random, varied, before=number % 2 == 1), spec, ends)


def windows(take: Track, spec: WindowSpec, ends: Float64) -> Float32:
    """(M, 2, T, 21, 3) the windows of both hands that end at `ends` (M,)."""
    both = [resample(take.t_ms, take.points[:, slot], take.present[:, slot], ends, spec) for slot in range(2)]
    return np.stack(both, axis=1)


def mirrored(take: Track) -> Track:
    """`take` as made with the other hand, in a mirror."""
    return Track(take.t_ms, take.points[:, ::-1] * np.array([-1, 1, 1], np.float32), take.present[:, ::-1])


def mirrored_windows(both: Float32) -> Float32:
    """Windows (M, 2, T, 21, 3) of both hands, in a mirror."""
    turned: Float32 = both[:, ::-1] * np.array([-1, 1, 1], np.float32)
    return turned


def is_turned(take: Track) -> bool:
    """Whether `take` rather than its mirror image is the one that is turned round before anything is drawn by lot."""
    left, right = np.nan_to_num(take.points[..., 1]).sum(axis=(0, 2), dtype=np.float64)
    return bool(left > right)


def seed_of(take: Track) -> int:
    """A number that is the same for a take and its mirror image: only what a mirror doesn't change goes into it."""
    heights = np.nan_to_num(take.points[..., 1])
    return zlib.crc32(np.ascontiguousarray(heights[:, ::-1] if is_turned(take) else heights).tobytes())


def as_right(hand_windows: Float32) -> Float32:
    """`hand_windows` (..., 21, 3) of a left hand with the pose of a right one that goes the same way."""
    turned = hand_windows.copy()
    turned[..., 0] = 2 * hand_windows[..., PALM, 0].mean(axis=-1, keepdims=True) - hand_windows[..., 0]
    return turned


def _varied(random: np.random.Generator, take: Track) -> Track:
    """Another size, slant, shape of the hand and pace, with a tracker's jitter."""
    angle, slant = random.normal(0, np.radians(8)), random.normal(0, 0.08, 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stretch = np.array([[1 + slant[0], slant[1]], [0, 1 - slant[0]]]) * np.exp(random.normal(0, 0.15))
    points = take.points.copy()
    middle = np.nanmean(points[..., :2], axis=(0, 1, 2))
    points[..., :2] = (points[..., :2] - middle) @ (stretch @ turn).T.astype(np.float32) + middle
    palm = float(np.nanmedian(palm_length(points)))
    shape = random.normal(0, 0.03 * palm, (1, *points.shape[1:3], 2))
    jitter = random.normal(0, 0.012 * palm, (*points.shape[:3], 2))
    points[..., :2] += (shape + jitter).astype(np.float32)
    length = take.t_ms[-1] - take.t_ms[0]
    share = (take.t_ms - take.t_ms[0]) / max(length, 1.0)
    bent = share + random.normal(0, 0.06) * np.sin(np.pi * share) + random.normal(0, 0.03) * np.sin(2 * np.pi * share)
    t_ms = take.t_ms[0] + np.maximum.accumulate(bent) * length * np.exp(random.normal(0, 0.18))
    return Track(t_ms, points, take.present)


def held(random: np.random.Generator, take: Track, before: bool) -> Track:
    """`take` with hands that stay, drifting a little, after its end, and `before` its start."""
    parts = [_still(random, take, -1)]
    if before:
        parts.insert(0, _still(random, take, 0))
    parts.insert(1 if before else 0, take)
    return Track(
        np.concatenate([part.t_ms for part in parts]),
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.present for part in parts]),
    )


def _still(random: np.random.Generator, take: Track, at: int) -> Track:
    steps = np.arange(1, _HOLD_MS // 50 + 1)
    palm = float(np.nanmedian(palm_length(take.points[at]))) if take.present[at].any() else 0.0
    drift = random.normal(0, 0.3 * palm, 2) * (steps / steps[-1])[:, None]
    jitter = random.normal(0, 0.012 * palm, (len(steps), *take.points.shape[1:3], 2))
    points = np.repeat(take.points[at][None], len(steps), axis=0)
    points[..., :2] += (drift[:, None, None] + jitter).astype(np.float32)
    present = np.repeat(take.present[at][None], len(steps), axis=0)
    t_ms = take.t_ms[at] + 50.0 * steps
    if at == 0:
        return Track(2 * take.t_ms[0] - t_ms[::-1], points[::-1], present)
    return Track(t_ms, points, present)


def between(random: np.random.Generator, first: Track, then: Track, spec: WindowSpec, count: int = 4) -> Float32:
    """(count, 2, T, 21, 3) windows of hands on their way from the end of one take to the beginning of another.

    Nobody records how hands come and go between gestures, but that is where a head sees most of what isn't one. In a
    mirror, the same ways come out mirrored.
    """
    if is_turned(first):
        return mirrored_windows(between(random, mirrored(first), mirrored(then), spec, count))
    after = _cut(_varied(random, first), -1200.0)
    before = _cut(_varied(random, then), 0.3 * (then.t_ms[-1] - then.t_ms[0]))
    length = random.uniform(350, 1100)
    steps = np.arange(1, max(2, round(length / 50)))
    share = steps / (steps[-1] + 1)
    eased = (share * share * (3 - 2 * share))[:, None, None, None].astype(np.float32)
    start, end = after.points[-1], before.points[0]
    start, end = np.where(np.isfinite(start), start, end), np.where(np.isfinite(end), end, start)
    way = start + (end - start) * eased
    # Hands swing in arcs, and sink on the way.
    palm = float(np.nanmedian(palm_length(np.stack([start, end]))))
    arc = random.normal(0, 0.8, 2) * palm + np.array([0.0, abs(random.normal(0, 1.2)) * palm])
    way[..., :2] += (np.sin(np.pi * share)[:, None] * arc)[:, None, None].astype(np.float32)
    there = np.isfinite(way).all(axis=(2, 3))
    start_ms = after.t_ms[-1] + length
    joined = Track(
        np.concatenate([after.t_ms, after.t_ms[-1] + length * share, before.t_ms - before.t_ms[0] + start_ms]),
        np.concatenate([after.points, way, before.points]),
        np.concatenate([after.present, there, before.present]),
    )
    ends = random.uniform(after.t_ms[-1] + 0.4 * length, joined.t_ms[-1], count)
    return windows(joined, spec, np.sort(ends))


def _cut(take: Track, length_ms: float) -> Track:
    """The first `length_ms` of `take`, or the last if negative."""
    kept = take.t_ms <= take.t_ms[0] + length_ms if length_ms >= 0 else take.t_ms >= take.t_ms[-1] + length_ms
    return Track(take.t_ms[kept], take.points[kept], take.present[kept])
