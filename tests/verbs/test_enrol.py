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
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import study
from gesturectl.recognition.personal_file import read_personal
from gesturectl.recognition.variations import track


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    for place in ("gesturectl.verbs.enrol", "gesturectl.recognition.personal_file", "gesturectl.evaluation.enrolment"):
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


@pytest.mark.parametrize("own", [True, False])
def test_what_was_recorded_of_nothing_is_background_whatever_is_enrolled(capsys, tmp_path, own_folder, model, own):
    mine = library(own_folder / "library" if own else tmp_path / "mine")
    words = [*([] if own else [str(mine)]), "--model", model]
    assert said(capsys, *words)[0] == 0
    before = likely(model, own_folder, "ring")
    # As if it was part of this person's idling: then it is hardly a gesture of theirs any more.
    for seed in range(60, 63):
        write_take(own_folder / "library" / "nothing" / f"{seed}.npz", drawn("ring", seed))
    assert said(capsys, *words)[0] == 0
    assert likely(model, own_folder, "ring") < before - 0.1


def likely(model, folder, gesture):
    """The mean probability of `gesture` for a take of it that nobody has learnt."""
    classifier, personal = Classifier.load(Path(model)), read_personal(folder / "personal.npz").personal
    shares = personal.of_rows(study(classifier, track(drawn(gesture, 70))).plain).mean(axis=0)
    return float(shares[personal.labels.index(gesture)])


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


def evaluated(capsys, *words):
    assert main(["evaluate", *words, "--threads", "1", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_few_takes_are_evaluated(capsys, tmp_path, model):
    takes = str(library(tmp_path / "mine", shots=4))
    figures = evaluated(capsys, takes, "--shots", "2", "--repeats", "2", "--model", model)
    assert (figures["shots"], figures["repeats"]) == (2, 2)
    assert {"accuracy_mean", "accuracy_std", "worst_class", "worst_person"} <= set(figures)


def test_streams_are_watched_for_enrolled_gestures_alone(capsys, tmp_path, model):
    takes = str(library(tmp_path / "mine", shots=5))
    write_take(tmp_path / "streams" / "ring.npz", drawn("ring", 40))
    (tmp_path / "streams" / "ring.events.csv").write_text("gesture,start_ms,end_ms\nring,0,1200\n")
    write_take(tmp_path / "streams" / "rest.npz", drawn("rest", 41, 3.0))
    write_take(tmp_path / "idle" / "0.npz", drawn("rest", 42, 4.0))
    streams = ("--streams", str(tmp_path / "streams"), "--library", takes, "--background", str(tmp_path / "idle"))
    figures = evaluated(capsys, *streams, "--model", model)
    assert (figures["detection_rate"], figures["mistakes"], figures["unknown_gestures"]) == (1.0, [], [])


@pytest.mark.parametrize(
    "words",
    [
        ["x", "--shots", "0"],
        ["x", "--library", "y"],
        ["--streams", "x", "--shots", "3"],
        ["--streams", "x", "--background", "y"],
        ["x", "--shots", "3", "--folds", "5"],
    ],
)
def test_options_that_dont_go_together_are_refused(capsys, words):
    try:
        assert main(["evaluate", *words]) == 2
    except SystemExit as end:
        assert end.code == 2
