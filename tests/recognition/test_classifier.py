"""The classifier at run time, on a toy model: what fits is run, what doesn't is refused with a sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")

from toy_model import TOY_CARD, write_toy_model

from gesturectl.errors import ModelError
from gesturectl.recognition import classifier as classifier_module
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.model_file import check_self_contained


@pytest.fixture
def model(tmp_path) -> Path:
    return write_toy_model(tmp_path / "toy.onnx")


def hand(seen: float) -> np.ndarray:
    """(16, 21, 3) a hand that was there for the last share `seen` of the window."""
    window = np.random.default_rng(0).normal(0.5, 0.1, (16, 21, 3)).astype(np.float32)
    window[: round(16 * (1 - seen))] = np.nan
    return window


def test_a_window_becomes_a_prediction(model):
    prediction = Classifier.load(model).predict(hand(0.75), 1234, "right")
    assert prediction is not None
    assert (prediction.t_ms, prediction.hand, prediction.labels) == (1234, "right", ("nothing", "fist"))
    assert prediction.scores.tolist() == pytest.approx([0.25, 0.75])
    assert prediction.agreement == pytest.approx(0.75)


@pytest.mark.parametrize("seen", [0.0, 0.125])
def test_without_a_hand_the_model_is_not_even_run(model, monkeypatch, seen):
    classifier = Classifier.load(model)
    monkeypatch.setattr(classifier, "_session", None)
    assert classifier.predict(hand(seen), 0, "left") is None


def test_many_windows_at_once_score_like_one_by_one(model):
    classifier = Classifier.load(model)
    points = np.random.default_rng(1).normal(size=(5, 16, 21, 3)).astype(np.float32)
    mask = (np.random.default_rng(2).random((5, 16)) > 0.4).astype(np.float32)
    together = classifier.scores(points, mask)
    assert [output.shape for output in together] == [(5, 2), (5,), (5, 16)]
    for row in range(5):
        alone = classifier.scores(points[row : row + 1], mask[row : row + 1])
        assert all(np.allclose(a[row], b[0]) for a, b in zip(together, alone, strict=True))


def test_the_model_tells_its_hash_and_where_it_runs(model):
    classifier = Classifier.load(model)
    assert len(classifier.sha256) == 64
    assert classifier.provider == "CPU"
    assert classifier.card == TOY_CARD


@pytest.mark.parametrize(
    ("fault", "fact"),
    [
        ({"card": None}, "no card"),
        ({"domain": "com.example"}, 'operators of "com.example"'),
        ({"domain": "com.microsoft"}, 'operators of "com.microsoft"'),
        ({"external": True}, "weights in other files"),
        ({"card": replace(TOY_CARD, steps=20)}, 'input "points"'),
        ({"card": replace(TOY_CARD, labels=("nothing", "fist", "ok"))}, 'output "scores"'),
        ({"card": replace(TOY_CARD, embedding=8)}, 'output "embedding"'),
        ({"scores_name": "logits"}, "outputs are logits"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(tmp_path, fault, fact):
    path = write_toy_model(tmp_path / "faulty.onnx", **fault)
    with pytest.raises(ModelError) as refusal:
        Classifier.load(path)
    assert fact in str(refusal.value)
    assert str(refusal.value).startswith(str(path))
    assert refusal.value.remedy


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff" * 64, b"PK\x03\x04" + bytes(100), b"\x3a\x05abc"])
def test_a_file_that_is_no_model_is_refused(tmp_path, content):
    (tmp_path / "junk.onnx").write_bytes(content)
    with pytest.raises(ModelError):
        Classifier.load(tmp_path / "junk.onnx")


def test_a_truncated_model_is_refused(model):
    whole = model.read_bytes()
    for length in range(1, len(whole), 37):
        model.write_bytes(whole[:length])
        with pytest.raises(ModelError):
            Classifier.load(model)


def test_a_missing_or_oversized_file_is_refused(tmp_path, model, monkeypatch):
    with pytest.raises(ModelError, match="can't be read"):
        Classifier.load(tmp_path / "none.onnx")
    monkeypatch.setattr(classifier_module, "LARGEST_BYTES", 100)
    with pytest.raises(ModelError, match="more than any gesture model"):
        Classifier.load(model)


def test_external_weights_are_found_in_attributes_too():
    from onnx import TensorProto, helper

    tensor = helper.make_tensor("hidden", TensorProto.FLOAT, [1], [1.0])
    tensor.data_location = TensorProto.EXTERNAL
    graph = helper.make_graph([helper.make_node("Constant", [], ["x"], value=tensor)], "g", [], [])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    with pytest.raises(ModelError, match="weights in other files"):
        check_self_contained(model.SerializeToString(), "sly.onnx")


@pytest.mark.parametrize("name", [b"points", b"windows", b"gesturectl.card", b"embedding"])
def test_names_that_are_no_text_are_refused(model, name, capfd):
    model.write_bytes(model.read_bytes().replace(name, b"\xc9" * len(name)))
    with pytest.raises(ModelError) as refusal:
        Classifier.load(model)
    assert refusal.value.remedy
    assert capfd.readouterr() == ("", "")  # ONNX Runtime would quote the file


def test_an_input_without_dimensions_is_refused(tmp_path):
    onnx = pytest.importorskip("onnx")
    path = write_toy_model(tmp_path / "toy.onnx")
    graph = onnx.load(path)
    graph.graph.output[1].type.tensor_type.shape.ClearField("dim")
    onnx.save(graph, path)
    with pytest.raises(ModelError, match='output "agreement"'):
        Classifier.load(path)


def test_a_model_that_fails_when_it_runs_says_so(tmp_path):
    onnx = pytest.importorskip("onnx")
    path = write_toy_model(tmp_path / "toy.onnx")
    graph = onnx.load(path)
    graph.graph.initializer[1].int64_data[0] = 9  # an axis that isn't there
    for value in graph.graph.output:
        if value.name == "branch_scores":
            value.type.tensor_type.shape.ClearField("dim")
            for size in ("windows", "a", "b"):
                value.type.tensor_type.shape.dim.add().dim_param = size
    onnx.save(graph, path)
    with pytest.raises(ModelError, match="ONNX Runtime can't"):
        Classifier.load(path).predict(hand(0.75), 0, "right")
