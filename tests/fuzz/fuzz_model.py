"""Gesture models from anywhere: the card in the metadata, and the whole ONNX file as the program takes it."""

from fuzzing import Target, Try, scratch


def toy_file() -> bytes:
    from toy_model import write_toy_model

    return write_toy_model(scratch() / "toy.onnx").read_bytes()


def make_card() -> Try:
    from gesturectl.errors import ModelError
    from gesturectl.recognition.card import METADATA_KEY, Card

    def attempt(data: bytes) -> None:
        # As ONNX Runtime hands metadata over: text, whatever was in the file.
        try:
            card = Card.from_metadata({METADATA_KEY: data.decode("utf-8", "replace")}, "model.onnx")
        except ModelError as error:
            assert error.place and error.fact and error.remedy
            return
        assert Card.from_metadata({METADATA_KEY: card.to_json()}, "again") == card
        card.input.shapes(card.steps)
        assert all(0 <= card.threshold(label) <= 1 for label in card.labels)

    return attempt


def seed_cards() -> list[bytes]:
    from dataclasses import replace

    from toy_model import TOY_CARD

    from gesturectl.recognition.inputs import InputSpec

    whole = replace(TOY_CARD, input=InputSpec.of(kind="pictures", scope="take", space=False, size=32) or TOY_CARD.input)
    return [TOY_CARD.to_json().encode(), whole.to_json().encode(), b"[" * 3000, b'{"version": 1, "labels": 3}']


def make_model() -> Try:
    import numpy as np

    from gesturectl.errors import ModelError
    from gesturectl.recognition.classifier import Classifier

    window = np.random.default_rng(0).normal(0.5, 0.1, (16, 21, 3)).astype(np.float32)

    def attempt(data: bytes) -> None:
        try:
            classifier = Classifier.from_bytes(data, "model.onnx")
            if classifier.card.steps == len(window):
                classifier.predict(window, 0, "right")
        except ModelError as error:
            assert error.place and error.fact and error.remedy

    return attempt


def make_model_file() -> Try:
    from gesturectl.errors import ModelError
    from gesturectl.recognition.model_file import check_self_contained

    def attempt(data: bytes) -> None:
        try:
            check_self_contained(data, "model.onnx")
        except ModelError as error:
            assert error.place and error.fact and error.remedy

    return attempt


TARGETS = (
    Target("card", make_card, seed_cards, (
        b'"version"', b'"labels"', b'"input"', b'"kind"', b"NaN", b"Infinity", b"1e400", b"\\ud800", b"[", b"{}",
        b"null",
    )),
    Target("onnx", make_model_file, lambda: [toy_file()], (b"\x3a", b"\x42", b"\x6a")),
    Target("model", make_model, lambda: [toy_file()], (b"\x3a", b"\x42", b"\x6a", b"ai.onnx", b"Loop", b"If", b"Scan")),
)  # fmt: skip
