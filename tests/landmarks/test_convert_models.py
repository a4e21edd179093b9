"""The hand models are what `scripts/convert_models.py` makes, byte for byte."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import onnxruntime
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def convert_models(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as a module; it needs onnx, which the extra `train` installs."""
    pytest.importorskip("onnx")
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import convert_models

    yield convert_models
    for name in ("convert_models", "onnx_graph", "onnx_prune", "onnx_quantise", "tflite_graph"):
        sys.modules.pop(name, None)


def test_the_models_are_rebuilt_byte_for_byte(convert_models: ModuleType) -> None:
    models = ROOT / "models"
    originals = convert_models.originals_of(
        models / convert_models.BUNDLE, {name: name for name in convert_models.ORIGINALS}
    )
    built = convert_models.build(originals)
    assert sorted(built) == [
        "hand_landmark.onnx",
        "hand_landmark_quick.onnx",
        "hand_landmarker.task",
        "palm_detection.onnx",
    ]
    for name, content in built.items():
        assert content == (models / name).read_bytes(), name


def test_a_file_that_is_no_model_is_refused(convert_models: ModuleType) -> None:
    from tflite_graph import read_graph

    with pytest.raises(ValueError, match="not a TensorFlow Lite file"):
        read_graph(b"PK\x03\x04 a zip file")


def test_the_quick_models_weights_cannot_overflow_where_pairs_of_products_are_added_in_16_bits(
    convert_models: ModuleType,
) -> None:
    import onnx
    from onnx import numpy_helper

    model = onnx.load(ROOT / "models" / convert_models.QUICK)
    whole = [numpy_helper.to_array(constant) for constant in model.graph.initializer]
    kernels = [value for value in whole if value.dtype == np.int8 and value.ndim == 4 and value.shape[1] > 1]
    assert len(kernels) == 20
    for kernel in kernels:
        pairs = kernel.reshape(len(kernel), -1, 2).astype(int)
        assert np.where(pairs > 0, pairs, 0).sum(axis=2).max() * 255 < 2**15
        assert np.where(pairs < 0, pairs, 0).sum(axis=2).min() * 255 >= -(2**15)


def test_a_channel_that_is_always_the_same_is_left_out_and_the_result_stays(convert_models: ModuleType) -> None:
    content = small_model()
    pruned = sys.modules["onnx_prune"].pruned(content)
    assert len(pruned) < len(content)
    picture = np.random.default_rng(1).normal(size=(1, 3, 8, 8)).astype(np.float32)
    before, after = (
        onnxruntime.InferenceSession(each, providers=["CPUExecutionProvider"]).run(None, {"image": picture})[0]
        for each in (content, pruned)
    )
    assert np.ptp(before) > 1
    assert np.allclose(before, after, atol=1e-4)


def small_model() -> bytes:
    """One block of a model: 3 channels to 40 and back to 4. Half of the 40 filters are zero, with various offsets."""
    from onnx import TensorProto, helper, numpy_helper

    r = np.random.default_rng(0)
    filters = r.normal(size=(40, 1, 3, 3))
    filters[::2] = 0
    constants = {
        "a": r.normal(size=(40, 3, 1, 1)),
        "a0": r.normal(size=40),
        "b": filters,
        "b0": r.normal(size=40) * 5,
        "c": r.normal(size=(4, 40, 1, 1)),
        "c0": r.normal(size=4),
    }
    stored = [numpy_helper.from_array(value.astype(np.float16), f"{name}_half") for name, value in constants.items()]
    stored += [numpy_helper.from_array(np.array(value, np.float32), name) for name, value in (("low", 0), ("high", 6))]
    nodes = [helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT) for name in constants]
    nodes += [
        helper.make_node("Conv", ["image", "a", "a0"], ["x"], group=1),
        helper.make_node("Clip", ["x", "low", "high"], ["y"]),
        helper.make_node("Conv", ["y", "b", "b0"], ["z"], group=40, pads=[1, 1, 1, 1]),
        helper.make_node("Clip", ["z", "low", "high"], ["w"]),
        helper.make_node("Conv", ["w", "c", "c0"], ["joints"], group=1),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8])
    joints = helper.make_tensor_value_info("joints", TensorProto.FLOAT, [1, 4, 8, 8])
    graph = helper.make_graph(nodes, "small", [image], [joints], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    content: bytes = model.SerializeToString()
    return content
