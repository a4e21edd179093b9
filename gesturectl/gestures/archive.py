"""Reads arrays out of .npz files that anybody may have written: sizes and types are checked before memory is used."""

import math
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from gesturectl.npz import DAMAGE

LARGEST = 1 << 29
"""Bytes of one array once unpacked; hands alone fill this in nine hours at 30 frames a second."""


class ArchiveError(Exception):
    """A fact about a file that isn't what was expected; whoever asked knows the place and the remedy."""


class ArraysFile:
    """An open .npz. Raises ArchiveError for whatever is wrong with it; never runs code out of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip: zipfile.ZipFile

    def __enter__(self) -> Self:
        try:
            self._zip = zipfile.ZipFile(self._path)
        except FileNotFoundError as error:
            raise ArchiveError("there is no such file") from error
        except DAMAGE as error:
            raise ArchiveError(_unreadable(error, "it is no .npz file, or a damaged one")) from error
        self._names = {name.removesuffix(".npy") for name in self._zip.namelist() if name.endswith(".npy")}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of an array, without reading it."""
        with self._opened(name) as file:
            return _header(file)[0]

    def read(self, name: str, kinds: str, shape: Sequence[int | None] | None = None) -> NDArray[Any]:
        """The array `name`, whose dtype is of one of `kinds` and whose shape is `shape` (None fits any length)."""
        with self._opened(name) as file:
            found, fortran, dtype = _header(file)
            if dtype.kind not in kinds:
                raise ArchiveError(f"{name} holds {dtype} instead of {_in_words(kinds)}")
            if shape is not None and not _fits(found, shape):
                wanted = "(" + ", ".join("any" if length is None else str(length) for length in shape) + ")"
                raise ArchiveError(f"{name} has the shape {found} instead of {wanted}")
            size = math.prod(found) * dtype.itemsize
            if min(found, default=0) < 0 or size > LARGEST:
                raise ArchiveError(f"{name} claims to hold {size / 1e6:.0f} MB, more than {LARGEST / 1e6:.0f}")
            content = file.read(size)
            if len(content) != size:
                raise ArchiveError(f"{name} is cut off")
            flat: NDArray[Any] = np.frombuffer(content, dtype, math.prod(found)) if size else np.zeros(0, dtype)
            if dtype.kind == "b" and size and np.frombuffer(content, np.uint8).max() > 1:
                raise ArchiveError(f"{name} holds something else than true and false")
            return flat.reshape(found, order="F" if fortran else "C")

    def _opened(self, name: str) -> "_Member":
        if name not in self._names:
            raise ArchiveError(f"it holds no {name}")
        return _Member(self._zip, name)


class _Member:
    """One array's file inside the archive; what goes wrong inside becomes an ArchiveError."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name

    def __enter__(self) -> IO[bytes]:
        try:
            self._file = self._archive.open(f"{self._name}.npy")
        except DAMAGE as error:
            raise ArchiveError(_unreadable(error, f"{self._name} is damaged")) from error
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if isinstance(error, DAMAGE):
            raise ArchiveError(_unreadable(error, f"{self._name} is damaged")) from error


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy warns about headers of Python 2 before it fails on damaged ones
        version = npy.read_magic(file)
        if version == (1, 0):
            return npy.read_array_header_1_0(file)
        if version == (2, 0):
            return npy.read_array_header_2_0(file)
    raise ValueError("arrays of such a version have no plain numbers")


def _fits(found: Sequence[int], wanted: Sequence[int | None]) -> bool:
    return len(found) == len(wanted) and all(w is None or f == w for f, w in zip(found, wanted, strict=True))


def _in_words(kinds: str) -> str:
    return {"f": "fractions", "iu": "whole numbers", "b": "true and false", "US": "text"}.get(kinds, "numbers")


def _unreadable(error: BaseException, fact: str) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"it can't be read ({error.strerror})"
    return fact
