"""One damaged take in the library: its name is told wherever takes are read, the file stays, and all else works."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn
from toy_model import write_toy_model

from gesturectl.cli import main
from gesturectl.evaluation.enrolment import enrolled_from, read_idle
from gesturectl.evaluation.soak import Heard, Part, write_part
from gesturectl.gestures.take import write_take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal_file import read_personal, write_personal
from gesturectl.recording.learning import Learning
from gesturectl.recording.shelf import Shelf
from gesturectl.verbs.checks.finding import State
from gesturectl.verbs.checks.stored import check_data


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The user's folder, with three takes of two gestures each, and one of nothing."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "config")
    for way in ("ring", "drop"):
        for seed in range(3):
            write_take(tmp_path / "data" / "library" / way / f"{seed}.npz", drawn(way, seed))
    write_take(tmp_path / "data" / "library" / "nothing" / "0.npz", drawn("rest", seconds=3))
    return tmp_path / "data"


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


@pytest.fixture
def damaged(data):
    """One of them, of which a byte was lost in each kilobyte."""
    path = data / "library" / "ring" / "1.npz"
    content = path.read_bytes()
    path.write_bytes(b"".join(content[k : k + 999] for k in range(0, len(content), 1000)))
    before = path.read_bytes()
    yield path
    assert path.read_bytes() == before, "it was changed"


def ran(capsys, *words):
    """What a verb printed as JSON and said on stderr."""
    code = main([*words, "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    return json.loads(out.splitlines()[-1]), err


def test_takes_lists_the_others_and_names_it(damaged, capsys):
    told, said = ran(capsys, "takes")
    assert len(told["takes"]) == 6
    assert [row["file"] for row in told["damaged"]] == [str(damaged)]
    assert str(damaged) in said
    assert "--set-aside" in said


@pytest.mark.parametrize("words", [("enrol",), ("enrol", "--again")], ids=" ".join)
def test_enrolling_learns_from_the_others_and_names_it(damaged, data, capsys, words):
    main(["enrol", "--json"])
    capsys.readouterr()
    told, said = ran(capsys, *words)
    assert said.count(str(damaged)) == 1
    assert {row["gesture"]: row["takes"] for row in told["gestures"]} == {"ring": 2, "drop": 3}


def test_a_damaged_take_of_nothing_does_no_harm_either(data, capsys):
    bad = data / "library" / "nothing" / "1.npz"
    bad.write_bytes(b"damaged")
    idle = str(bad.parent)
    for words in (("enrol", "--background", idle), ("enrol", "--again")):
        told, said = ran(capsys, *words)
        assert len(told["gestures"]) == 2
        assert str(bad) in said


def test_the_studio_shows_it_and_uses_the_others(damaged, data):
    from gesturectl.evaluation.own_library import OwnLibrary
    from gesturectl.ui.studio import shelf

    own = OwnLibrary(data / "library", data / "personal.npz")
    rows = {row["name"]: row for row in shelf.takes(own, "ring")}
    assert "problem" in rows["1"]
    assert all("motion" in rows[name] for name in ("0", "2"))
    assert any(str(damaged) in said for said in shelf.use(own, ["ring", "drop"]))
    assert read_personal(data / "personal.npz").personal.labels == ("drop", "ring")


def test_recording_another_gesture_works_and_names_it(damaged, data, toy):
    write_personal(data / "personal.npz", enrolled_from(toy, [data / "library"]).stored)
    learning = Learning(lambda: toy, Shelf(data / "library"), data / "personal.npz")
    new = [drawn("zigzag", seed) for seed in range(3)]
    cautions = learning.compare("zigzag", new).cautions
    assert any(str(damaged) in caution.text for caution in cautions if caution.kind == "damaged")
    learning.keep("zigzag", new)
    assert set(read_personal(data / "personal.npz").personal.labels) == {"ring", "drop", "zigzag"}


def test_an_enrolled_gesture_isnt_forgotten_because_its_only_take_is_damaged(data, toy):
    for seed in (1, 2):
        (data / "library" / "ring" / f"{seed}.npz").unlink()
    write_personal(data / "personal.npz", enrolled_from(toy, [data / "library"]).stored)
    (data / "library" / "ring" / "0.npz").write_bytes(b"damaged")
    learning = Learning(lambda: toy, Shelf(data / "library"), data / "personal.npz")
    with pytest.raises(Exception, match=r'"ring" are gone or damaged .*ring/0.npz'):
        learning.keep("zigzag", [drawn("zigzag", seed) for seed in range(3)])
    assert set(read_personal(data / "personal.npz").personal.labels) == {"ring", "drop"}
    assert not (data / "library" / "zigzag").exists()


def test_adapting_names_it(damaged, data, capsys, monkeypatch):
    monkeypatch.setattr("gesturectl.verbs.adapt._QUIET", 2)
    (data / "library" / "drop").rename(data / "library" / "swipe_left")
    bad = data / "library" / "nothing" / "1.npz"
    bad.write_bytes(b"damaged")
    problems = []
    assert len(read_idle([bad.parent], problems)) == 1
    assert [problem.place for problem in problems] == [str(bad)]
    _, said = ran(capsys, "adapt", "--dry-run")
    assert str(damaged) in said


def test_a_damaged_part_of_a_soak_is_named_and_the_others_are_learnt(data, capsys):
    for number in (1, 2):
        path = data / "soak" / f"20260101-000000-0{number}.npz"
        write_part(Part(path, 3.0, (Heard("swipe_left", "right", 900, 0.9),)))
        write_take(path, drawn("zigzag", number, seconds=3))
    (data / "soak" / "20260101-000000-01.npz").write_bytes(b"damaged")
    told, said = ran(capsys, "soak", "--learn")
    assert len(told["filed"]) == 1
    assert "20260101-000000-01.npz" in said


def test_the_doctor_names_everything_that_is_damaged(damaged, data, tmp_path):
    assert check_data().state is State.DEGRADED
    for path in (data / "personal.npz", data / "refused.npz", tmp_path / "config" / "tuned.toml"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"damaged")
    (data / "models" / "history" / "20260101-000000").mkdir(parents=True)
    found = check_data()
    for name in (str(damaged), "personal.npz", "refused.npz", "tuned.toml", "20260101-000000"):
        assert name in found.fact
    assert "--set-aside" in found.remedy
    assert "6 takes of 3 gestures" in found.fact


def test_the_doctor_finds_nothing_wrong_with_whole_data(data):
    assert check_data().state is State.OK


def test_setting_aside_moves_it_and_deletes_nothing(data, capsys):
    path = data / "library" / "ring" / "1.npz"
    path.write_bytes(b"damaged")
    told, said = ran(capsys, "takes", "--set-aside")
    moved = data / "library" / ".damaged" / "ring" / "1.npz"
    assert told["damaged"][0]["moved_to"] == str(moved)
    assert str(moved) in said
    assert moved.read_bytes() == b"damaged"
    path.write_bytes(b"damaged, too")
    ran(capsys, "takes", "--set-aside")
    assert (moved.with_name("1 2.npz")).read_bytes() == b"damaged, too"
    told, said = ran(capsys, "takes")
    assert (len(told["takes"]), told["damaged"], said) == (6, [], "")


def test_what_only_cant_be_read_now_isnt_set_aside(data, capsys, monkeypatch):
    path = data / "library" / "ring" / "1.npz"

    def refuse(self, *_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("gesturectl.npz._Careful.__init__", refuse)
    told, said = ran(capsys, "takes", "--set-aside")
    assert "Permission denied" in said
    assert all(row["moved_to"] is None for row in told["damaged"])
    assert path.exists()
