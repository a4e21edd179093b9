"""SFINGE 3D as one .npz: single gestures (`dict_*`) and labelled streams (`seq_*`, `annotations`) of 20 joints.

Caputo et al., "SFINGE 3D: A novel benchmark for online detection and recognition of hand gestures from 3D fingers'
trajectories", Computers & Graphics 2020. Leap Motion, 20 a second, right hands.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gesturectl.gestures.geometry import RIGHT, in_slot, times, without_zeros, world_take
from gesturectl.gestures.importers.base import ImportFailedError, Item, KnownTake, Skipped, Wishes, about
from gesturectl.gestures.importers.npz import class_name, has_arrays, pieces, read_arrays, same_length
from gesturectl.gestures.names import name_like
from gesturectl.gestures.stream import LabelledEvent
from gesturectl.gestures.take import Take
from gesturectl.types import NOTHING, Float32

FPS = 20.0
FROM_SENSOR = np.array([-1, -1, -1], np.float32)
"""The sensor's axes are left-handed: x to the user's right, y up, z away from the user, towards a camera that faces
them. Checked on the swipes and on the side that fingers bend to."""

_CMC = 0.4
"""Where on the line from the wrist to the thumb's knuckle its base is; the sensor doesn't give it."""


def detects(source: Path) -> str | None:
    wanted = {"dict_frames": (None, 20, 7), "seq_frames": (None, 20, 7), "annotations": (None, 4)}
    return "an .npz with SFINGE 3D's arrays" if has_arrays(source, wanted) else None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    frames, offsets, label, name, seq_frames, seq_offsets, annotations, classes = read_arrays(
        source, "dict_frames", "dict_offsets", "dict_label", "dict_name", "seq_frames", "seq_offsets", "annotations",
        "class_names",
    )  # fmt: skip
    same_length(source, len(offsets) - 1, dict_label=label, dict_name=name)
    fps = wishes.fps or FPS
    meta = about("sfinge3d", source, fps, thumb_base="estimated")
    for i, points in enumerate(pieces(frames, offsets, source)):
        yield KnownTake(class_name(classes, label[i]), f"dict_{int(name[i]):02d}", partial(_take, points, fps, meta))
    for i, points in enumerate(pieces(seq_frames, seq_offsets, source)):
        try:
            events = _events(annotations[annotations[:, 0] == i], classes, len(points), fps)
        except ImportFailedError as error:
            yield Skipped(f"{source.name}, stream {i}", error.fact)
            continue
        yield KnownTake(NOTHING, f"seq_{i:02d}", partial(_take, points, fps, meta), events)


def joints(points: ArrayLike) -> Float32:
    """(T, 21, 3) metres in the picture's axes of the sensor's (T, 20, 7).

    What the set calls the palm is 9.5 cm from the index knuckle, so it is our wrist. Its thumb has knuckle, joint and
    tip; the other fingers have four joints like ours. Its rotations aren't used.
    """
    sensor = without_zeros(np.asarray(points, np.float32)[..., :3]) * FROM_SENSOR
    wrist, knuckle = sensor[:, :1], sensor[:, 1:2]
    return np.concatenate([wrist, wrist + _CMC * (knuckle - wrist), sensor[:, 1:]], axis=1).astype(np.float32)


def _take(points: NDArray[Any], fps: float, meta: dict[str, Any]) -> Take:
    return world_take(times(len(points), fps), in_slot(joints(points), RIGHT), meta)


def _events(rows: NDArray[Any], classes: NDArray[Any], frames: int, fps: float) -> tuple[LabelledEvent, ...]:
    t_ms = times(frames, fps)
    events = []
    for _, label, first, last in rows.tolist():
        if not 0 <= first <= last:
            raise ImportFailedError("annotations", "its annotations don't fit its frames")
        start, end = (int(t_ms[min(frame, frames - 1)]) for frame in (first, last))
        events.append(LabelledEvent(name_like(class_name(classes, label)), start, end))
    return tuple(sorted(events, key=lambda event: event.start_ms))
