"""A trained classifier out of its ONNX file again, and with room for more gestures: where a retraining starts.

The exporter keeps most parameters under their names. It stores the matrices of linear layers turned, and an LSTM's
gates in ONNX's order (input, output, forget, cell; torch: input, forget, cell, output); the nodes' names tell whose.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gesturectl.errors import ModelError
from gesturectl.recognition.card import Card
from gesturectl.recognition.classifier import Classifier
from gesturectl.training.export import largest_difference
from gesturectl.training.fusion import FusedClassifier

LARGEST_DIFFERENCE = 1e-3
"""Between the file's outputs and those of the rebuilt network: the card rounds the fusion's numbers to four digits."""

Arrays = Mapping[str, NDArray[Any]]
_REMEDY = "Choose the model that ships (gesturectl models use shipped) and retrain from that."
_LSTM = re.compile(r"(?P<module>.+)\.(?P<kind>weight_ih|weight_hh|bias_ih|bias_hh)_l(?P<layer>\d+)")
_TO_TORCH = (0, 2, 3, 1)
"""Where torch's gates are among ONNX's."""


def restored(data: bytes, place: str) -> FusedClassifier:
    """The network in the content of a model's file; `place` is what to call it in errors.

    Raises ModelError if it isn't one of ours, or can't be rebuilt so that it computes what the file does.
    """
    import onnx

    classifier = Classifier.from_bytes(data, place)
    card = classifier.card
    model = FusedClassifier(card.labels, card.window, card.branches, card.channels, given=card.input)
    graph = onnx.load_model_from_string(data).graph
    arrays = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:  # equal arrays are stored once, and called by all their names
        if node.op_type == "Identity" and node.input[0] in arrays:
            arrays[node.output[0]] = arrays[node.input[0]]
    nodes = {node.name: tuple(node.input) for node in graph.node}
    state = {name: _named(name, value, card) for name, value in model.state_dict().items()}
    found = {name: _parameter(told, tuple(value.shape), arrays, nodes) for name, (told, value) in state.items()}
    missing = [name for name, value in found.items() if value is None and name not in _fusion(card)]
    if missing:
        raise ModelError(place, f"its weights can't be read back ({missing[0]})", _REMEDY)
    weights = {name: torch.from_numpy(value.copy()) for name, value in found.items() if value is not None}
    model.load_state_dict(weights | _fusion(card))
    model.eval()
    difference = largest_difference(model, classifier)
    if not difference <= LARGEST_DIFFERENCE:
        raise ModelError(place, f"the network rebuilt from it differs by {difference:.1e}", _REMEDY)
    return model


def widened(model: FusedClassifier, labels: Sequence[str]) -> FusedClassifier:
    """`model` with scores over `labels`, which hold all of its own: those it knew are as they were, others untrained.

    Raises ValueError if `labels` lack one of the model's.
    """
    if lacking := set(model.labels) - set(labels):
        raise ValueError(f"the labels lack {', '.join(sorted(lacking))}")
    wide = FusedClassifier(labels, model.spec, model.names, model.channels, given=model.input)
    rows = torch.tensor([list(labels).index(label) for label in model.labels])
    state = wide.state_dict()
    for name, value in model.state_dict().items():
        if state[name].shape == value.shape:
            state[name] = value.clone()
        else:  # one row for each label, and a new gesture is as likely at first as the rarest there was
            fresh = state[name] * 0.5 if value.dim() > 1 else torch.full_like(state[name], float(value.min()))
            fresh[rows] = value
            state[name] = fresh
    wide.load_state_dict(state)
    return wide


def _fusion(card: Card) -> dict[str, Tensor]:
    """The calibration, which the exporter folds into other numbers."""
    told = card.calibration
    return {
        "branch_temperature": torch.tensor([told.get(f"temperature.{name}", 1.0) for name in card.branches]),
        "branch_weight": torch.tensor([told.get(f"weight.{name}", 1 / len(card.branches)) for name in card.branches]),
        "temperature": torch.tensor(told.get("temperature", 1.0)),
    }


def _named(name: str, value: Tensor, card: Card) -> tuple[str, Tensor]:
    """What the export calls the parameter `name`: its branch by name instead of its number."""
    for number, branch in enumerate(card.branches):
        name = name.replace(f"branches.{number}.", f"{branch}.")
    return name, value


def _parameter(
    name: str, shape: tuple[int, ...], arrays: Arrays, nodes: Mapping[str, Sequence[str]]
) -> NDArray[Any] | None:
    """The value of a parameter; None if it isn't in the file."""
    if name in arrays:
        return arrays[name] if arrays[name].shape == shape else None
    if lstm := _LSTM.fullmatch(name):
        return _of_lstm(lstm, shape, arrays, nodes)
    # Under another name, because it is stored turned, or once for several parameters of equal values.
    module, _, kind = name.rpartition(".")
    path = _scoped("/" + module.replace(".", "/"))
    inside = [node for node in nodes if node.rpartition("/")[0] == path]
    values = [
        arrays[value].T if node.endswith("/MatMul") else arrays[value]
        for node in inside
        for value in nodes[node]
        if value in arrays
    ]
    fitting = [value for value in values if value.shape == shape]
    return (fitting[0] if kind == "weight" else fitting[-1]) if fitting else None


def _of_lstm(
    lstm: re.Match[str], shape: tuple[int, ...], arrays: Arrays, nodes: Mapping[str, Sequence[str]]
) -> NDArray[Any] | None:
    path = _scoped("/" + lstm["module"].replace(".", "/"))
    layer = int(lstm["layer"])
    inputs = nodes.get(f"{path}/LSTM" if layer == 0 else f"{path}/LSTM_{layer}", ())
    if len(inputs) < 4 or any(value not in arrays for value in inputs[1:4]):
        return None
    inward, back, bias = (arrays[value][0] for value in inputs[1:4])
    half = len(bias) // 2
    parts = {"weight_ih": inward, "weight_hh": back, "bias_ih": bias[:half], "bias_hh": bias[half:]}
    gates = np.split(parts[lstm["kind"]], 4)
    value = np.concatenate([gates[k] for k in _TO_TORCH])
    return value if value.shape == shape else None


def _scoped(path: str) -> str:
    """`path` as the nodes' names write it: modules in lists keep their dot, as in `layers.0`."""
    return re.sub(r"/(\d+)(?=/|$)", r".\1", path)
