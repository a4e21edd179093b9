"""HDF5 with `gesture_position` (N, T, 21, 2) and `gesture_label` (N,): one hand in the pixels of a video.

The tool that writes it takes a picture's height for its width: x is multiplied by the height and y by the width.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.gestures.geometry import RIGHT, image_take, in_slot, times, with_depth, without_zeros
from gesturectl.gestures.importers.base import ImportFailedError, Item, KnownTake, Wishes, about, small_text
from gesturectl.gestures.take import Take
from gesturectl.types import JOINTS

SUFFIXES = frozenset({".h5", ".hdf5", ".hdf"})
FPS = 30.0
POSITION, LABEL = "gesture_position", "gesture_label"

_SIZES = ((320, 240), (640, 480), (1280, 720), (1920, 1080), (3840, 2160))
"""Widths and heights of the pictures that webcams give."""
_MAGIC = b"\x89HDF\r\n\x1a\n"
_MOST_BYTES = 1 << 31
_LABELS = ("labels.txt", "label.txt", "classes.txt")


def detects(source: Path) -> str | None:
    if source.suffix.lower() not in SUFFIXES or not source.is_file():
        return None
    try:
        with source.open("rb") as file:
            return "it is an HDF5 file" if file.read(len(_MAGIC)) == _MAGIC else None
    except OSError:
        return None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    position, label = _arrays(source)
    names = _names(source)
    scale, aspect, how = scaling(position)
    fps = wishes.fps or FPS
    meta = about(
        "hdf5", source, fps, fps_known=wishes.fps is not None, aspect=aspect, aspect_assumed=True,
        hand="unknown, taken as right", depth="unknown", pixels=how,
    )  # fmt: skip
    for number, (points, value) in enumerate(zip(position, label, strict=True)):
        yield KnownTake(_name(value, names), f"{source.stem}_{number:06d}", partial(_take, points, scale, fps, meta))


def scaling(position: NDArray[Any]) -> tuple[tuple[float, float], float, str]:
    """What x and y must be divided by, the pictures' aspect, and how that was found.

    The smallest usual picture that all points fit into is taken; where they fit either way, the writer's own mistake
    is assumed.
    """
    x, y = (float(np.max(position[..., axis], initial=0)) for axis in (0, 1))
    if max(x, y) <= 2 and position.dtype.kind == "f":
        return (1.0, 1.0), 4 / 3, "none: they were fractions of the picture"
    for width, height in _SIZES:
        for across, down, how in ((height, width, "x by its height, y by its width"), (width, height, "")):
            if x <= across * 1.1 and y <= down * 1.1:  # hands may reach over the picture's edge
                return (across, down), width / height, f"of a {width}×{height} picture {how}".strip()
    raise ImportFailedError("gesture_position", f"its points reach to ({x:.0f}, {y:.0f}), beyond any usual picture")


def _take(points: NDArray[Any], scale: tuple[float, float], fps: float, meta: dict[str, Any]) -> Take:
    scaled = without_zeros(points) / np.array(scale, np.float32)
    hand = with_depth(scaled)
    hand[np.isnan(scaled).any(axis=-1)] = np.nan
    return image_take(times(len(hand), fps), in_slot(hand, RIGHT), meta)


def _arrays(source: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    try:
        import h5py
    except ImportError as error:
        remedy = "Install it: pip install 'gesturectl[import]'"
        raise ImportFailedError(str(source), "reading HDF5 needs h5py, which isn't installed", remedy) from error
    try:
        with h5py.File(source, "r") as file:
            missing = [name for name in (POSITION, LABEL) if not _is_inside(file, name)]
            if missing:
                found = ", ".join(sorted(file.keys())[:8]) or "nothing"
                raise ImportFailedError(str(source), f"it has no {' and no '.join(missing)}, but {found}")
            for name in (POSITION, LABEL):
                if file[name].dtype.kind not in ("fiu" if name == POSITION else "fiubSO"):
                    raise ImportFailedError(str(source), f"its {name} holds no numbers")
                if file[name].size * max(8, file[name].dtype.itemsize) > _MOST_BYTES:
                    raise ImportFailedError(str(source), f"its {name} holds more than fits into memory")
            position, label = np.asarray(file[POSITION]), np.asarray(file[LABEL])
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise ImportFailedError(str(source), "it is no HDF5 file, or a damaged one") from error
    if position.ndim == 3 and position.shape[2] == JOINTS * 2:
        position = position.reshape(*position.shape[:2], JOINTS, 2)
    if position.ndim != 4 or position.shape[2:] != (JOINTS, 2) or position.shape[1] == 0:
        raise ImportFailedError(str(source), f"{POSITION} has the shape {position.shape} instead of (N, T, 21, 2)")
    if label.ndim == 2 and label.shape[1] > 1:
        label = label.argmax(axis=1)  # one-hot
    if label.size != len(position):
        raise ImportFailedError(str(source), f"{LABEL} has {label.size} labels for {len(position)} takes")
    return position, label.reshape(-1)


def _is_inside(file: Any, name: str) -> bool:
    """Whether `file` itself holds the array `name`: HDF5 can also take it from any other file on the disk."""
    import h5py

    if not isinstance(file.get(name, getlink=True), h5py.HardLink):
        return False
    found = file[name]
    return isinstance(found, h5py.Dataset) and not found.external and not found.is_virtual


def _names(source: Path) -> list[str]:
    """Names of the numbered classes, a line each, if a list lies beside the file."""
    for name in _LABELS:
        if (text := small_text(source.parent / name)) is not None:
            return text.splitlines()
    return []


def _name(value: Any, names: list[str]) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    number = int(value)
    known = names[number].strip() if 0 <= number < len(names) else ""
    return known or f"class_{number}"
