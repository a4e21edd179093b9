"""`keypoint.csv` (label and 42 values) and `point_history.csv` (label and 32), as a well-known recogniser logs them.

A row of key points is one frame of one hand: x, y of 21 joints relative to the wrist, the largest being 1. A row of
history is 16 frames of the index fingertip, relative to the first, in picture widths and heights; the rest of the hand
is unknown and stays so. Both were logged from a mirrored picture.
"""

import csv
import gzip
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gesturectl.gestures.geometry import RIGHT, image_take, in_slot, times, unmirrored, with_depth
from gesturectl.gestures.importers.base import (
    ImportFailedError,
    Item,
    KnownTake,
    Skipped,
    Wishes,
    about,
    files,
    peek,
    small_text,
)
from gesturectl.gestures.take import Take
from gesturectl.types import JOINTS

KEYPOINT_VALUES = JOINTS * 2
HISTORY_VALUES = 32
FPS = 30.0
HISTORY_ASPECT = 16 / 9
"""The recogniser asks its camera for 960×540."""

_INDEX_TIP = 8
_REACH = 0.25
"""A hand's largest extent in picture heights, as at about 80 cm from a webcam: the rows don't say how large it was."""
_LONGEST_LINE = 10_000


def detects(source: Path) -> str | None:
    found = _tables(source)
    return f"{found[0].name} holds a label and points in each row" if found else None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    tables = _tables(source)
    if not tables:
        raise ImportFailedError(str(source), "no file in it has a label and 42 or 32 values in each row")
    for table in tables:
        names = _names(table)
        prefix = _plain_name(table).removesuffix(".csv")
        for number, row in enumerate(_rows(table), 1):
            values = _values(row)
            if values is None:
                yield Skipped(f"{table.name}, line {number}", "not a label with 42 or 32 numbers")
                continue
            label = int(values[0])
            gesture = names[label] if 0 <= label < len(names) else f"class_{label}"
            read = partial(_take, table, values[1:], wishes.fps)
            yield KnownTake(gesture, f"{prefix}_{number:06d}", read)


def _take(table: Path, values: Sequence[float], wished_fps: float | None) -> Take:
    fps = wished_fps or FPS
    points = np.array(values, np.float32).reshape(-1, 2)
    if not np.isfinite(points).all() or np.abs(points).max() > 10:
        raise ImportFailedError(str(table), "a row has values that no hand has")
    if len(points) == JOINTS:
        meta = about("csv", table, fps, fps_known=False, aspect=1.0, was_mirrored=True, joints="all",
                     hand="unknown, taken as right", depth="unknown", size="assumed")  # fmt: skip
        hand = with_depth(points * _REACH + 0.5)[None]
    else:
        meta = about("csv", table, fps, fps_known=wished_fps is not None, aspect=HISTORY_ASPECT, was_mirrored=True,
                     joints="index_tip", hand="unknown, taken as right", depth="unknown")  # fmt: skip
        hand = np.full((len(points), JOINTS, 3), np.nan, np.float32)
        hand[:, _INDEX_TIP] = with_depth(points + 0.5)
    return image_take(times(len(hand), fps), in_slot(unmirrored(hand), RIGHT), meta)


def _tables(source: Path) -> list[Path]:
    try:
        candidates = files(source) if source.is_dir() and peek(source) else [source]
    except ImportFailedError:
        return []
    return [path for path in candidates if _plain_name(path).endswith(".csv") and _looks_right(path)]


def _plain_name(path: Path) -> str:
    return path.name.removesuffix(".gz")


def _looks_right(path: Path) -> bool:
    """Whether one of the first rows is a label and points: the first may be damaged or a heading."""
    try:
        return any(_values(row) is not None for row, _ in zip(_rows(path), range(5), strict=False))
    except ImportFailedError:
        return False


def _rows(path: Path) -> Iterator[list[str]]:
    opened: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            # Read line by line: a stray quote in one damaged row must not swallow all that follow.
            while line := file.readline(_LONGEST_LINE):
                yield next(csv.reader([line.replace("\0", "")]), [])
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ImportFailedError(str(path), "it is no text, or damaged") from error


def _values(row: Sequence[str]) -> list[float] | None:
    if len(row) not in (1 + KEYPOINT_VALUES, 1 + HISTORY_VALUES):
        return None
    try:
        values = [float(word) for word in row]
    except ValueError:
        return None
    return values if np.isfinite(values[0]) and values[0] == int(values[0]) else None


def _names(table: Path) -> list[str]:
    """The classes' names, a line each, from `<table's name>_classifier_label.csv` beside it."""
    path = table.with_name(f"{_plain_name(table).removesuffix('.csv')}_classifier_label.csv")
    lines = (small_text(path) or "").splitlines()
    return [line.split(",")[0].strip() or f"class_{number}" for number, line in enumerate(lines)]
