"""The hand landmark model's convolutions in PyTorch, in floating point or rounded as the 8-bit form rounds.

For `calibrate_hand.py`, which looks at the values between the layers. The joints themselves aren't computed here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnx_quantise import whole_weights
from torch import Tensor
from torch.nn import functional

HIGHEST = 6.0
"""Of an activated value: all activations here are between 0 and this."""


@dataclass(slots=True, eq=False)
class Layer:
    """One convolution with its activation, or one sum."""

    inputs: list[str]
    """Names of tensors."""
    output: str
    weights: Tensor | None = None
    """(out, in / groups, height, width); None for a sum."""
    offset: Tensor | None = None
    """(out,)"""
    name: str = ""
    """Of a convolution's node."""
    groups: int = 1
    stride: int = 1
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Top, left, bottom, right."""
    activated: bool = False

    def __call__(self, *values: Tensor) -> Tensor:
        """The layer's output (N, C, H, W)."""
        if self.weights is None:
            return values[0] + values[1]
        top, left, bottom, right = self.pads
        padded = functional.pad(values[0], (left, right, top, bottom))
        made = functional.conv2d(padded, self.weights, self.offset, stride=self.stride, groups=self.groups)
        return made.clamp_(0, HIGHEST) if self.activated else made


def layers_of(content: bytes) -> list[Layer]:
    """The convolutions and sums of a converted model, in order."""
    graph = onnx.load_from_string(content).graph
    stored = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    casts = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Cast"}
    clips = {node.input[0]: node.output[0] for node in graph.node if node.op_type == "Clip"}
    layers = []
    for node in graph.node:
        if node.op_type == "Add":
            layers.append(Layer(list(node.input), node.output[0]))
        elif node.op_type == "Conv":
            weights, offset = (
                torch.tensor(stored[casts.get(name, name)], dtype=torch.float32) for name in node.input[1:]
            )
            given = {attribute.name: attribute for attribute in node.attribute}
            top, left, bottom, right = given["pads"].ints
            layers.append(
                Layer(
                    [node.input[0]],
                    clips.get(node.output[0], node.output[0]),
                    weights,
                    offset,
                    node.name,
                    given["group"].i,
                    given["strides"].ints[0],
                    (top, left, bottom, right),
                    node.output[0] in clips,
                )
            )
    return layers


def run(layers: list[Layer], image: Tensor, see: Callable[[Layer, Tensor], None]) -> None:
    """Run all layers on pictures (N, 3, 224, 224), and show each one's output."""
    values = {"image": image}
    for layer, spent in _with_ends(layers):
        values[layer.output] = layer(*(values[name] for name in layer.inputs))
        see(layer, values[layer.output])
        for name in spent:
            del values[name]


def correct_offsets(
    layers: list[Layer], image: Tensor, ranges: Mapping[str, tuple[float, float]], chosen: set[str]
) -> None:
    """Set the offsets of the `chosen` convolutions so that rounding shifts no channel's mean.

    Layer by layer, each seeing what the rounded ones before it give (Nagel et al. 2019, "Data-Free Quantization Through
    Weight Equalization and Bias Correction", their empirical form). `ranges` are of the tensors held in 8 bits.
    """
    exact, rounded = {"image": image}, {"image": image}
    for layer, spent in _with_ends(layers):
        exact[layer.output] = layer(*(exact[name] for name in layer.inputs))
        seen = [_rounded(rounded[name], ranges.get(name)) for name in layer.inputs]
        if layer.name in chosen:
            assert layer.weights is not None
            assert layer.offset is not None
            whole, scale = whole_weights(layer.weights.numpy())
            layer.weights = torch.from_numpy(whole.astype(np.float32) * scale[:, None, None, None])
            for _ in range(2):  # the activation makes it a little less than linear
                layer.offset = layer.offset + (exact[layer.output] - layer(*seen)).mean((0, 2, 3))
        rounded[layer.output] = _rounded(layer(*seen), ranges.get(layer.output))
        for name in spent:
            del exact[name], rounded[name]


def _rounded(values: Tensor, reach: tuple[float, float] | None) -> Tensor:
    """To 8 bits, if it is held in them."""
    if reach is None:
        return values
    low, high = min(reach[0], 0.0), max(reach[1], 0.0)
    step = (high - low) / 255
    zero = round(-low / step)
    return ((values / step).round_().add_(zero).clamp_(0, 255).sub_(zero)).mul_(step)


def _with_ends(layers: list[Layer]) -> Iterator[tuple[Layer, list[str]]]:
    """Each layer with the tensors that nobody reads after it."""
    last = {name: index for index, layer in enumerate(layers) for name in layer.inputs}
    for index, layer in enumerate(layers):
        yield layer, [name for name in layer.inputs if last[name] == index]
