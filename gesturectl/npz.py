"""Reads arrays out of .npz files that anybody may have written: sizes and types are checked before memory is used."""

import io
import lzma
import math
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

LARGEST = 1 << 30
"""Bytes of a file, and of all that is read from it once unpacked: both hands fill this in nine hours at 30 frames a
second. Zeros pack a thousand times, so a small file may well claim more."""
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, tokenize.TokenError, struct.error, EOFError, OSError, SyntaxError,
    ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, MemoryError, RuntimeError,
    NotImplementedError,
)  # fmt: skip
"""What reading a damaged file may raise, found by fuzzing: NumPy translates few errors of the formats below it."""

_LONGEST_LIST = 1 << 18
"""Bytes of the list of a file's parts: of some thousand, where a take has seven. Each costs a kilobyte of memory."""
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What NumPy writes; other ways to pack may ask for gigabytes to unpack a byte."""


class ArchiveError(Exception):
    """A fact about a file that isn't what was expected; whoever asked knows the place and the remedy."""


class UnreadableError(ArchiveError):
    """The system doesn't let us read the file, or it isn't there: what it holds may be whole."""


class ArraysFile:
    """An open .npz. Raises ArchiveError for whatever is wrong with it; never runs code out of it."""

    def __init__(self, path: Path, largest: int | None = None) -> None:
        """`largest` is how many bytes the file may have, and what is read of it once unpacked (LARGEST)."""
        self._path = path
        self._left = self._largest = LARGEST if largest is None else largest
        self._zip: zipfile.ZipFile

    def __enter__(self) -> Self:
        try:
            if self._path.is_fifo() or self._path.is_char_device():  # they would be waited for, and might never end
                raise ArchiveError("it isn't a file")
            self._file = _Careful(self._path)
            try:
                if (size := self._path.stat().st_size) > self._largest:
                    raise ArchiveError(f"it has {size / 1e6:.0f} MB, more than {self._largest / 1e6:.0f}")
                self._zip = zipfile.ZipFile(self._file)
                self._file.opened = True
            except BaseException:
                self._file.close()
                raise
        except FileNotFoundError as error:
            raise UnreadableError("there is no such file") from error
        except DAMAGE as error:
            raise _error_of(error, "it is no .npz file, or a damaged one") from error
        self._names = {name.removesuffix(".npy") for name in self._zip.namelist() if name.endswith(".npy")}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

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
            if min(found, default=0) < 0 or size > self._left:
                raise ArchiveError(f"{name} claims to hold {size / 1e6:.0f} MB, more than {self._left / 1e6:.0f}")
            self._left -= size
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


class _Careful(io.FileIO):
    """A file whose list of parts isn't read if it is too long: that is the one large piece asked for on opening."""

    opened = False

    def __init__(self, path: Path) -> None:
        super().__init__(path)

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.opened and size is not None and size > _LONGEST_LIST:
            raise ArchiveError("it is made of more parts than any take or gesture")
        return super().read(size)


class _Member:
    """One array's file inside the archive; what goes wrong inside becomes an ArchiveError."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self._name = archive, name

    def __enter__(self) -> IO[bytes]:
        try:
            if self._archive.getinfo(f"{self._name}.npy").compress_type not in _PACKED:
                raise ArchiveError(f"{self._name} is packed in a way that NumPy doesn't")
            self._file = self._archive.open(f"{self._name}.npy")
        except DAMAGE as error:
            raise _error_of(error, f"{self._name} is damaged") from error
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if isinstance(error, DAMAGE):
            raise _error_of(error, f"{self._name} is damaged") from error


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


def _error_of(error: BaseException, fact: str) -> ArchiveError:
    if isinstance(error, OSError) and error.strerror:
        return UnreadableError(f"it can't be read ({error.strerror})")
    return ArchiveError(fact)
