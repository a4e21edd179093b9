"""The card: what is written is read, and what doesn't fit is refused with a sentence."""

import json

import pytest

from gesturectl.errors import ModelError
from gesturectl.recognition.card import METADATA_KEY, Card
from gesturectl.recognition.window import WindowSpec

CARD = Card(
    name="starter",
    labels=("nothing", "swipe_left", "fist"),
    window_ms=1600,
    steps=40,
    channels=2,
    embedding=192,
    branches=("cnn_lstm", "pointnet_lstm"),
    thresholds={"fist": 0.9},
    default_threshold=0.6,
    calibration={"temperature": 1.2},
    data="synthetic takes",
    metrics={"accuracy": 0.9},
    created="2025-01-31",
    licence="Apache-2.0",
)


def read(text: str) -> Card:
    return Card.from_metadata({METADATA_KEY: text}, "starter.onnx")


def changed(**values: object) -> str:
    return json.dumps({**json.loads(CARD.to_json()), **values})


def test_a_card_survives_the_metadata():
    assert read(CARD.to_json()) == CARD
    assert CARD.window == WindowSpec(1600, 40)


def test_a_gesture_without_its_own_threshold_has_the_default():
    assert CARD.threshold("fist") == 0.9
    assert CARD.threshold("swipe_left") == 0.6


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("{", "isn't JSON"),
        ("[" * 100_000, "isn't JSON"),
        ("[]", "isn't a JSON object"),
        (changed(version=3), "has version 3"),
        (changed(labels=["swipe_left", "fist"]), '"nothing"'),
        (changed(labels=["nothing"]), "at least one gesture"),
        (changed(labels=["nothing", "fist", "fist"]), "different"),
        (changed(labels="nothing"), '"labels"'),
        (changed(steps=0), '"steps" in the card is 0'),
        (changed(steps=True), '"steps"'),
        (changed(window_ms=90_000), '"window_ms"'),
        (changed(channels=4), '"channels"'),
        (changed(thresholds={"fist": 1.5}), 'threshold of "fist" is 1.5'),
        (changed(thresholds={"spock": 0.5}), 'threshold for "spock"'),
        (changed(default_threshold=float("nan")), "default"),
        (changed(metrics=[1]), '"metrics"'),
        (changed(name=3), '"name"'),
        (json.dumps({"version": 1}), 'lacks "name"'),
    ],
)
def test_a_card_that_does_not_fit_is_refused_with_a_sentence(text, fact):
    with pytest.raises(ModelError) as refusal:
        read(text)
    assert fact in str(refusal.value)
    assert str(refusal.value).startswith("starter.onnx: ")
    assert refusal.value.remedy


def test_a_model_without_a_card_is_refused():
    with pytest.raises(ModelError, match="no card"):
        Card.from_metadata({}, "other.onnx")


def test_a_later_field_is_ignored():
    assert read(changed(colour="green")) == CARD
