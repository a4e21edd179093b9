"""The card in a classifier's ONNX metadata: what it is, what it takes and gives, how far it can be trusted."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from gesturectl.errors import ModelError, printable
from gesturectl.recognition.inputs import LIVE, InputSpec
from gesturectl.recognition.window import WindowSpec
from gesturectl.types import NOTHING

METADATA_KEY = "gesturectl.card"
"""The ONNX metadata entry that holds the card as JSON."""
CARD_VERSION = 2
"""What the fields of a card mean; raised when a field changes its meaning. 2 came with inputs that aren't live."""
LIVE_VERSION = 1
"""What a card of a live model is written as, so that older programs read it as well."""

_REMEDY = "Reinstall the model, or train it again with this version of gesturectl."
_LONGEST_NAME, _LONGEST_TEXT = 100, 10_000
_RANGES = {"window_ms": (200, 3000), "steps": (8, 128), "channels": (2, 3), "embedding": (1, 4096)}


@dataclass(frozen=True, slots=True)
class Card:
    """What a classifier's file says about itself."""

    name: str
    """What people call the model."""
    labels: tuple[str, ...]
    """The gestures in the order of the scores; one of them is "nothing"."""
    window_ms: int
    """Length of a window."""
    steps: int
    """Steps in a window."""
    channels: int
    """2 where the model looks at x and y only, 3 where it looks at z too. Its input always has three."""
    embedding: int
    """Size of the embedding."""
    branches: tuple[str, ...]
    """The branches in the order of `branch_scores`."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Score from which a gesture counts, for gestures that need another than `default_threshold`."""
    default_threshold: float = 0.7
    """Score from which a gesture counts."""
    calibration: Mapping[str, float] = field(default_factory=dict)
    """What was fitted on held-out takes: "temperature", and "temperature.B" and "weight.B" for each branch B."""
    data: str = ""
    """What the model was trained on, in words."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """What was measured on held-out takes."""
    created: str = ""
    """The day it was trained, as YYYY-MM-DD."""
    licence: str = ""
    """SPDX identifier."""
    input: InputSpec = LIVE
    """What the model takes. Its labels must hold "nothing" only if it runs live."""

    @property
    def window(self) -> WindowSpec:
        """The window the model takes."""
        return WindowSpec(self.window_ms, self.steps)

    def threshold(self, label: str) -> float:
        """The score from which `label` counts."""
        return self.thresholds.get(label, self.default_threshold)

    def to_json(self) -> str:
        """The card as it stands in the metadata."""
        values = asdict(self)
        given = values.pop("input")
        values |= {"version": LIVE_VERSION} if self.input.live else {"version": CARD_VERSION, "input": given}
        return json.dumps(values, ensure_ascii=False, sort_keys=True)

    @staticmethod
    def from_metadata(metadata: Mapping[str, str], place: str) -> "Card":
        """The card in a model's `metadata`; `place` names the model in a ModelError."""
        if METADATA_KEY not in metadata:
            raise ModelError(
                place, "the model has no card, so its gestures are unknown", "It isn't a gesturectl classifier."
            )
        try:
            values = json.loads(metadata[METADATA_KEY])
        except (ValueError, RecursionError) as error:
            raise ModelError(place, f"the card isn't JSON ({error})", _REMEDY) from error
        if not isinstance(values, dict):
            raise ModelError(place, "the card isn't a JSON object", _REMEDY)
        return _checked(values, place)


def _checked(values: dict[str, Any], place: str) -> Card:
    def wrong(fact: str) -> ModelError:
        return ModelError(place, fact, _REMEDY)

    version: Any = values.get("version")
    if not _is_whole(version) or not LIVE_VERSION <= version <= CARD_VERSION:
        readable = f"versions {LIVE_VERSION} to {CARD_VERSION}"
        raise wrong(f"the card has version {version!r}; this program reads {readable}")
    values["input"] = _input(values.get("input", {}) if version > LIVE_VERSION else {})
    if values["input"] is None:
        raise wrong("the model takes an input that this program doesn't know")
    for entry in fields(Card):
        if entry.name in ("name", "labels", "branches", *_RANGES) and entry.name not in values:
            raise wrong(f'the card lacks "{entry.name}"')
    for key in ("labels", "branches"):
        if not _is_names(values[key]):
            raise wrong(f'"{key}" in the card must be a list of different names of 1 to {_LONGEST_NAME} letters')
        values[key] = tuple(values[key])
    if (NOTHING not in values["labels"] and values["input"].live) or len(values["labels"]) < 2:
        raise wrong(f'the labels must hold "{NOTHING}" and at least one gesture')
    for key, (low, high) in _RANGES.items():
        if not _is_whole(values[key]) or not low <= values[key] <= high:
            raise wrong(f'"{key}" in the card is {values[key]!r}, not a whole number from {low} to {high}')
    for key in ("thresholds", "calibration", "metrics"):
        table = values.get(key, {})
        fits = isinstance(table, dict) and all(printable(name) == name for name in table)
        if not fits or not all(_is_number(value) for value in table.values()):
            raise wrong(f'"{key}" in the card must give a number for each name')
    for label, value in {**values.get("thresholds", {}), "default": values.get("default_threshold", 0.7)}.items():
        if label != "default" and label not in values["labels"]:
            raise wrong(f'the card has a threshold for "{label}", which isn\'t one of its labels')
        if not _is_number(value) or not 0.0 <= value <= 1.0:
            raise wrong(f'the threshold of "{label}" is {value!r}, not between 0 and 1')
    for key in ("name", "data", "created", "licence"):
        text = values.get(key, "")
        if not isinstance(text, str) or len(text) > _LONGEST_TEXT or printable(text) != text:
            raise wrong(f'"{key}" in the card must be text of at most {_LONGEST_TEXT} letters')
    known = {entry.name for entry in fields(Card)}
    return Card(**{key: value for key, value in values.items() if key in known})


def _input(told: Any) -> InputSpec | None:
    usual = {"kind": "hand", "scope": "window", "space": False, "size": 0}
    return InputSpec.of(**(usual | told)) if isinstance(told, dict) and set(told) <= set(usual) else None


def _is_names(value: Any) -> bool:
    texts = isinstance(value, list) and all(isinstance(name, str) and _is_name(name) for name in value)
    return texts and 0 < len(value) <= 512 and len(set(value)) == len(value)


def _is_name(text: str) -> bool:
    """Names come to terminals, logs and files."""
    return len(text.strip()) > 0 and len(text) <= _LONGEST_NAME and printable(text) == text and "\n" not in text


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12
