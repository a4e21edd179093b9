"""The same recording as others would have made it: in a mirror, or by a camera of another rate."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gesturectl.gestures.stream import LabelledEvent
from gesturectl.gestures.take import Take
from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.recognition.window import BRIDGE_MS
from gesturectl.types import Bool, Float32


def mirrored(take: Take) -> Take:
    """`take` as somebody would have made it who uses the other hand: left and right change places.

    Pose and face are left out.
    """
    image_points = take.image_points[:, ::-1] * np.array([-1, 1, 1], np.float32) + np.array([1, 0, 0], np.float32)
    world_points = take.world_points[:, ::-1] * np.array([-1, 1, 1], np.float32)
    return Take(take.t_ms, image_points, world_points, take.present[:, ::-1], take.meta)


def mirrored_events(events: Sequence[LabelledEvent]) -> tuple[LabelledEvent, ...]:
    """The events of a mirrored stream: swipe_left becomes swipe_right."""
    return tuple(replace(event, gesture=mirrored_label(event.gesture)) for event in events)


def resampled(take: Take, fps: float) -> Take:
    """`take` as a camera of `fps` frames a second would have seen it.

    Between two frames with a hand that are at most BRIDGE_MS apart it moves straight from one to the other; elsewhere
    each new frame is like the newest old one. Pose and face are left out.
    """
    start, end = int(take.t_ms[0]), int(take.t_ms[-1])
    count = int((end - start) * fps / 1000 + 1e-6) + 1
    t_ms = start + np.round(np.arange(count) * (1000 / fps)).astype(np.int64)
    before = np.searchsorted(take.t_ms, t_ms, side="right") - 1
    after = np.minimum(before + 1, len(take.t_ms) - 1)
    gap = take.t_ms[after] - take.t_ms[before]
    share = (t_ms - take.t_ms[before]) / np.maximum(gap, 1)
    joined = take.present[before] & take.present[after] & (gap <= BRIDGE_MS)[:, None]
    image_points = _between(take.image_points, before, after, share, joined)
    world_points = _between(take.world_points, before, after, share, joined)
    meta = {**take.meta, "fps": float(fps)}
    return Take(t_ms, image_points, world_points, take.present[before], meta)


def _between(points: Float32, before: np.ndarray, after: np.ndarray, share: np.ndarray, joined: Bool) -> Float32:
    """(N, 2, 21, 3) from the frames `before` towards `after` by `share` (N,) where `joined` (N, 2)."""
    weight = np.where(joined, share[:, None], 0.0).astype(np.float32)[..., None, None]
    start = points[before]
    moved: Float32 = np.where(weight > 0, start + (points[after] - start) * weight, start)
    return moved
