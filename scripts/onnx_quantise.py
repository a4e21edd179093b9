"""Writes a converted hand model with 8-bit arithmetic in its middle layers, which processors do several times as fast.

The form is ONNX's own: a value is quantised and dequantised again around each layer, and the runtime runs what lies
between in integers. The first convolutions and those of the last, smallest pictures stay in floating point: they are
cheap to keep, and most of the error would come from them (docs/performance.md). Nothing here depends on the machine:
`Tuning` holds what was measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

FIRST, LAST = 5, 35
"""The convolutions before FIRST and from LAST on stay in floating point."""
LARGEST_WEIGHT = 127
LARGEST_PAIR = 128
"""Processors without VNNI add two neighbouring products in 16 bits: 255 times this still fits."""

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """What `calibrate_hand.py` found."""

    ranges: Mapping[str, tuple[float, float]]
    """Of each tensor held in 8 bits: the lowest and highest value, once scaled."""
    scales: Mapping[str, Float32]
    """(C,) of some of these: what each channel is multiplied by, and divided by again where it is read."""
    offsets: Mapping[str, Float32]
    """(C,) of each convolution in 8 bits, by the name of its node: instead of its own."""

    def save(self, path: Path) -> None:
        """Write an .npz, compressed."""
        arrays = {f"range {name}": np.array(value, np.float32) for name, value in self.ranges.items()}
        arrays |= {f"scale {name}": value for name, value in self.scales.items()}
        arrays |= {f"offset {name}": value for name, value in self.offsets.items()}
        np.savez_compressed(path, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> "Tuning":
        """Read what `save` wrote."""
        parts: dict[str, dict[str, Float32]] = {"range": {}, "scale": {}, "offset": {}}
        with np.load(path) as file:
            for name in file.files:
                kind, _, tensor = name.partition(" ")
                parts[kind][tensor] = file[name]
        ranges = {name: (float(low), float(high)) for name, (low, high) in parts["range"].items()}
        return cls(ranges, parts["scale"], parts["offset"])


def quantised(content: bytes, name: str, tuning: Tuning) -> bytes:
    """The model in `content` with its middle convolutions in 8 bits."""
    model = onnx.load_from_string(content)
    made = helper.make_model(
        _Writer(model, tuning).graph(name),
        opset_imports=model.opset_import,
        producer_name="gesturectl",
        ir_version=model.ir_version,
    )
    onnx.checker.check_model(made, full_check=True)
    return made.SerializeToString(deterministic=True)


def chosen_convolutions(content: bytes) -> set[str]:
    """The names of the nodes that `quantised` puts into 8 bits."""
    return {node.name for node in _chosen(onnx.load_from_string(content).graph)}


def held(content: bytes) -> list[str]:
    """The tensors that are held in 8 bits then, in the order in which they are made."""
    return _held(onnx.load_from_string(content).graph)


def rescaled(kernel: Float32, read: Float32 | None, made: Float32 | None) -> Float32:
    """The weights (out, in / groups, height, width) for inputs scaled by `read` and outputs to be scaled by `made`."""
    if read is not None:
        kernel = kernel / (read[:, None, None, None] if kernel.shape[1] == 1 else read[None, :, None, None])
    return kernel if made is None else kernel * made[:, None, None, None]


def whole_weights(kernel: Float32, least: Float32 | None = None) -> tuple[NDArray[np.int8], Float32]:
    """The weights as 8-bit whole numbers, and what one is worth in each output channel, not less than `least`.

    The sum of two neighbours (of a 1×1 convolution's inputs) of one sign is at most `LARGEST_PAIR`; rounding each adds
    a half.
    """
    flat = kernel.reshape(len(kernel), -1)
    scale = np.abs(flat).max(axis=1) / np.float32(LARGEST_WEIGHT)
    if kernel.shape[1] > 1:
        for part in (np.maximum(flat, 0), np.maximum(-flat, 0)):
            pairs = (part[:, 0::2] + part[:, 1::2]).max(axis=1)
            scale = np.maximum(scale, pairs / np.float32(LARGEST_PAIR - 1))
    scale = np.maximum(scale, np.float32(1e-8) if least is None else least).astype(np.float32)
    return np.rint(kernel / scale[:, None, None, None]).astype(np.int8), scale


def _chosen(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    return [node for node in graph.node if node.op_type == "Conv"][FIRST:LAST]


def _held(graph: onnx.GraphProto) -> list[str]:
    """What the chosen convolutions read and make, and the sums of these."""
    activated = {node.input[0]: node.output[0] for node in graph.node if node.op_type in ("Clip", "Relu")}
    chosen = _chosen(graph)
    wanted = {node.input[0] for node in chosen} | {activated.get(node.output[0], node.output[0]) for node in chosen}
    for node in graph.node:
        if node.op_type == "Add" and wanted.issuperset(node.input):
            wanted.add(node.output[0])
    made = [output for node in graph.node for output in node.output]
    return sorted(wanted, key=made.index)


class _Writer:
    def __init__(self, model: onnx.ModelProto, tuning: Tuning) -> None:
        self._old, self._tuning = model.graph, tuning
        self._stored = {constant.name: constant for constant in self._old.initializer}
        self._casts = {node.output[0]: node for node in self._old.node if node.op_type == "Cast"}
        self._clips = {node.input[0]: node.output[0] for node in self._old.node if node.op_type == "Clip"}
        self._held = _held(self._old)
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._step: dict[str, np.float32] = {}

    def graph(self, name: str) -> onnx.GraphProto:
        chosen = {node.name for node in _chosen(self._old)}
        made: set[str] = set()
        for node in self._old.node:
            if node.op_type == "Cast":
                continue
            if node.name in chosen:
                self._convolution(node)
            else:
                self._as_it_is(node, made)
            for output in node.output:
                if output in self._held:
                    self._around(output, *self._tuning.ranges[output])
                    made.add(output)
        return helper.make_graph(
            self._nodes, name, self._old.input, self._old.output, [self._constants[key] for key in self._constants]
        )

    def _as_it_is(self, node: onnx.NodeProto, quantised: set[str]) -> None:
        copied = onnx.NodeProto()
        copied.CopyFrom(node)
        for index, value in enumerate(node.input):
            if value in quantised:
                copied.input[index] = f"{value}_read"
            elif value in self._casts:
                self._cast(value)
            elif value in self._stored:
                self._constants.setdefault(value, self._stored[value])
        self._nodes.append(copied)

    def _convolution(self, node: onnx.NodeProto) -> None:
        image, weights, _ = node.input
        output = self._clips.get(node.output[0], node.output[0])
        scales, offsets = self._tuning.scales, self._tuning.offsets[node.name]
        kernel = rescaled(self._value(weights), scales.get(image), scales.get(output))
        # A channel whose weights are next to nothing still has an offset, which must fit 32 bits.
        least = np.abs(offsets) / (np.float32(2**30) * self._step[image]) + np.float32(1e-8)
        whole, scale = whole_weights(kernel, least)
        zeros = np.zeros(len(scale), np.int8)
        read = [f"{image}_read", self._dequantised(f"{node.name}_w", whole, scale, zeros)]
        steps = (scale * self._step[image]).astype(np.float32)
        offset = np.rint(offsets / steps).astype(np.int32)
        read.append(self._dequantised(f"{node.name}_b", offset, steps, np.zeros(len(scale), np.int32)))
        copied = onnx.NodeProto()
        copied.CopyFrom(node)
        copied.input[:] = read
        self._nodes.append(copied)

    def _around(self, tensor: str, low: float, high: float) -> None:
        """Quantise a tensor and dequantise it again as `<tensor>_read`."""
        low, high = min(low, 0.0), max(high, 0.0)
        scale = np.float32((high - low) / 255)
        zero = np.uint8(np.clip(np.rint(-low / scale), 0, 255))
        self._step[tensor] = scale
        step = [self._constant(f"{tensor}_scale", np.array(scale)), self._constant(f"{tensor}_zero", np.array(zero))]
        for kind, source, result in (
            ("QuantizeLinear", tensor, f"{tensor}_whole"),
            ("DequantizeLinear", f"{tensor}_whole", f"{tensor}_read"),
        ):
            self._nodes.append(helper.make_node(kind, [source, *step], [result], name=f"{kind}_{tensor}"))

    def _dequantised(self, name: str, whole: NDArray[Any], scale: NDArray[Any], zeros: NDArray[Any]) -> str:
        """Store whole numbers, one scale for each output channel, and return the name to read them by."""
        stored = [
            self._constant(f"{name}_whole", whole),
            self._constant(f"{name}_scale", scale),
            self._constant(f"{name}_zero", zeros),
        ]
        read = f"{name}_read"
        self._nodes.append(
            helper.make_node("DequantizeLinear", stored, [read], name=f"DequantizeLinear_{name}", axis=0)
        )
        return read

    def _cast(self, name: str) -> None:
        node = self._casts[name]
        if node.input[0] not in self._constants:
            self._constants[node.input[0]] = self._stored[node.input[0]]
            self._nodes.append(node)

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), name)
        return name

    def _value(self, name: str) -> NDArray[np.float32]:
        source = self._casts[name].input[0] if name in self._casts else name
        return numpy_helper.to_array(self._stored[source]).astype(np.float32)
