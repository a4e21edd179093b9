"""The hand models are what `scripts/convert_models.py` makes, byte for byte."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def convert_models(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script as a module; it needs onnx, which the extra `train` installs."""
    pytest.importorskip("onnx")
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import convert_models

    yield convert_models
    for name in ("convert_models", "onnx_graph", "onnx_quantise", "tflite_graph"):
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
