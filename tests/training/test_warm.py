"""A network out of its ONNX file again, and with room for more gestures."""

import dataclasses

import pytest
import torch

from gesturectl.errors import ModelError
from gesturectl.paths import bundled
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.window import WindowSpec
from gesturectl.training.export import describe, export, largest_difference, write_card
from gesturectl.training.fusion import FusedClassifier
from gesturectl.training.warm import restored, widened

pytestmark = pytest.mark.train

LABELS = ("nothing", "grab", "wave")
SPEC = WindowSpec(800, 16)


def exported(path, branches=("cnn_lstm", "pointnet_lstm", "transformer_lstm")):
    torch.manual_seed(3)
    model = FusedClassifier(LABELS, SPEC, branches).eval()
    export(model, describe(model, "toy", "nothing real", {}), path)
    return model


def test_the_model_that_ships_computes_the_same_once_rebuilt():
    path = bundled("models") / "starter.onnx"
    model = restored(path.read_bytes(), "starter")
    assert largest_difference(model, Classifier.load(path)) < 1e-3


def test_every_weight_is_what_it_was(tmp_path):
    model = exported(tmp_path / "toy.onnx")
    again = restored((tmp_path / "toy.onnx").read_bytes(), "toy")
    for name, value in model.state_dict().items():
        assert torch.allclose(again.state_dict()[name], value, atol=1e-4), name


def test_an_lstm_of_several_layers_is_found_too(tmp_path):
    model = exported(tmp_path / "toy.onnx", ("lstm",))
    again = restored((tmp_path / "toy.onnx").read_bytes(), "toy")
    assert all(torch.allclose(again.state_dict()[name], value) for name, value in model.state_dict().items())


def test_weights_that_were_folded_away_are_told_with_a_remedy(tmp_path):
    exported(tmp_path / "toy.onnx", ("dd_net",))
    with pytest.raises(ModelError, match="can't be read back") as told:
        restored((tmp_path / "toy.onnx").read_bytes(), "toy")
    assert "models use shipped" in told.value.remedy


def test_widened_it_says_of_what_it_knew_what_it_said(tmp_path):
    model = exported(tmp_path / "toy.onnx")
    wide = widened(model, ("nothing", "snap", "grab", "wave")).eval()
    points, mask = torch.randn(4, 16, 21, 3), torch.ones(4, 16)
    with torch.inference_mode():
        before, after = model.logits(points, mask)[0], wide.logits(points, mask)[0]
    assert torch.allclose(after[..., [0, 2, 3]], before, atol=1e-6)
    with pytest.raises(ValueError, match="wave"):
        widened(model, ("nothing", "grab"))


def test_a_model_gets_another_card_and_stays_what_it_is(tmp_path):
    model = exported(tmp_path / "toy.onnx")
    card = dataclasses.replace(Classifier.load(tmp_path / "toy.onnx").card, thresholds={"grab": 0.9})
    write_card(tmp_path / "toy.onnx", card)
    again = Classifier.load(tmp_path / "toy.onnx")
    assert again.card.threshold("grab") == 0.9
    assert largest_difference(model, again) < 1e-4
