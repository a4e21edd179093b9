"""The seam between two processes: frozen messages as bytes, and nothing but what their types allow.

A message is two lengths (four bytes each, little-endian), a piece of JSON, and the raw bytes of its arrays. Nothing is
ever unpickled: what decodes a camera's pictures mustn't be able to make the other process run anything.
"""

import json
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, BinaryIO, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

_LENGTHS = struct.Struct("<II")
_JSON_BYTES, _RAW_BYTES = 1 << 20, 1 << 24
"""The longest there may be; a picture of the studio's page is a hundredth of it."""

_LARGEST = 2**53
"""Of whole numbers: beyond it they lose digits as soon as somebody calculates."""

_Message = TypeVar("_Message")
_Read = Callable[[Any, memoryview], Any]


class WireError(Exception):
    """What came is no message of ours."""


class Channel:
    """One end. Any thread may send; one receives."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO, kinds: tuple[type, ...]) -> None:
        """`kinds` are the messages that may come in."""
        self._in, self._out = incoming, outgoing
        self._kinds = {kind.__name__: kind for kind in kinds}
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Raises OSError if nobody is there any more."""
        packed = pack(message)
        with self._lock:
            self._out.write(packed)
            self._out.flush()

    def __iter__(self) -> Iterator[Any]:
        """Messages until the other end is closed. Raises WireError."""
        while (lengths := self._exactly(_LENGTHS.size)) is not None:
            text_bytes, raw_bytes = _LENGTHS.unpack(lengths)
            if text_bytes > _JSON_BYTES or raw_bytes > _RAW_BYTES:
                raise WireError(f"a message of {text_bytes} + {raw_bytes} bytes")
            text, raw = self._exactly(text_bytes), self._exactly(raw_bytes)
            if text is None or raw is None:
                return
            yield unpack(text, raw, self._kinds)

    def _exactly(self, count: int) -> bytes | None:
        data = self._in.read(count)
        return data if len(data) == count else None


def pack(message: object) -> bytes:
    """The bytes of a frozen dataclass: what a channel sends, and what `unpacked` takes."""
    raw: list[bytes] = []
    text = json.dumps([type(message).__name__, _plain(message, raw)], separators=(",", ":")).encode()
    blobs = b"".join(raw)
    return b"".join((_LENGTHS.pack(len(text), len(blobs)), text, blobs))


def unpacked(packed: bytes, kind: type[_Message]) -> _Message:
    """The message of type `kind` that `pack` made these bytes of. Raises WireError for anything else."""
    if len(packed) < _LENGTHS.size:
        raise WireError("a message that breaks off")
    text_bytes, raw_bytes = _LENGTHS.unpack_from(packed)
    text, raw = packed[_LENGTHS.size :][:text_bytes], packed[_LENGTHS.size + text_bytes :]
    if len(raw) != raw_bytes:
        raise WireError("a message that breaks off")
    message: _Message = unpack(text, raw, {kind.__name__: kind})
    return message


def unpack(text: bytes, raw: bytes, kinds: Mapping[str, type]) -> Any:
    """The message that was packed, if it is one of `kinds`. Raises WireError for anything else."""
    try:
        name, value = json.loads(text)
        return _reader(kinds[name])(value, memoryview(raw))
    except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
        raise WireError(f"no message ({type(error).__name__}: {error})") from error


def _plain(value: Any, raw: list[bytes]) -> Any:
    """`value` as JSON can say it; arrays and bytes go to `raw`, and what stays is where they are and their shape."""
    if isinstance(value, np.ndarray):
        return [list(value.shape), _put(value.tobytes(), raw)]
    if isinstance(value, bytes):
        return _put(value, raw)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, field.name), raw) for field in fields(value)]
    if isinstance(value, tuple | list):
        return [_plain(one, raw) for one in value]
    if isinstance(value, Mapping):
        return {name: _plain(one, raw) for name, one in value.items()}
    if isinstance(value, np.generic):
        return value.item()
    return value


def _put(data: bytes, raw: list[bytes]) -> list[int]:
    start = sum(map(len, raw))
    raw.append(data)
    return [start, len(data)]


@cache
def _reader(kind: Any) -> _Read:
    """What makes a value of the type `kind` of plain JSON; it raises TypeError or ValueError where that can't be."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _optional(arguments)
    if origin is Literal:
        return _one_of(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin is not None and issubclass(origin, np.ndarray):
        return _array(get_args(arguments[1])[0])
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_reader(arguments[1]))
    if kind is bytes:
        return lambda value, raw: bytes(_piece(value, raw))
    if is_dataclass(kind) and isinstance(kind, type):
        return _fields(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value, raw: kind(value)
    if kind in (str, int, float, bool):
        return _exact(kind)
    raise TypeError(f"{kind} can't travel")


def _exact(kind: type) -> _Read:
    def read(value: Any, raw: memoryview) -> Any:
        if type(value) is int and abs(value) > _LARGEST:
            raise ValueError("a number that is too large")
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")

    return read


def _optional(kinds: tuple[Any, ...]) -> _Read:
    (inner,) = (kind for kind in kinds if kind is not type(None))
    read = _reader(inner)
    return lambda value, raw: None if value is None else read(value, raw)


def _one_of(allowed: tuple[Any, ...]) -> _Read:
    def read(value: Any, raw: memoryview) -> Any:
        if value not in allowed:
            raise ValueError(f"{value!r:.40} is none of {allowed}")
        return value

    return read


def _tuple(kinds: tuple[Any, ...]) -> _Read:
    if kinds[1:] == (...,):
        each = _reader(kinds[0])
        return lambda value, raw: tuple(each(one, raw) for one in _listed(value))
    readers = [_reader(kind) for kind in kinds]
    return lambda value, raw: tuple(read(one, raw) for read, one in zip(readers, _listed(value), strict=True))


def _mapping(each: _Read) -> _Read:
    def read(value: Any, raw: memoryview) -> Any:
        if not isinstance(value, dict):
            raise TypeError("no mapping")
        return {name: each(one, raw) for name, one in value.items()}

    return read


def _array(scalar: Any) -> _Read:
    dtype = np.dtype(scalar)

    def read(value: Any, raw: memoryview) -> Any:
        shape, place = _listed(value)
        return np.frombuffer(_piece(place, raw), dtype).reshape(tuple(map(int, shape)))

    return read


def _fields(kind: Any) -> _Read:
    hints = get_type_hints(kind)
    readers = [_reader(hints[field.name]) for field in fields(kind)]

    def read(value: Any, raw: memoryview) -> Any:
        return kind(*(one(part, raw) for one, part in zip(readers, _listed(value), strict=True)))

    return read


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.40} is no list")
    return value


def _piece(place: Any, raw: memoryview) -> memoryview:
    start, count = map(int, _listed(place))
    if not 0 <= start <= start + count <= len(raw):
        raise ValueError("bytes that aren't there")
    return raw[start : start + count]
