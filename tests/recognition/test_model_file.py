"""Models from anywhere: what doesn't stand alone, or could be read in two ways, is never given to ONNX Runtime."""

import json
from dataclasses import replace

import pytest
from toy_model import TOY_CARD, write_toy_model

from gesturectl.errors import ModelError
from gesturectl.recognition import model_file
from gesturectl.recognition.card import METADATA_KEY, Card
from gesturectl.recognition.classifier import LARGEST_BYTES, Classifier, _session, read_model
from gesturectl.recognition.model_file import check_self_contained

onnx = pytest.importorskip("onnx")


@pytest.fixture
def toy(tmp_path):
    return onnx.load(write_toy_model(tmp_path / "toy.onnx"))


def why_not(model) -> str:
    """Why the program refuses the model, an ONNX message or its bytes."""
    data = model if isinstance(model, bytes) else model.SerializeToString()
    with pytest.raises(ModelError) as refused:
        Classifier.from_bytes(data, "model.onnx")
    return refused.value.fact


def runs(model) -> bool:
    """Whether ONNX Runtime itself would run it."""
    import onnxruntime

    try:
        onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    except Exception:  # whatever it doesn't like
        return False
    return True


def test_an_operator_of_the_runtimes_own_needs_no_import_and_is_refused(toy):
    toy.graph.node.append(onnx.helper.make_node("Gelu", ["mask"], ["unused"], domain="com.microsoft"))
    assert runs(toy)
    assert why_not(toy) == 'the model needs operators of "com.microsoft"'


def test_a_model_with_branches_or_loops_is_refused(toy):
    cond = onnx.helper.make_tensor("cond", onnx.TensorProto.BOOL, [], [True])
    out = onnx.helper.make_tensor_value_info("out", onnx.TensorProto.FLOAT, None)
    branch = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["one"], ["out"])], "branch", [], [out])
    toy.graph.initializer.append(cond)
    toy.graph.node.append(onnx.helper.make_node("If", ["cond"], ["any"], then_branch=branch, else_branch=branch))
    assert runs(toy)
    assert "branches or loops" in why_not(toy)


def test_training_and_functions_inside_are_refused(toy):
    training = onnx.ModelProto()
    training.CopyFrom(toy)
    training.training_info.add()
    assert "training" in why_not(training)
    toy.functions.add(name="f", domain="custom")
    assert "functions" in why_not(toy)


def test_much_metadata_is_refused_before_it_is_read(toy, monkeypatch):
    toy.metadata_props.add(key="more", value="x" * model_file.LARGEST_METADATA)
    monkeypatch.setattr("gesturectl.recognition.classifier._session", lambda *_: pytest.fail("it was loaded"))
    assert "bytes of metadata" in why_not(toy)


def test_a_model_of_a_million_parts_is_refused(toy):
    assert "more than 1,048,576 parts" in why_not(toy.SerializeToString() + b"\x28\x01" * (1 << 20))


def varint(value: int) -> bytes:
    more = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([*(part | 0x80 for part in more[:-1]), more[-1]])


@pytest.mark.parametrize("key", [7 << 3 | 2 | 1 << 32, 7 << 3 | 2 | 1 << 34, 2], ids=hex)
def test_a_field_that_others_would_read_as_another_is_refused(toy, key):
    """A graph under a number that is 7 once the bits beyond 32 are dropped; and under none."""
    graph = toy.graph.SerializeToString()
    assert "damaged" in why_not(toy.SerializeToString() + varint(key) + varint(len(graph)) + graph)


def test_weights_elsewhere_are_refused_however_it_is_spelt(toy):
    place = varint(14 << 3) + varint(1 | 1 << 32)  # data_location, an enum of 32 bits
    tensor = toy.graph.initializer[0].SerializeToString() + place
    graph = b"\x2a" + varint(len(tensor)) + tensor
    with pytest.raises(ModelError, match="weights in other files"):
        check_self_contained(b"\x3a" + varint(len(graph)) + graph, "model.onnx")


def test_the_runtimes_own_format_isnt_loaded(tmp_path):
    """It has no check of ours, and bytes can be both."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "toy.ort")
    options.add_session_config_entry("session.save_model_format", "ORT")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    onnxruntime.InferenceSession(str(write_toy_model(tmp_path / "toy.onnx")), options)
    content = (tmp_path / "toy.ort").read_bytes()
    onnxruntime.InferenceSession(content)
    with pytest.raises(ModelError):
        _session(content, "toy.ort", 1)


def test_a_file_larger_than_any_model_isnt_read(tmp_path):
    with (tmp_path / "large.onnx").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(ModelError, match="more than any gesture model"):
        read_model(tmp_path / "large.onnx")


@pytest.mark.parametrize("name", ["\x1b]0;owned\x07", "a\nb", "\u202etsif", "x" * 101])
def test_names_that_would_act_on_a_terminal_are_refused(name):
    card = json.loads(TOY_CARD.to_json())
    card["labels"] = ["nothing", name]
    with pytest.raises(ModelError, match='"labels" in the card'):
        Card.from_metadata({METADATA_KEY: json.dumps(card)}, "model.onnx")


def test_texts_that_would_act_on_a_terminal_are_refused():
    for change in ({"data": "\x1b[2J"}, {"licence": "x" * 10_001}, {"metrics": {"\x1b[2J": 1.0}}):
        card = replace(TOY_CARD, **change)
        with pytest.raises(ModelError, match="in the card must"):
            Card.from_metadata({METADATA_KEY: card.to_json()}, "model.onnx")
