"""`gesturectl forget`: it knows everything that is stored, deletes what it is told to, and nothing else."""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from gesturectl import crashes, paths
from gesturectl.cli import main
from gesturectl.daemon.instance import SingleInstance
from gesturectl.daemon.logs import start_log, stop_log
from gesturectl.daemon.work import WORK, at_work
from gesturectl.desktop import portal
from gesturectl.desktop.autostart.systemd import UNIT
from gesturectl.desktop.autostart.xdg import XdgAutostart
from gesturectl.errors import DaemonError
from gesturectl.evaluation.own_library import OwnLibrary
from gesturectl.evaluation.soak import Part, write_part
from gesturectl.gestures.library import Library
from gesturectl.gestures.take import Take, absent, write_take
from gesturectl.profiles import own
from gesturectl.recognition.model_history import ModelHistory
from gesturectl.recognition.shipped import FILE
from gesturectl.recognition.tuned import Tuned, write_tuned
from gesturectl.settings import Settings, load_settings, save_settings
from gesturectl.ui.feedback.sound import Sound
from gesturectl.verbs.forgetting.removal import remove

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="makes what Linux has")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A person with nothing of their own yet."""
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("gesturectl.ui.feedback.sound._player", lambda: None)
    return tmp_path


def a_take():
    return Take(np.arange(3) * 33, absent(3), absent(3), np.zeros((3, 2), bool), {})


def record(gesture="snap"):
    """A take of `gesture`."""
    path = paths.data_dir() / "library" / gesture / "1.npz"
    write_take(path, a_take())
    return path


def make_everything():
    """What the program can write for a person, by what writes it."""
    for gesture in ("snap", "clap", "nothing"):
        record(gesture)
    OwnLibrary().remove("clap")
    Library(paths.data_dir() / "library").set_aside(record("damaged"))
    frames = record("imported").with_suffix(".frames")
    frames.mkdir()
    (frames / "00000033.jpg").write_bytes(b"a picture")
    part = paths.data_dir() / "soak" / "20261125-140000-01.npz"
    write_take(part, a_take())
    write_part(Part(part, 3.0, ()))

    for name in ("personal.npz", "refused.npz"):
        (paths.data_dir() / name).write_bytes(b"learnt")
    history = ModelHistory()
    build = history.build_folder("20261125-140000")
    shutil.copy(paths.bundled("models") / FILE, build / "model.onnx")
    (build / "training.checkpoint").write_bytes(b"half a training")
    total = hashlib.sha256((build / "model.onnx").read_bytes()).hexdigest()
    about = {"reason": "better", "sha256": total, "gestures": [], "figures": {}}
    history.promote("20261125-140000", build, about)
    (history.build_folder("20261125-150000") / "training.checkpoint").write_bytes(b"a training that was killed")
    write_tuned(Tuned("0" * 64, {"snap": 0.7}))

    start_log(paths.state_dir())
    stop_log()
    (paths.state_dir() / "gesturectl.log.1").write_text("older")
    assert crashes.write(paths.state_dir(), "run", ValueError("a mistake"))
    (paths.state_dir() / crashes.FOLDER / "native-run-4711.txt").write_text("")
    Sound(paths.state_dir()).play()
    portal._remember({"token": "secret"})
    runtime = paths.runtime_dir()
    runtime.mkdir(mode=0o700)
    for place in (runtime / "gesturectl.lock", runtime / "control.sock", paths.data_dir() / "retrain.lock"):
        place.write_text("4711\n")  # left by a program that was killed

    save_settings(Settings(sound=True))
    own.bind("wave", {"keys": "Ctrl+W"}, "", gestures=["wave"])
    (paths.config_dir() / ".settings.toml.4711.partial").write_text("half a file")
    XdgAutostart().enable()
    unit = Path(os.environ["XDG_CONFIG_HOME"]) / "systemd" / "user" / UNIT
    wanted = unit.parent / "graphical-session.target.wants" / UNIT
    wanted.parent.mkdir(parents=True)
    unit.write_text("[Service]")
    wanted.symlink_to(unit)


def files(home):
    """All that is left."""
    return sorted(path for path in home.rglob("*") if path.is_symlink() or not path.is_dir())


def told(capsys, *words):
    """The JSON of `gesturectl forget`."""
    assert main(["forget", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_after_forgetting_all_nothing_is_left(home, capsys):
    make_everything()
    answer = told(capsys, "all", "--yes")
    assert answer["done"]
    assert answer["failed"] == []
    assert files(home) == []
    assert list(home.rglob("gesturectl")) == []


def test_whatever_is_written_is_known_by_its_kind(home, capsys):
    make_everything()
    answer = told(capsys)
    assert answer["strangers"] == []
    assert {one["kind"] for one in answer["stored"]} == {"recordings", "learnt", "logs", "settings"}
    assert len(answer["autostart"]) == 2
    known = {path for one in answer["stored"] for path in one["files"]} | set(answer["autostart"])
    assert {str(path) for path in files(home)} - known == {
        str(home / "config" / "systemd" / "user" / "graphical-session.target.wants" / UNIT)
    }


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        ("recordings", ["data/gesturectl/library", "data/gesturectl/soak"]),
        ("learnt", ["data/gesturectl/personal.npz", "data/gesturectl/models", "config/gesturectl/tuned.toml"]),
        ("logs", ["state/gesturectl/gesturectl.log", "runtime/gesturectl"]),
        ("settings", ["config/gesturectl/settings.toml", "config/gesturectl/profiles", "state/gesturectl/portal.json"]),
        ("autostart", ["config/autostart/gesturectl.desktop", "config/systemd/user/gesturectl.service"]),
    ],
)
def test_one_kind_goes_and_the_others_stay(home, capsys, kind, gone):
    make_everything()
    before = {str(path) for path in files(home)}
    expected = {path for path in before if any(path.startswith(str(home / start)) for start in gone)}
    assert told(capsys, kind, "--yes")["done"]
    left = {str(path) for path in files(home)}
    assert not any((home / start).exists() for start in gone)
    assert before - left >= expected
    others = told(capsys)["stored"]
    assert kind not in {one["kind"] for one in others}
    assert len({one["kind"] for one in others}) >= 3


def test_looking_deletes_nothing(home, capsys):
    make_everything()
    before = files(home)
    assert main(["forget"]) == 0
    shown = capsys.readouterr().out
    assert "takes: joints of your hands, never pictures" in shown
    assert str(paths.data_dir() / "library") in shown
    assert "Nothing was deleted" in shown
    assert main(["forget", "all", "--dry-run", "--yes"]) == 0
    assert "To be deleted" in capsys.readouterr().out
    assert files(home) == before


def test_where_nobody_can_be_asked_nothing_is_deleted(home, capsys):
    path = record()
    assert main(["forget", "recordings"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert path.exists()


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("Yes", 0), ("", 1), ("n", 1), (EOFError, 1)])
def test_a_person_is_asked_and_only_yes_is_yes(home, capsys, monkeypatch, answer, code):
    path = record()

    def said(_):
        if answer is EOFError:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", said)
    monkeypatch.setattr("gesturectl.verbs.forget._has_terminal", lambda: True)
    assert main(["forget", "recordings"]) == code
    assert path.exists() == bool(code)
    out = capsys.readouterr().out
    assert str(path) in out
    assert ("Nothing was deleted" in out) == bool(code)


def test_an_unknown_kind_is_told_with_the_nearest(home, capsys):
    assert main(["forget", "recording"]) == 2
    assert "recordings" in capsys.readouterr().err


def test_profiles_written_by_hand_go_only_when_they_are_named(home, capsys):
    mine = paths.config_dir() / "profiles" / "mine.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text("version = 1\n")
    save_settings(Settings())
    assert main(["forget", "all", "--yes"]) == 0
    assert "Left: 1 of your own profiles" in capsys.readouterr().out
    assert files(home) == [mine]
    assert main(["forget", "all", "profiles", "--yes"]) == 0
    assert files(home) == []


def test_what_somebody_else_put_there_stays_and_is_named(home, capsys):
    record()
    strangers = [paths.data_dir() / "library" / "snap" / "notes.txt", paths.data_dir() / "letter.odt",
                 paths.config_dir() / "profiles" / "README.md"]  # fmt: skip
    for path in strangers:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    assert main(["forget", "all", "profiles", "--yes"]) == 0
    out = capsys.readouterr().out
    assert files(home) == sorted(strangers)
    assert all(str(path) in out for path in strangers)


def test_no_link_is_followed(home, capsys):
    elsewhere = home / "elsewhere"
    (elsewhere / "snap").mkdir(parents=True)
    (elsewhere / "snap" / "1.npz").write_bytes(b"takes on another disk")
    (elsewhere / "settings.toml").write_text("")
    paths.data_dir().mkdir(parents=True)
    paths.config_dir().mkdir(parents=True)
    (paths.data_dir() / "library").symlink_to(elsewhere)
    (paths.config_dir() / "settings.toml").symlink_to(elsewhere / "settings.toml")
    record("clap")  # through the link: it is where the takes are
    before = sorted(elsewhere.rglob("*.npz"))
    assert main(["forget", "all", "--yes"]) == 0
    out = capsys.readouterr().out
    assert sorted(elsewhere.rglob("*.npz")) == before
    assert (elsewhere / "settings.toml").exists()
    assert not (paths.data_dir() / "library").is_symlink()
    assert f"Left: {elsewhere}, to which" in out


def test_a_link_within_the_library_is_removed_and_not_followed(home):
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1.npz").write_bytes(b"takes on another disk")
    record("clap")
    (paths.data_dir() / "library" / "snap").symlink_to(elsewhere)
    assert main(["forget", "recordings", "--yes"]) == 0
    assert files(home) == [elsewhere / "1.npz"]


def test_what_cannot_be_deleted_is_told_and_the_rest_goes(home, capsys, monkeypatch):
    stays, goes = record("clap"), record("snap")
    unlink = Path.unlink

    def refuse(path, missing_ok=False):
        if path == stays:
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    assert main(["forget", "recordings", "--yes"]) == 1
    assert f"{stays}: it can't be deleted (Permission denied)" in capsys.readouterr().err
    assert stays.exists()
    assert not goes.exists()


def test_while_a_retraining_goes_on_nothing_is_deleted(home, capsys):
    path = record()
    with SingleInstance(paths.data_dir() / "retrain.lock"):
        assert main(["forget", "recordings", "--yes"]) == 7
    assert "a retraining is under way" in capsys.readouterr().err
    assert path.exists()


@pytest.mark.parametrize("what", ["soak", "record", "enrol", "import"])
def test_while_something_writes_nothing_is_deleted(home, capsys, what):
    path = record()
    with at_work(what):
        assert main(["forget", "recordings", "--yes"]) == 7
    assert f"{WORK[what]} is under way" in capsys.readouterr().err
    assert path.exists()


def test_meanwhile_no_retraining_can_begin(home, monkeypatch):
    make_everything()

    def remove_and_try(*words):
        with pytest.raises(DaemonError), SingleInstance(paths.data_dir() / "retrain.lock"):
            pass
        return remove(*words)

    monkeypatch.setattr("gesturectl.verbs.forget.remove", remove_and_try)
    assert main(["forget", "all", "--yes"]) == 0
    assert files(home) == []


def test_with_nothing_stored_there_is_nothing_to_say(home, capsys):
    assert main(["forget", "all", "--yes"]) == 0
    assert capsys.readouterr().out == "Nothing of that is stored.\n"
    assert files(home) == []


@pytest.fixture
def daemon(monkeypatch):
    """A daemon that runs; its answers by command, and what it was asked."""
    answers = {"status": {"retraining": None}, "record_status": {"recording": None}}
    asked = []

    def ask(command, arguments=None, **_):
        asked.append(command)
        return answers.get(command, {})

    monkeypatch.setattr("gesturectl.verbs.forget.is_running", lambda: True)
    monkeypatch.setattr("gesturectl.verbs.forget.ask", ask)
    return answers, asked


@pytest.mark.parametrize(
    ("command", "answer"),
    [("status", {"retraining": {"state": "running"}}), ("record_status", {"recording": {"over": False}})],
)
def test_while_a_daemon_records_or_retrains_nothing_is_deleted(home, daemon, command, answer):
    path = record()
    daemon[0][command] = answer
    assert main(["forget", "recordings", "--yes"]) == 7
    assert path.exists()


def test_a_running_daemon_is_told_and_keeps_what_it_needs(home, daemon, capsys):
    make_everything()
    assert main(["forget", "all", "--yes"]) == 0
    assert daemon[1] == ["status", "record_status", "settings", "reload"]
    log, runtime = paths.state_dir() / "gesturectl.log", paths.runtime_dir()
    for_crashes = paths.state_dir() / crashes.FOLDER / "native-run-4711.txt"
    assert files(home) == sorted([log, for_crashes, runtime / "control.sock", runtime / "gesturectl.lock"])
    assert log.read_text() == ""
    assert list(paths.data_dir().iterdir()) == []  # vision may read this folder, not one made in its place
    assert "Left until it ends" in capsys.readouterr().out
    assert load_settings() == Settings()
