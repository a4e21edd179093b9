"""Shared by the layouts that are one .npz: arrays by name, sequences end to end with their offsets."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.gestures.importers.base import ImportFailedError, peek
from gesturectl.npz import ArchiveError, ArraysFile


def npz_in(source: Path) -> Path | None:
    """`source` if it is an .npz, or the only one in it."""
    if source.suffix == ".npz":
        return source if source.is_file() else None
    found = [path for path in peek(source) if path.suffix == ".npz"] if source.is_dir() else []
    return found[0] if len(found) == 1 else None


def has_arrays(source: Path, wanted: Mapping[str, tuple[int | None, ...]]) -> bool:
    """Whether there is an .npz with arrays of these names and shapes (None fits any length)."""
    path = npz_in(source)
    if path is None:
        return False
    try:
        with ArraysFile(path) as arrays:
            return all(name in arrays and _fits(arrays.shape(name), shape) for name, shape in wanted.items())
    except ArchiveError:
        return False


def read_arrays(source: Path, *names: str) -> list[NDArray[Any]]:
    """The arrays `names`. Raises ImportFailedError."""
    path = npz_in(source)
    if path is None:
        raise ImportFailedError(str(source), "it holds no .npz, or several", "Give the file itself")
    try:
        with ArraysFile(path) as arrays:
            return [arrays.read(name, "fiubUS") for name in names]
    except ArchiveError as error:
        raise ImportFailedError(str(path), str(error)) from error


def pieces(frames: NDArray[Any], offsets: NDArray[Any], source: Path) -> Iterator[NDArray[Any]]:
    """The sequences of `frames`, sequence i from offsets[i] to offsets[i + 1]. Raises ImportFailedError."""
    ends = offsets.astype(np.int64)
    if ends.ndim != 1 or not len(ends) or ends[0] < 0 or (np.diff(ends) < 0).any() or ends[-1] > len(frames):
        raise ImportFailedError(str(source), "its offsets don't fit its frames")
    for start, end in pairwise(ends):
        yield frames[start:end]


def same_length(source: Path, count: int, **columns: NDArray[Any]) -> None:
    """Raises ImportFailedError unless each of `columns` has `count` rows."""
    for name, column in columns.items():
        if len(column) != count:
            raise ImportFailedError(str(source), f"{name} has {len(column)} rows for {count} sequences")


def class_name(names: NDArray[Any], label: Any) -> str:
    """The name of class `label`, or a made-up one if it has none."""
    number = int(label)
    return str(names[number]) if 0 <= number < len(names) else f"class_{number}"


def _fits(found: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(found) == len(wanted) and all(w is None or f == w for f, w in zip(found, wanted, strict=True))
