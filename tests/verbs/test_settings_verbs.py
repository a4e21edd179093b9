"""Changing settings and switching gestures from the command line, with and without a running daemon."""

import json
from typing import Any

import pytest

from gesturectl.cli import main
from gesturectl.settings import load_settings


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return tmp_path


@pytest.fixture
def daemon(monkeypatch) -> list[Any]:
    """A daemon that answers; what it was asked."""
    asked: list[Any] = []

    def ask(command, arguments=None, **_):
        asked.append((command, arguments))
        return {"settings": {"tray": False}, "from_next_start": ["tracker"]}

    for module in ("settings", "gestures"):
        monkeypatch.setattr(f"gesturectl.verbs.{module}.is_running", lambda: True)
        monkeypatch.setattr(f"gesturectl.verbs.{module}.ask", ask)
    return asked


def printed(capsys) -> str:
    return capsys.readouterr().out


def test_all_settings_are_listed_with_their_defaults(capsys):
    assert main(["settings"]) == 0
    lines = dict(line.split(None, 1) for line in printed(capsys).splitlines())
    assert lines["camera"] == "auto"
    assert lines["tray"] == "on"
    assert lines["disabled"] == "none"


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["tray", "off"], "tray", False),
        (["sound", "on"], "sound", True),
        (["camera", "HD", "Webcam"], "camera", "HD Webcam"),
        (["arming_s", "2.5"], "arming_s", 2.5),
        (["quiet_after_input_ms", "900"], "quiet_after_input_ms", 900),
        (["disabled", "wave", "push"], "disabled", ("wave", "push")),
        (["disabled", "none"], "disabled", ()),
        (["panic_chord", "Ctrl+Alt+F12"], "panic_chord", "Ctrl+Alt+F12"),
        (["panic_chord", "none"], "panic_chord", ""),
    ],
)
def test_a_setting_is_changed_and_kept(capsys, words, name, value):
    assert main(["settings", *words]) == 0
    assert getattr(load_settings(), name) == value


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (["trai"], 2, '"tray"'),
        (["tray", "perhaps"], 3, "true or false"),
        (["tracker", "onx"], 3, '"onnx"'),
        (["arming_s", "0"], 3, "out of range"),
        (["arming_s", "soon"], 3, "a number"),
        (["panic_chord", "Shift+K"], 3, "while you type"),
    ],
)
def test_what_doesnt_fit_is_refused_and_changes_nothing(capsys, words, code, hint):
    assert main(["settings", *words]) == code
    assert hint in capsys.readouterr().err
    assert load_settings() == type(load_settings())()


def test_a_running_daemon_changes_it_and_says_what_waits(capsys, daemon):
    assert main(["settings", "tracker", "mediapipe", "--json"]) == 0
    assert daemon == [("settings", {"values": {"tracker": "mediapipe"}})]
    assert json.loads(printed(capsys))["waiting"] == ["tracker"]


def test_gestures_are_switched_off_and_on(capsys):
    assert main(["gestures", "disable", "wave", "push"]) == 0
    assert load_settings().disabled == ("push", "wave")
    assert main(["gestures", "list", "--json"]) == 0
    rows = {row["gesture"]: row for row in json.loads(printed(capsys).splitlines()[-1])["gestures"]}
    assert rows["wave"] == {"gesture": "wave", "own": False, "disabled": True}
    assert rows["fist"]["disabled"] is False
    assert main(["gestures", "enable", "wave"]) == 0
    assert load_settings().disabled == ("push",)


def test_a_gesture_there_isnt_is_refused_with_the_nearest(capsys):
    assert main(["gestures", "disable", "wav"]) == 2
    assert '"wave"' in capsys.readouterr().err
    assert load_settings().disabled == ()


def test_a_running_daemon_is_told_of_switched_gestures(daemon):
    assert main(["gestures", "disable", "wave"]) == 0
    assert daemon == [("settings", {"values": {"disabled": ["wave"]}})]


class FakeClassifier:
    """Learns nothing: what is learnt is tested elsewhere."""


@pytest.fixture
def own(monkeypatch, tmp_path):
    """A library with one gesture of one's own; the names that were learnt last."""
    from gesturectl.evaluation.own_library import OwnLibrary, library_folder

    (library_folder() / "snap").mkdir(parents=True)
    (library_folder() / "snap" / "1.npz").write_bytes(b"a take")
    used: list[list[str]] = [["snap"]]
    monkeypatch.setattr("gesturectl.recognition.model_history.classifier_in_use", lambda: FakeClassifier())
    monkeypatch.setattr(OwnLibrary, "used", property(lambda self: tuple(used[-1])))
    monkeypatch.setattr(OwnLibrary, "use", lambda self, classifier, names: used.append(list(names)))
    return used


def test_a_deleted_gesture_is_put_away_and_can_be_brought_back(own, capsys):
    from gesturectl.evaluation.own_library import library_folder

    assert main(["gestures", "delete", "snap"]) == 0
    assert own[-1] == []
    assert not (library_folder() / "snap").exists()
    assert main(["gestures", "restore", "snap"]) == 0
    assert own[-1] == ["snap"]
    assert (library_folder() / "snap" / "1.npz").read_bytes() == b"a take"
    assert main(["gestures", "restore", "snap"]) == 2
    assert "was deleted lately" in capsys.readouterr().err


def test_only_ones_own_gestures_can_be_deleted(own, capsys):
    assert main(["gestures", "delete", "fist"]) == 2
    assert "no such gesture in the library" in capsys.readouterr().err
