"""Leaves out the channels of a converted hand model that are the same whatever the picture shows.

Training has set all weights of some depthwise filters to zero: what they give is their activated offset, everywhere in
every picture. That belongs into the offset of the layer that reads it, and neither the filter nor what feeds it has to
be computed. The result is the same but for the order of a few sums.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

MULTIPLE = 16
"""So many channels stay that their count is a multiple of this: processors compute them in blocks of 8 or 16."""


def pruned(content: bytes) -> bytes:
    """The model in `content` without such channels, where that spares a block of them."""
    model = onnx.load_from_string(content)
    pruner = _Pruner(model.graph)
    for node in [node for node in model.graph.node if node.op_type == "Conv"]:
        pruner.prune_at(node)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


class _Pruner:
    """Knows a block of MobileNet's kind: Conv 1×1, Clip, depthwise Conv, Clip, and what reads that."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._stored = {constant.name: constant for constant in graph.initializer}
        self._casts = {node.output[0]: node for node in graph.node if node.op_type == "Cast"}
        self._makers = {output: node for node in graph.node for output in node.output}

    def prune_at(self, filters: onnx.NodeProto) -> None:
        """Prune around a depthwise convolution; others are left as they are."""
        kernel = self._value(filters.input[1])
        group = next(attribute for attribute in filters.attribute if attribute.name == "group")
        dead = np.flatnonzero(~kernel.reshape(len(kernel), -1).any(axis=1))
        kept_count = -(-(len(kernel) - len(dead)) // MULTIPLE) * MULTIPLE
        if group.i != len(kernel) or kept_count >= len(kernel):
            return
        dead = dead[: len(kernel) - kept_count]
        kept = np.setdiff1d(np.arange(len(kernel)), dead)
        (clip,) = self._readers(filters.output[0])
        expanding = self._makers[self._makers[filters.input[0]].input[0]]
        if clip.op_type != "Clip" or expanding.op_type != "Conv" or len(self._readers(filters.input[0])) != 1:
            raise ValueError(f"{filters.name} is in no block that can be pruned")
        offset = self._value(filters.input[2])
        constant = np.clip(offset[dead], self._value(clip.input[1]), self._value(clip.input[2]))
        for reader in self._weighing(clip.output[0]):
            self._absorb(reader, dead, kept, constant)
        for node in (expanding, filters):
            for name in node.input[1:]:
                self._store(name, self._value(name)[kept])
        group.i = kept_count

    def _absorb(
        self, reader: onnx.NodeProto, dead: NDArray[Any], kept: NDArray[Any], constant: NDArray[np.float16]
    ) -> None:
        """Add to a layer's offset what constant channels give it, and let it read them no more."""
        weights, offset = self._value(reader.input[1]), self._value(reader.input[2])
        columns = weights.reshape(weights.shape[:2])  # of a matrix, or of a 1×1 convolution
        # Products of two 16-bit floats are exact, and so is `fsum`: no machine gives another model.
        products = columns[:, dead].astype(np.float64) * constant.astype(np.float64)
        given = [math.fsum([float(own), *row.tolist()]) for own, row in zip(offset, products, strict=True)]
        self._store(reader.input[1], weights[:, kept])
        self._store(reader.input[2], np.array(given, np.float32))

    def _weighing(self, value: str) -> Iterator[onnx.NodeProto]:
        """The layers with weights that read `value`, or its mean over the picture."""
        for node in self._readers(value):
            if node.op_type in ("Conv", "Gemm"):
                yield node
            elif node.op_type in ("GlobalAveragePool", "Flatten"):
                yield from self._weighing(node.output[0])
            else:
                raise ValueError(f"{node.name} reads channels that are to be left out")

    def _readers(self, value: str) -> list[onnx.NodeProto]:
        return [node for node in self._graph.node if value in node.input]

    def _value(self, name: str) -> NDArray[Any]:
        """A constant as it is stored."""
        return numpy_helper.to_array(self._stored[self._casts[name].input[0] if name in self._casts else name])

    def _store(self, name: str, value: NDArray[Any]) -> None:
        """Put another value in a constant's place; one that is no 16-bit float any more is read without a cast."""
        if len(self._readers(name)) != 1:
            raise ValueError(f"{name} is read by several layers")
        cast = self._casts.get(name)
        stored = self._stored[cast.input[0] if cast else name]
        if cast and value.dtype != np.float16:
            self._graph.node.remove(cast)
            del self._casts[name]
            stored.name = name
            self._stored[name] = stored
        stored.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), stored.name))
