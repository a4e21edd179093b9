"""Reads a TensorFlow Lite file: the graph of operators and the constants, and nothing a hand model doesn't use.

A TensorFlow Lite file is a FlatBuffer. The slot numbers below are the order of the fields in TensorFlow's public
schema (tensorflow/compiler/mlir/lite/schema/schema.fbs); reading them takes a page and spares a dependency.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")

OPERATORS = {
    0: "ADD",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    6: "DEQUANTIZE",
    9: "FULLY_CONNECTED",
    14: "LOGISTIC",
    17: "MAX_POOL_2D",
    22: "RESHAPE",
    23: "RESIZE_BILINEAR",
    34: "PAD",
    40: "MEAN",
    54: "PRELU",
}
_DTYPES: dict[int, type[np.generic]] = {0: np.float32, 1: np.float16, 2: np.int32, 3: np.uint8, 4: np.int64, 9: np.int8}

# Slots of the option tables; each value is (slot, reader of the scalar).
_OPTIONS: dict[str, dict[str, tuple[int, str]]] = {
    "CONV_2D": {"padding": (0, "b"), "stride_w": (1, "i"), "stride_h": (2, "i"), "activation": (3, "b")},
    "DEPTHWISE_CONV_2D": {"padding": (0, "b"), "stride_w": (1, "i"), "stride_h": (2, "i"), "activation": (4, "b")},
    "MAX_POOL_2D": {
        "padding": (0, "b"),
        "stride_w": (1, "i"),
        "stride_h": (2, "i"),
        "width": (3, "i"),
        "height": (4, "i"),
        "activation": (5, "b"),
    },
    "ADD": {"activation": (0, "b")},
    "CONCATENATION": {"axis": (0, "i"), "activation": (1, "b")},
    "FULLY_CONNECTED": {"activation": (0, "b")},
    "RESIZE_BILINEAR": {"align_corners": (2, "b"), "half_pixel_centers": (3, "b")},
}


@dataclass(frozen=True)
class Tensor:
    """One value of the graph."""

    shape: tuple[int, ...]
    data: NDArray[Any] | None
    """What it always is; None if the graph computes it."""


@dataclass(frozen=True)
class Operator:
    """One step of the graph; its inputs and outputs are indices into the tensors."""

    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: dict[str, int]


@dataclass(frozen=True)
class Graph:
    """A whole model, in the order of computation."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_graph(content: bytes) -> Graph:
    """The graph of a TensorFlow Lite file. Raises ValueError if it is none, or uses an operator not listed here."""
    if content[4:8] != b"TFL3":
        raise ValueError("not a TensorFlow Lite file")
    model = _Table(content, struct.unpack_from("<I", content, 0)[0])
    subgraphs = model.vector(2, _Table)
    if len(subgraphs) != 1:
        raise ValueError(f"{len(subgraphs)} subgraphs, expected one")
    buffers = model.vector(4, _Table)
    kinds = [_kind(code) for code in model.vector(1, _Table)]
    graph = subgraphs[0]
    return Graph(
        tensors=tuple(_tensor(table, buffers) for table in graph.vector(0, _Table)),
        operators=tuple(_operator(table, kinds) for table in graph.vector(3, _Table)),
        inputs=graph.integers(1),
        outputs=graph.integers(2),
    )


def _kind(code: "_Table") -> str:
    # Old files keep the operator's code in a byte (slot 0), newer ones in an int (slot 3); the larger one is meant.
    number = max(code.scalar(0, "b"), code.scalar(3, "i"))
    if number not in OPERATORS:
        raise ValueError(f"operator {number} is not supported")
    return OPERATORS[number]


def _tensor(table: "_Table", buffers: list["_Table"]) -> Tensor:
    shape = table.integers(0)
    content = buffers[table.scalar(2, "I")].raw(0)
    data = np.frombuffer(content, _DTYPES[table.scalar(1, "b")]).reshape(shape) if content else None
    return Tensor(shape, data)


def _operator(table: "_Table", kinds: list[str]) -> Operator:
    kind = kinds[table.scalar(0, "I")]
    options = table.table(4)
    slots = _OPTIONS.get(kind, {})
    values = {name: options.scalar(slot, code) if options else 0 for name, (slot, code) in slots.items()}
    return Operator(kind, table.integers(1), table.integers(2), values)


class _Table:
    """A FlatBuffer table: a position in the file and, by slot number, what is stored there."""

    def __init__(self, content: bytes, position: int) -> None:
        self._content = content
        self._position = position
        self._slots = position - struct.unpack_from("<i", content, position)[0]
        self._slots_size = struct.unpack_from("<H", content, self._slots)[0]

    def scalar(self, slot: int, code: str) -> int:
        """The number in `slot`, by its `struct` code; 0, the schema's default, if it isn't stored."""
        place = self._place(slot)
        return int(struct.unpack_from(f"<{code}", self._content, place)[0]) if place else 0

    def table(self, slot: int) -> "_Table | None":
        """The table that `slot` points to."""
        place = self._place(slot)
        return _Table(self._content, self._follow(place)) if place else None

    def vector(self, slot: int, make: Callable[[bytes, int], Value]) -> list[Value]:
        """The tables that `slot` lists."""
        start, count = self._vector(slot)
        return [make(self._content, self._follow(start + 4 * index)) for index in range(count)]

    def integers(self, slot: int) -> tuple[int, ...]:
        """The 32-bit integers that `slot` lists."""
        start, count = self._vector(slot)
        return struct.unpack_from(f"<{count}i", self._content, start)

    def raw(self, slot: int) -> bytes:
        """The bytes that `slot` lists."""
        start, count = self._vector(slot)
        return self._content[start : start + count]

    def _place(self, slot: int) -> int:
        entry = 4 + 2 * slot
        offset = struct.unpack_from("<H", self._content, self._slots + entry)[0] if entry < self._slots_size else 0
        return self._position + offset if offset else 0

    def _follow(self, place: int) -> int:
        return place + int(struct.unpack_from("<I", self._content, place)[0])

    def _vector(self, slot: int) -> tuple[int, int]:
        place = self._place(slot)
        if not place:
            return 0, 0
        start = self._follow(place)
        return start + 4, int(struct.unpack_from("<I", self._content, start)[0])
