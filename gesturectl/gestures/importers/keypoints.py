"""Key-point arrays: `<class>/<sequence>/<frame>.npy`, one frame each, or `<class>/<clip>.npy`, (T, values).

The number of values tells what they are: 1662 = MediaPipe Holistic (33 body points of x, y, z, visibility; 468 face
points; left hand; right hand), 258 = the same without the face, 126 = left and right hand, 63 = one hand.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from gesturectl.gestures.geometry import LEFT, RIGHT, image_take, in_slot, slot_of, times, without_zeros
from gesturectl.gestures.importers.base import (
    ImportFailedError,
    Item,
    KnownTake,
    Skipped,
    Wishes,
    about,
    files,
    folders,
    peek,
)
from gesturectl.gestures.take import FACE_POINTS, POSE_POINTS, Take
from gesturectl.types import JOINTS, Float32

FPS = 15.0
"""What a webcam gives while MediaPipe Holistic runs on every frame of a laptop; the arrays themselves don't say."""
ASPECT = 4 / 3
"""The pictures' own is lost; webcams give 640×480 unless asked otherwise."""

_POSE, _FACE, _HAND = POSE_POINTS * 4, FACE_POINTS * 3, JOINTS * 3
WIDTHS = {_POSE + _FACE + 2 * _HAND, _POSE + 2 * _HAND, 2 * _HAND, _HAND}
"""1662, 258, 126 and 63 values."""
_MOST_VALUES = 10_000_000
_CLASSES = 12


def detects(source: Path) -> str | None:
    for folder in [entry for entry in peek(source) if entry.is_dir()][:_CLASSES]:
        for entry in peek(folder, 40):
            inner = next((path for path in peek(entry, 40) if path.suffix == ".npy"), None) if entry.is_dir() else entry
            width = _width(inner) if inner is not None and inner.suffix == ".npy" else None
            if inner is not None and width:
                return f"{inner.relative_to(source)} holds {width} values a frame"
    return None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    for folder in folders(source):
        found = 0
        for path in files(folder):
            if path.suffix == ".npy":
                found += 1
                yield KnownTake(folder.name, path.stem, partial(read, path, wishes.fps))
        for sequence in folders(folder):
            if any(entry.suffix == ".npy" for entry in peek(sequence)):
                found += 1
                yield KnownTake(folder.name, sequence.name, partial(read, sequence, wishes.fps))
        if not found:
            yield Skipped(str(folder), "a class without .npy arrays")


def read(path: Path, fps: float | None = None) -> Take:
    """The take of a folder of frames or of one array (T, values). Raises ImportFailedError."""
    if path.is_dir():
        frames = [entry for entry in files(path) if entry.suffix == ".npy"]
        rows = [_array(frame).reshape(-1) for frame in frames]
        if len({len(row) for row in rows}) > 1:
            raise ImportFailedError(str(path), "its frames have different numbers of values")
        values = np.stack(rows)
    else:
        values = _array(path)
        values = values.reshape(len(values), -1) if values.ndim > 1 else values[None]
    if values.shape[1] not in WIDTHS or not len(values):
        known = ", ".join(str(width) for width in sorted(WIDTHS, reverse=True))
        raise ImportFailedError(str(path), f"a frame has {values.shape[1]} values, which isn't any of {known}")
    rate = fps or FPS
    meta = about("keypoints", path, rate, fps_known=fps is not None, aspect=ASPECT, aspect_assumed=True)
    return _take(values.astype(np.float32), rate, meta)


def _take(values: Float32, fps: float, meta: dict[str, Any]) -> Take:
    T, width = values.shape
    hands = values[:, -2 * _HAND :] if width > _HAND else values
    points = without_zeros(hands.reshape(T, -1, JOINTS, 3))
    if width == _HAND:
        isotropic = points[:, 0] * np.array([ASPECT, 1, ASPECT], np.float32)
        points = in_slot(points[:, 0], slot_of(isotropic))
        meta["hand"] = "by the side its fingers bend to"
    take = image_take(times(T, fps), points[:, [LEFT, RIGHT]], meta)
    pose = face = None
    if width > 2 * _HAND:
        pose = without_zeros(values[:, :_POSE].reshape(T, POSE_POINTS, 4))
    if width > _POSE + 2 * _HAND:
        face = without_zeros(values[:, _POSE : _POSE + _FACE].reshape(T, FACE_POINTS, 3))
    return Take(take.t_ms, take.image_points, take.world_points, take.present, meta, pose, face)


def _array(path: Path) -> NDArray[Any]:
    try:
        if path.stat().st_size == 0:
            raise ImportFailedError(str(path), "the file is empty")
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)  # mapped: a header may claim any size
    except (ValueError, EOFError, OSError, OverflowError, SyntaxError, TypeError) as error:
        raise ImportFailedError(str(path), "no .npy array, or a damaged one") from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu" or array.ndim == 0:
        raise ImportFailedError(str(path), "it holds no array of numbers")
    if array.size > _MOST_VALUES:
        raise ImportFailedError(str(path), "it holds more values than a clip can have")
    return np.array(array)


def _width(path: Path) -> int | None:
    """Values a frame, by the header alone; None if it isn't one of the known numbers."""
    try:
        with path.open("rb") as file:
            version = npy.read_magic(file)
            header = npy.read_array_header_1_0(file) if version == (1, 0) else npy.read_array_header_2_0(file)
    except (ValueError, EOFError, OSError, OverflowError, SyntaxError, TypeError):
        return None
    shape = header[0]
    sizes = {int(np.prod(shape)), int(np.prod(shape[1:])) if len(shape) > 1 else 0}
    return next((size for size in sizes if size in WIDTHS), None)
