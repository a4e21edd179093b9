"""Writes a hand model's TensorFlow Lite graph as ONNX, in the layout (batch, channel, height, width).

Weights stay the 16-bit floats they were trained to be, each followed by a Cast that the runtime folds away when it
loads the model: half the size on disk, the same numbers.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tflite_graph import Graph, Operator

OPSET = 17
IR_VERSION = 9
_SAME_PADDING = 0
_RELU, _RELU6 = 1, 3


def to_onnx(graph: Graph, name: str, outputs: Sequence[str]) -> bytes:
    """The model as ONNX, with its outputs named in the order of the graph's. Raises ValueError on what it can't say."""
    return _Writer(graph).model(name, outputs).SerializeToString(deterministic=True)


class _Writer:
    """Walks the operators once; names of values are `t<index of the tensor>`."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._data = {index: tensor.data for index, tensor in enumerate(graph.tensors) if tensor.data is not None}
        self._pictures = {graph.inputs[0]}  # tensors whose layout ONNX and TensorFlow Lite order differently
        self._names = {graph.inputs[0]: "image"}

    def model(self, name: str, outputs: Sequence[str]) -> onnx.ModelProto:
        """The whole model, checked."""
        for operator in self._graph.operators:
            _WRITERS[operator.kind](self, operator)
        shape = self._graph.tensors[self._graph.inputs[0]].shape
        declared = []
        for index, output in zip(self._graph.outputs, outputs, strict=True):
            self._node("Identity", [self._name(index)], output)
            declared.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, self._graph.tensors[index].shape))
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, shape[1], shape[2]])
        body = helper.make_graph(self._nodes, name, [image], declared, list(self._constants.values()))
        model = helper.make_model(
            body, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="gesturectl", ir_version=IR_VERSION
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def dequantize(self, operator: Operator) -> None:
        """A 16-bit constant becomes a 32-bit one; both are the same numbers, so only the name moves on."""
        self._data[operator.outputs[0]] = self._data[operator.inputs[0]]

    def convolution(self, operator: Operator) -> None:
        """CONV_2D and DEPTHWISE_CONV_2D."""
        image, weights, bias = operator.inputs
        depthwise = operator.kind == "DEPTHWISE_CONV_2D"
        kernel = self._data[weights].transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
        inputs = [
            self._name(image),
            self._constant(kernel, f"w{weights}"),
            self._constant(self._data[bias], f"b{bias}"),
        ]
        attributes = self._sliding(operator, kernel.shape[2:])
        self._activated(operator, "Conv", inputs, group=kernel.shape[0] if depthwise else 1, **attributes)

    def max_pool(self, operator: Operator) -> None:
        """MAX_POOL_2D."""
        window = (operator.options["height"], operator.options["width"])
        self._activated(operator, "MaxPool", [self._name(operator.inputs[0])], **self._sliding(operator, window))

    def prelu(self, operator: Operator) -> None:
        """PRELU, exactly, as two depthwise 1×1 convolutions: a·x + (1-a)·max(x, 0).

        ONNX Runtime has no PRelu kernel in its blocked layout and would reorder the picture before and after each one;
        written like this the palm model takes half the time (5.7 ms instead of 11.3 on one thread).
        """
        image, slopes, output = self._name(operator.inputs[0]), operator.inputs[1], operator.outputs[0]
        slope = self._data[slopes].reshape(-1, 1, 1, 1)
        rest = np.float32(1) - slope.astype(np.float32)
        shape = {"group": slope.shape[0], "kernel_shape": [1, 1], "pads": [0] * 4, "strides": [1, 1]}
        relu, scaled, positive = f"r{output}", f"s{output}", f"p{output}"
        self._node("Relu", [image], relu)
        self._node("Conv", [image, self._constant(slope, f"a{slopes}")], scaled, **shape)
        self._node("Conv", [relu, self._constant(rest, f"c{slopes}")], positive, **shape)
        self._node("Add", [scaled, positive], self._name(output))
        self._pictures.add(output)

    def add(self, operator: Operator) -> None:
        """ADD."""
        self._activated(operator, "Add", [self._name(index) for index in operator.inputs])

    def pad(self, operator: Operator) -> None:
        """PAD with zeros."""
        image, amounts = operator.inputs
        pads = self._data[amounts][[0, 3, 1, 2]].T.reshape(-1).astype(np.int64)
        self._node("Pad", [self._name(image), self._constant(pads, f"pads{amounts}")], self._name(operator.outputs[0]))
        self._pictures.add(operator.outputs[0])

    def resize(self, operator: Operator) -> None:
        """RESIZE_BILINEAR, twice as large."""
        image, output = operator.inputs[0], operator.outputs[0]
        before, after = self._graph.tensors[image].shape, self._graph.tensors[output].shape
        if (after[1], after[2]) != (2 * before[1], 2 * before[2]) or operator.options["align_corners"]:
            raise ValueError(f"a resize of {before} to {after} is not supported")
        mode = "half_pixel" if operator.options["half_pixel_centers"] else "asymmetric"
        scales = self._constant(np.array([1, 1, 2, 2], np.float32), f"scales{output}")
        inputs = [self._name(image), "", scales]
        self._node("Resize", inputs, self._name(output), mode="linear", coordinate_transformation_mode=mode)
        self._pictures.add(output)

    def reshape(self, operator: Operator) -> None:
        """RESHAPE, which reads a picture in TensorFlow Lite's order."""
        source, output = operator.inputs[0], operator.outputs[0]
        name = self._name(source)
        if source in self._pictures:
            self._node("Transpose", [name], f"n{output}", perm=[0, 2, 3, 1])
            name = f"n{output}"
        shape = self._constant(np.array(self._graph.tensors[output].shape, np.int64), f"shape{output}")
        self._node("Reshape", [name, shape], self._name(output))

    def concatenate(self, operator: Operator) -> None:
        """CONCATENATION of tensors that are no pictures."""
        if any(index in self._pictures for index in operator.inputs):
            raise ValueError("concatenating pictures is not supported")
        names = [self._name(index) for index in operator.inputs]
        self._node("Concat", names, self._name(operator.outputs[0]), axis=operator.options["axis"])

    def mean(self, operator: Operator) -> None:
        """MEAN over height and width."""
        output = operator.outputs[0]
        self._node("GlobalAveragePool", [self._name(operator.inputs[0])], f"g{output}")
        self._node("Flatten", [f"g{output}"], self._name(output))

    def fully_connected(self, operator: Operator) -> None:
        """FULLY_CONNECTED."""
        features, weights, bias = operator.inputs
        constants = [self._constant(self._data[weights], f"w{weights}"), self._constant(self._data[bias], f"b{bias}")]
        self._activated(operator, "Gemm", [self._name(features), *constants], picture=False, transB=1)

    def logistic(self, operator: Operator) -> None:
        """LOGISTIC."""
        self._node("Sigmoid", [self._name(operator.inputs[0])], self._name(operator.outputs[0]))

    def _name(self, index: int) -> str:
        return self._names.get(index, f"t{index}")

    def _node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> None:
        self._nodes.append(helper.make_node(kind, inputs, [output], name=f"{kind}_{output}", **attributes))

    def _constant(self, value: NDArray[Any], name: str) -> str:
        """Store a constant; a 16-bit one is read through a Cast. Returns the name to read it by."""
        half = value.dtype == np.float16
        stored = f"{name}_half" if half else name
        constant = numpy_helper.from_array(np.ascontiguousarray(value), stored)
        if stored not in self._constants:  # layers share constants
            self._constants[stored] = constant
            if half:
                self._node("Cast", [stored], name, to=TensorProto.FLOAT)
        elif self._constants[stored] != constant:
            raise ValueError(f"{name} is read in two layouts")
        return name

    def _activated(
        self, operator: Operator, kind: str, inputs: Sequence[str], picture: bool = True, **attributes: Any
    ) -> None:
        """A node followed by the activation that TensorFlow Lite fuses into it."""
        output, activation = operator.outputs[0], operator.options["activation"]
        if picture:
            self._pictures.add(output)
        if not activation:
            self._node(kind, inputs, self._name(output), **attributes)
            return
        before = f"x{output}"
        self._node(kind, inputs, before, **attributes)
        if activation == _RELU:
            self._node("Relu", [before], self._name(output))
        elif activation == _RELU6:
            bounds = [self._constant(np.array(v, np.float32), f"{n}{output}") for v, n in ((0, "low"), (6, "high"))]
            self._node("Clip", [before, *bounds], self._name(output))
        else:
            raise ValueError(f"activation {activation} is not supported")

    def _sliding(self, operator: Operator, kernel: Sequence[int]) -> dict[str, Any]:
        """Kernel, strides and explicit padding of a convolution or a pool."""
        strides = (operator.options["stride_h"], operator.options["stride_w"])
        pads = [0, 0, 0, 0]
        if operator.options["padding"] == _SAME_PADDING:
            sizes = self._graph.tensors[operator.inputs[0]].shape[1:3]
            total = [
                max((-(-size // stride) - 1) * stride + window - size, 0)
                for size, stride, window in zip(sizes, strides, kernel, strict=True)
            ]
            before = [amount // 2 for amount in total]
            pads = [*before, *(amount - half for amount, half in zip(total, before, strict=True))]
        return {"kernel_shape": list(kernel), "strides": list(strides), "pads": pads}


_WRITERS: dict[str, Callable[[_Writer, Operator], None]] = {
    "ADD": _Writer.add,
    "CONCATENATION": _Writer.concatenate,
    "CONV_2D": _Writer.convolution,
    "DEPTHWISE_CONV_2D": _Writer.convolution,
    "DEQUANTIZE": _Writer.dequantize,
    "FULLY_CONNECTED": _Writer.fully_connected,
    "LOGISTIC": _Writer.logistic,
    "MAX_POOL_2D": _Writer.max_pool,
    "MEAN": _Writer.mean,
    "PAD": _Writer.pad,
    "PRELU": _Writer.prelu,
    "RESHAPE": _Writer.reshape,
    "RESIZE_BILINEAR": _Writer.resize,
}
