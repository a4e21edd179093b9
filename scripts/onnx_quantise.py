"""Writes a converted hand model with 8-bit arithmetic in most of its layers, which processors do several times as fast.

The form is ONNX's own: a value is quantised and dequantised again around each layer, and the runtime runs what lies
between in integers. The first convolutions stay in floating point: they are cheap to keep, and most of the error would
come from them (docs/performance.md). Nothing here depends on the machine: the ranges of the values are given.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

LARGEST_WEIGHT = 63
"""Weights take 7 bits: with 8, processors that add pairs of products in 16 bits (AVX2 without VNNI) would overflow."""


def quantised(content: bytes, name: str, ranges: Mapping[str, tuple[float, float]], floating: int) -> bytes:
    """The model in `content` with all but its first `floating` convolutions in 8 bits.

    `ranges` holds the lowest and highest value of each tensor of `places`.
    """
    model = onnx.load_from_string(content)
    writer = _Writer(model, floating)
    body = writer.graph(name, ranges)
    made = helper.make_model(
        body, opset_imports=model.opset_import, producer_name="gesturectl", ir_version=model.ir_version
    )
    onnx.checker.check_model(made, full_check=True)
    return made.SerializeToString(deterministic=True)


def places(content: bytes, floating: int) -> list[str]:
    """The tensors whose ranges `quantised` needs."""
    return _Writer(onnx.load_from_string(content), floating).quantised


class _Writer:
    def __init__(self, model: onnx.ModelProto, floating: int) -> None:
        self._old = model.graph
        self._stored = {constant.name: constant for constant in self._old.initializer}
        self._casts = {node.output[0]: node for node in self._old.node if node.op_type == "Cast"}
        convolutions = [node for node in self._old.node if node.op_type == "Conv"]
        self._floating = {node.name for node in convolutions[:floating]}
        self._chosen = convolutions[floating:]
        activated = {node.input[0]: node.output[0] for node in self._old.node if node.op_type in ("Clip", "Relu")}
        wanted = {node.input[0] for node in self._chosen}
        wanted |= {activated.get(node.output[0], node.output[0]) for node in self._chosen}
        for node in self._old.node:
            if node.op_type == "Add" and wanted.intersection(node.input):
                wanted |= {*node.input, node.output[0]}
        made = [output for node in self._old.node for output in node.output]
        self.quantised = sorted(wanted, key=made.index)
        """Tensors that are held in 8 bits, in the order in which they are made."""
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._scale: dict[str, np.float32] = {}

    def graph(self, name: str, ranges: Mapping[str, tuple[float, float]]) -> onnx.GraphProto:
        chosen = {node.name for node in self._chosen}
        for node in self._old.node:
            if node.op_type == "Cast":
                continue
            if node.name in chosen:
                self._convolution(node)
            else:
                self._as_it_is(node)
            for output in node.output:
                if output in self.quantised:
                    self._around(output, *ranges[output])
        return helper.make_graph(
            self._nodes, name, self._old.input, self._old.output, [self._constants[key] for key in self._constants]
        )

    def _as_it_is(self, node: onnx.NodeProto) -> None:
        copied = onnx.NodeProto()
        copied.CopyFrom(node)
        for index, value in enumerate(node.input):
            if value in self.quantised and node.name not in self._floating:
                copied.input[index] = f"{value}_read"
            elif value in self._casts:
                self._cast(value)
            elif value in self._stored:
                self._constants.setdefault(value, self._stored[value])
        self._nodes.append(copied)

    def _convolution(self, node: onnx.NodeProto) -> None:
        image, weights, bias = node.input
        kernel = self._value(weights)
        offsets = self._value(bias)
        largest = np.abs(kernel).reshape(len(kernel), -1).max(axis=1)
        # A channel whose weights are next to nothing still has an offset, which must fit 32 bits.
        least = np.abs(offsets) / (np.float32(2**30) * self._scale[image])
        scale = np.maximum(np.maximum(largest / np.float32(LARGEST_WEIGHT), least), np.float32(1e-8)).astype(np.float32)
        whole = np.rint(kernel / scale[:, None, None, None]).astype(np.int8)
        zeros = np.zeros(len(scale), np.int8)
        read = [f"{image}_read", self._dequantised(f"{node.name}_w", whole, scale, zeros)]
        steps = (scale * self._scale[image]).astype(np.float32)
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
        self._scale[tensor] = scale
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
