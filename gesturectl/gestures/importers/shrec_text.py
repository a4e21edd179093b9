"""SHREC'17 and DHG as they are published: `gesture_*/finger_*/subject_*/essai_*/skeleton*.txt`, 22 joints a line."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from gesturectl.gestures.geometry import RIGHT, image_take, in_slot, times, with_depth, without_zeros, world_take
from gesturectl.gestures.importers.base import ImportFailedError, Item, KnownTake, Skipped, Wishes, about, folders, peek
from gesturectl.gestures.importers.shrec import FPS, FROM_SENSOR, GESTURES, PALM
from gesturectl.gestures.take import Take
from gesturectl.types import Float32

WORLD = ("skeletons_world.txt", "skeleton_world.txt")
IMAGE = ("skeletons_image.txt", "skeleton_image.txt")
PICTURE = (640, 480)
"""Width and height of the depth camera's picture."""

_LEVELS = ("gesture", "finger", "subject", "essai")
_LARGEST = 1 << 26


def detects(source: Path) -> str | None:
    folder = source
    for level in _LEVELS:
        inner = next((entry for entry in peek(folder) if re.fullmatch(rf"{level}_\d+", entry.name)), None)
        if inner is None:
            return None
        folder = inner
    return "it has folders gesture_*/finger_*/subject_*/essai_*"


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    for path in _essais(source):
        gesture, finger, subject, essai = (int(part.split("_")[1]) for part in path.parts[-4:])
        name = f"g{gesture:02d}_f{finger}_s{subject:02d}_e{essai:02d}"
        text = next((path / name for name in (*WORLD, *IMAGE) if (path / name).is_file()), None)
        if text is None:
            yield Skipped(str(path), "an attempt without a skeleton file")
        elif not 1 <= gesture <= len(GESTURES):
            yield Skipped(str(path), f"a gesture beyond the {len(GESTURES)} of the set")
        else:
            yield KnownTake(GESTURES[gesture - 1], name, partial(read, text, finger, subject, wishes.fps))


def read(path: Path, finger: int, subject: int, fps: float | None = None) -> Take:
    """The take of one skeleton file. Raises ImportFailedError."""
    rate = fps or FPS
    known = path.name in WORLD
    points = np.delete(_points(path, 3 if known else 2), PALM, axis=1)
    meta = about("shrec-text", path.parent, rate, subject=f"shrec{subject:02d}", finger=finger)
    if known:
        return world_take(times(len(points), rate), in_slot(without_zeros(points) * FROM_SENSOR, RIGHT), meta)
    flat = without_zeros(points) / np.array(PICTURE, np.float32)
    hand = with_depth(flat)
    hand[np.isnan(flat).any(axis=-1)] = np.nan
    meta |= {"aspect": PICTURE[0] / PICTURE[1], "depth": "unknown"}
    return image_take(times(len(hand), rate), in_slot(hand, RIGHT), meta)


def _essais(source: Path) -> Iterator[Path]:
    def inside(parents: Iterator[Path], level: str) -> Iterator[Path]:
        for parent in parents:
            found = [folder for folder in folders(parent) if re.fullmatch(rf"{level}_\d+", folder.name)]
            yield from sorted(found, key=lambda folder: int(folder.name.split("_")[1]))

    paths = iter([source])
    for level in _LEVELS:
        paths = inside(paths, level)
    return paths


def _points(path: Path, axes: int) -> Float32:
    """(T, 22, axes). A first column that counts frames, as some editions have, is dropped."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ImportFailedError(str(path), "it is larger than 64 MB")
        rows = [line.replace(",", " ").split() for line in path.read_text("ascii").splitlines() if line.strip()]
        values = np.array(rows, np.float32)
    except (OSError, ValueError) as error:  # ValueError: no numbers, lines of different lengths, no text
        raise ImportFailedError(str(path), "it isn't the same number of numbers on each line") from error
    wanted = 22 * axes
    if values.ndim == 2 and values.shape[1] == wanted + 1:
        values = values[:, 1:]
    if values.ndim != 2 or values.shape[1] != wanted:
        fact = "the file is empty" if not rows else f"a line has {len(rows[0])} numbers instead of {wanted}"
        raise ImportFailedError(str(path), fact)
    return values.reshape(len(values), 22, axes)
