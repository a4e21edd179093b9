"""`gesturectl enrol`, through the command line, with a model that needs no training."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn
from toy_model import write_toy_model

from gesturectl.cli import main
from gesturectl.gestures.take import write_take


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    for place in ("gesturectl.verbs.enrol", "gesturectl.recognition.personal_file"):
        monkeypatch.setattr(f"{place}.data_dir", lambda: tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def model(tmp_path):
    return str(write_toy_model(tmp_path / "toy.onnx"))


def library(folder, ways=("ring", "drop"), shots=3):
    for way in ways:
        for seed in range(shots):
            write_take(folder / way / f"{seed}.npz", drawn(way, seed))
    return folder


def said(capsys, *words):
    code = main(["enrol", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_it_learns_lists_and_forgets(capsys, tmp_path, model):
    code, out, _ = said(capsys, str(library(tmp_path / "mine")), "--model", model)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if "warning" not in line] == ["drop", "ring"]
    rows = json.loads(said(capsys, "--list", "--json")[1])["gestures"]
    assert [(row["gesture"], row["takes"], row["hands"]) for row in rows] == [
        ("drop", 3, ["right"]),
        ("ring", 3, ["right"]),
    ]
    assert said(capsys, "--remove", "ring", "--model", model)[0] == 0
    assert "ring" not in said(capsys, "--list")[1]
    assert said(capsys, "--remove", "drop")[0] == 0
    assert said(capsys, "--list")[1] == "No gesture of your own is enrolled.\n"


def test_your_own_library_is_the_default(capsys, own_folder, model):
    library(own_folder / "library")
    assert said(capsys, "--model", model)[0] == 0


def test_a_gesture_becomes_known_to_which(capsys, tmp_path, model):
    assert main(["which", "ring"]) == 2
    said(capsys, str(library(tmp_path / "mine")), "--model", model)
    assert main(["which", "ring"]) == 0
    assert "ring does nothing" in capsys.readouterr().out


def test_a_single_take_is_warned_of_in_json(capsys, tmp_path, model):
    out = said(capsys, str(library(tmp_path / "mine", shots=1)), "--model", model, "--json")[1]
    assert {(row["gesture"], row["kind"]) for row in json.loads(out)["warnings"]} >= {("ring", "few"), ("drop", "few")}


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["missing"], "no such folder"),
        (["--remove", "ring"], "no gesture is enrolled"),
        (["--list", "folder"], "go without folders"),
        ([], "no such folder"),
    ],
)
def test_what_cant_be_done_is_said_with_a_remedy(capsys, words, fact, model):
    code, _, err = said(capsys, *words, "--model", model)
    assert code in (1, 2)
    assert fact in err
    assert err.count("gesturectl:") == 1


def test_a_mistyped_name_is_not_forgotten(capsys, tmp_path, model):
    said(capsys, str(library(tmp_path / "mine")), "--model", model)
    code, _, err = said(capsys, "--remove", "rign")
    assert code == 2
    assert "ring" in err
