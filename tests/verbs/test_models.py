"""`gesturectl models`."""

import json
import shutil
from pathlib import Path

import pytest

from gesturectl.cli import main
from gesturectl.paths import bundled
from gesturectl.verbs import models

HAND_MODELS = ["hand_landmark.onnx", "hand_landmark_quick.onnx", "hand_landmarker.task", "palm_detection.onnx"]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Copies of the models that ship, and a folder for the user's own; the report is about these."""
    shipped, data = tmp_path / "shipped", tmp_path / "data"
    shipped.mkdir()
    for name in ("SOURCES.md", *HAND_MODELS):
        shutil.copy(bundled("models") / name, shipped)
    rows = (shipped / "SOURCES.md").read_text().splitlines(keepends=True)
    tabled = [line for line in rows if not line.startswith(("| starter", "| background"))]
    (shipped / "SOURCES.md").write_text("".join(tabled))
    (data / "models").mkdir(parents=True)
    monkeypatch.setattr(models, "bundled", lambda folder: shipped)
    monkeypatch.setattr(models, "data_dir", lambda: data)
    return shipped, data / "models"


def report(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict]:
    code = main(["models", "--json"])
    return code, json.loads(capsys.readouterr().out)


def states(listed: dict) -> dict[str, str]:
    return {model["file"]: model["state"] for model in listed["models"]}


def test_what_ships_is_ok_and_runs(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, listed = report(capsys)
    assert code == 0
    assert states(listed) == dict.fromkeys(HAND_MODELS, "ok")
    assert "CPU" in listed["engines"]["offers"]
    assert listed["engines"]["tracker"]["provider"] in ("CPU", "CUDA", "DirectML")


def test_damage_and_loss_are_named_and_end_with_code_5(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shipped, _ = folders
    (shipped / "hand_landmark.onnx").write_bytes(b"half a mod")
    (shipped / "palm_detection.onnx").unlink()
    code, listed = report(capsys)
    assert code == 5
    assert states(listed)["hand_landmark.onnx"] == "damaged"
    assert states(listed)["palm_detection.onnx"] == "missing"
    assert main(["models"]) == 5
    assert "install gesturectl again" in capsys.readouterr().out


def test_the_users_own_models_and_strays_are_listed_too(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shipped, own = folders
    (own / "mine.onnx").write_bytes(b"mine")
    (shipped / "stray.onnx").write_bytes(b"stray")
    code, listed = report(capsys)
    assert code == 0
    assert states(listed)["mine.onnx"] == "yours"
    assert states(listed)["stray.onnx"] == "unlisted"


def test_the_table_is_for_people(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    out = capsys.readouterr().out
    assert "palm_detection.onnx" in out
    assert "Apache-2.0" in out
    assert "hands are tracked on" in out
