"""A trained classifier as one ONNX file with its card, written only if ONNX Runtime computes what torch does."""

import io
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gesturectl.atomic import whole_file
from gesturectl.errors import ModelError
from gesturectl.recognition.card import METADATA_KEY, Card
from gesturectl.recognition.classifier import LARGEST_BYTES, OUTPUTS, Classifier
from gesturectl.training.fusion import FusedClassifier
from gesturectl.types import JOINTS

_TAKES = {
    "hand": "Points of one hand",
    "hands": "Points of both hands",
    "keypoints": "Key points",
    "pictures": "Pictures",
    "crops": "Pictures of a hand",
}

OPSET = 17
LARGEST_DIFFERENCE = 1e-4
"""Between a probability from torch and from ONNX Runtime: far below what any threshold can tell."""
LARGEST_LIVE_BYTES = 8_000_000
"""What runs on every frame stays small."""


def describe(
    model: FusedClassifier,
    name: str,
    data: str,
    metrics: Mapping[str, float],
    thresholds: Mapping[str, float] | None = None,
    default_threshold: float = 0.7,
    licence: str = "Apache-2.0",
) -> Card:
    """The card of `model`, dated today."""
    return Card(
        name=name,
        labels=model.labels,
        window_ms=model.spec.window_ms,
        steps=model.spec.steps,
        channels=model.channels,
        embedding=model.embedding,
        branches=model.names,
        thresholds=dict(thresholds or {}),
        default_threshold=default_threshold,
        calibration=model.calibration(),
        data=data,
        metrics={key: round(float(value), 4) for key, value in metrics.items()},
        created=datetime.now(UTC).strftime("%Y-%m-%d"),
        licence=licence,
        input=model.input,
    )


def export(model: FusedClassifier, card: Card, path: Path) -> float:
    """Write `model` with `card` to `path` and return the largest difference between ONNX Runtime's and torch's outputs.

    ModelError, and nothing written, when they differ by more than LARGEST_DIFFERENCE or the file would be too large.
    """
    model = model.cpu().eval()
    graph = _graph(model, card)
    largest = LARGEST_LIVE_BYTES if model.input.live else LARGEST_BYTES
    if len(graph) > largest:
        raise ModelError(str(path), f"the model has {len(graph):,} bytes, more than {largest:,}", "Use fewer branches.")
    difference = largest_difference(model, Classifier.from_bytes(graph, str(path), live=False))
    if not difference <= LARGEST_DIFFERENCE:
        raise ModelError(
            str(path),
            f"ONNX Runtime's outputs differ from torch's by {difference:.1e}, so the model was not written",
            "This is a fault of the exporter or of a branch; please report it.",
        )
    try:
        with whole_file(path) as file:
            file.write(graph)
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk; a model that was there is as it was."
        raise ModelError(str(path), f"the model can't be written ({error.strerror})", remedy) from error
    return difference


def write_card(path: Path, card: Card) -> None:
    """Give the model in `path` another card, whole or not at all. Raises ModelError."""
    import onnx

    try:
        proto = onnx.load(path, load_external_data=False)
        onnx.helper.set_model_props(proto, {METADATA_KEY: card.to_json()})
        with whole_file(path) as file:
            file.write(proto.SerializeToString())
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk; the model is as it was."
        raise ModelError(str(path), f"the card can't be written ({error.strerror})", remedy) from error


def largest_difference(model: FusedClassifier, classifier: Classifier) -> float:
    """The largest difference of any output over made-up windows, one alone and several at once, some with gaps."""
    worst = 0.0
    for batch in (1, 7):
        points, mask = _examples(model, batch)
        with torch.inference_mode():
            expected = model(points, mask)
        given = classifier.outputs(points.numpy(), mask.numpy())
        for ours, theirs in zip(given, expected, strict=True):
            worst = max(worst, float(np.abs(ours - theirs.numpy()).max()))
    return worst


def _graph(model: FusedClassifier, card: Card) -> bytes:
    """The ONNX model, checked, with the card in its metadata."""
    import onnx

    buffer = io.BytesIO()
    inputs = [model.input.name, "mask"]
    with warnings.catch_warnings():
        # The exporter warns that it is the older one, and of LSTMs with a dynamic batch, which the comparison covers.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            _examples(model, 2),
            buffer,  # type: ignore[arg-type]
            input_names=inputs,
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "windows"} for name in (*inputs, *OUTPUTS)},
            opset_version=OPSET,
            # The newer exporter unrolls or decomposes LSTMs; this one writes ONNX's own LSTM.
            dynamo=False,
        )
    proto = onnx.load_model_from_string(buffer.getvalue())
    _name_parts(proto.graph, model.names)
    onnx.helper.set_model_props(proto, {METADATA_KEY: card.to_json()})
    proto.producer_name, proto.graph.name = "gesturectl", card.name
    proto.graph.doc_string = f"{_TAKES[model.input.kind]} over a {model.input.scope} in, scores over gestures out."
    onnx.checker.check_model(proto, full_check=True)
    return bytes(proto.SerializeToString())


def _name_parts(graph: Any, names: Sequence[str]) -> None:
    """Call nodes, values and weights by the part they belong to, for those who look at the graph.

    A branch has its name instead of its number; what belongs to no module puts the branches together.
    """

    def named(text: str) -> str:
        if text.startswith("/") and text.count("/") == 1:
            return f"/fusion{text}"
        for number, name in enumerate(names):
            text = text.replace(f"branches.{number}/", f"{name}/").replace(f"branches.{number}.", f"{name}.")
        return text

    for node in graph.node:
        node.name = named(node.name)
        for values in (node.input, node.output):
            values[:] = [named(value) for value in values]
    for tensor in (*graph.initializer, *graph.value_info):
        tensor.name = named(tensor.name)


def _examples(model: FusedClassifier, batch: int) -> tuple[Tensor, Tensor]:
    """Made-up input with gaps: hands that drift and waver, key points or pictures of nothing."""
    random = torch.Generator().manual_seed(batch)
    shapes = model.input.shapes(model.spec.steps)
    mask = (torch.rand(batch, *shapes["mask"], generator=random) > 0.2).float()
    shape = shapes[model.input.name]
    if model.input.is_pictures:
        return torch.randint(0, 256, (batch, *shape), generator=random).float(), mask
    if model.input.kind == "keypoints":
        return torch.rand(batch, *shape, generator=random) * mask[..., None], mask
    T, J, C = shape
    hand = torch.randn(batch, 1, J, C, generator=random) * 0.6
    path = torch.randn(batch, T, 1, C, generator=random).cumsum(dim=1) * 0.2
    points = hand + path + torch.randn(batch, T, J, C, generator=random) * 0.05
    there = mask.reshape(batch, T, model.input.hands).repeat_interleave(JOINTS, dim=2)
    return points.clamp(-8.0, 8.0) * there[..., None], mask
