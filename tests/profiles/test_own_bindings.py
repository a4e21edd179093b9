"""Bindings that the program writes: beside hand-written profiles, never in them, and never over them."""

import json

import pytest

from gesturectl.cli import main
from gesturectl.errors import ConfigError, UsageError
from gesturectl.profiles import own
from gesturectl.profiles.load import default_folders, load
from gesturectl.profiles.resolve import Resolver
from gesturectl.profiles.window import window_of
from gesturectl.recognition.vocabulary import STARTER

GESTURES = (*STARTER, "snap", "say “hi” 👍")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("gesturectl.profiles.load.config_dir", lambda: tmp_path)
    monkeypatch.setattr("gesturectl.verbs.bind.known_gestures", lambda: GESTURES)
    return tmp_path / "profiles"


def does(gesture, app=""):
    profiles = load(default_folders(), GESTURES)
    binding = Resolver(profiles).resolve(gesture, "right", window_of(app, "", profiles)).binding
    return binding.action.describe() if binding is not None else "nothing"


def bind(gesture, action, app=""):
    return own.bind(gesture, own.parse_action(action), app, gestures=GESTURES)


def test_a_gesture_is_bound_everywhere():
    assert does("snap") == "nothing"
    bound = bind("snap", 'keys = "Ctrl+T"')
    assert (bound.does, bound.warning) == ("press Ctrl+T", "")
    assert does("snap") == does("snap", "firefox") == "press Ctrl+T"


def test_a_gesture_is_bound_in_one_app_and_something_else_everywhere():
    bind("snap", 'keys = "Ctrl+T"')
    bind("snap", '{ media = "next" }', "vlc")
    bind("snap", 'keys = "F5"', "Some Editor")
    assert does("snap", "vlc") == does("snap", "vlc.exe") != "press Ctrl+T"
    assert does("snap", "some editor") == "press F5"
    assert does("snap", "firefox") == "press Ctrl+T"


def test_binding_again_replaces_what_was_bound():
    bind("snap", 'keys = "Ctrl+T"', "firefox")
    bind("snap", 'keys = "Ctrl+W"', "firefox")
    assert does("snap", "firefox") == "press Ctrl+W"
    assert own.bindings() == [("snap", "firefox", {"keys": "Ctrl+W"})]


def test_names_may_be_anything_that_gestures_may_be_called():
    bind("say “hi” 👍", 'text = "hi 👍"')
    assert own.bindings() == [("say “hi” 👍", "", {"text": "hi 👍"})]
    assert does("say “hi” 👍") != "nothing"


def test_a_bundled_meaning_is_replaced_and_comes_back():
    usual = does("swipe_left")
    bind("swipe_left", "none")
    assert does("swipe_left") == "nothing"
    assert own.unbind("swipe_left") == [""]
    assert does("swipe_left") == usual


def test_what_is_written_by_hand_wins_and_it_is_told(folder):
    folder.mkdir()
    mine = 'version = 1\n[intents]\nsnap = "leap"\n[profile.default.actions]\nleap = { keys = "F1" }\n'
    (folder / "my.toml").write_text(mine)
    bound = bind("snap", 'keys = "Ctrl+T"')
    assert does("snap") == "press F1"
    assert "Something else wins" in bound.warning
    assert "leap" in bound.warning
    assert (folder / "my.toml").read_text() == mine


def test_a_hand_written_profile_of_the_same_app_wins(folder):
    folder.mkdir()
    (folder / "zz.toml").write_text(
        'version = 1\n[profile.zz]\napps = ["firefox"]\n[profile.zz.intents]\nsnap = "leap"\n'
        '[profile.zz.actions]\nleap = { keys = "F1" }\n'
    )
    bind("snap", 'keys = "Ctrl+T"', "firefox")
    assert does("snap", "firefox") == "press F1"


@pytest.mark.parametrize(
    ("gesture", "action", "fact"),
    [
        ("snup", 'keys = "Ctrl+T"', 'there is no gesture "snup". Did you mean "snap"?'),
        ("snap", 'keys = "Ctlr+T"', "Ctlr"),
        ("snap", 'kyes = "Ctrl+T"', "Did you mean"),
        ("snap", "keys =", "this is no action"),
        ("snap", 'keys = "A", hold = 99', "10"),
        ("snap", 'profile = "nonsense"', "there is no"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(gesture, action, fact, folder):
    with pytest.raises(UsageError) as raised:
        bind(gesture, action)
    assert fact in str(raised.value)
    assert not folder.exists()


def test_a_gesture_that_is_gone_takes_its_binding_along_and_breaks_nothing():
    bind("snap", 'keys = "Ctrl+T"')
    assert load(default_folders(), STARTER).files


def test_with_mistakes_elsewhere_it_is_bound_and_counts_once_they_are_mended(folder):
    folder.mkdir()
    (folder / "my.toml").write_text("version = 1\nnonsense = 1\n")
    bound = bind("snap", 'keys = "Ctrl+T"')
    assert "once these are mended" in bound.warning
    (folder / "my.toml").unlink()
    assert does("snap") == "press Ctrl+T"


def test_a_damaged_file_of_its_own_is_left_alone(folder):
    folder.mkdir()
    (folder / "own.toml").write_text("[damaged")
    with pytest.raises(ConfigError, match="Or delete the file"):
        bind("snap", 'keys = "Ctrl+T"')
    assert (folder / "own.toml").read_text() == "[damaged"


def test_a_folder_that_cant_be_written_leaves_the_bindings_as_they_were(folder, monkeypatch):
    bind("snap", 'keys = "Ctrl+T"')

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(own, "atomic_write", full)
    with pytest.raises(ConfigError, match="No space left on device"):
        bind("snap", 'keys = "Ctrl+W"')
    assert does("snap") == "press Ctrl+T"


def test_unbinding_one_app_leaves_the_rest():
    bind("snap", 'keys = "Ctrl+T"')
    bind("snap", 'keys = "F5"', "firefox")
    bind("ok", 'keys = "F6"', "firefox")
    assert own.unbind("snap", "firefox") == ["firefox"]
    assert does("snap", "firefox") == "press Ctrl+T"
    assert does("ok", "firefox") == "press F6"
    bind("snap", 'keys = "F5"', "odd app")
    assert own.unbind("snap") == ["", "odd app"]
    assert own.bindings() == [("ok", "firefox", {"keys": "F6"})]
    with pytest.raises(UsageError, match="isn't bound"):
        own.unbind("snap")


def test_the_verbs(capsys):
    assert main(["bind", "snap", 'keys = "Ctrl+T"', "--app", "firefox"]) == 0
    assert capsys.readouterr().out == "snap in firefox: press Ctrl+T\n"
    assert main(["bind", "--list"]) == 0
    assert capsys.readouterr().out == 'snap in firefox: keys = "Ctrl+T"\n'
    assert main(["bind", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["bindings"] == [{"gesture": "snap", "app": "firefox", "action": {"keys": "Ctrl+T"}}]
    assert main(["bind", "snap"]) == 2
    assert main(["unbind", "snap", "--json"]) == 0
    assert '"apps": ["firefox"]' in capsys.readouterr().out
    assert main(["unbind", "snap"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "profile = 3", "[profile]\nx = 3", "[profile.default]\nactions = []", "intents = 1", "x = " + "9" * 5000,
        "x = " + "[" * 3000, "[profile.default.intents]\nsnap = 3", "version = 99",
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused_with_its_place_and_left_as_it_is(folder, text):
    folder.mkdir()
    path = folder / "own.toml"
    path.write_text(text if "version" in text else "version = 1\n" + text)
    before = path.read_text()
    for call in (own.bindings, lambda: bind("snap", 'keys = "Ctrl+T"'), lambda: own.unbind("snap")):
        with pytest.raises(ConfigError) as refused:
            call()
        assert all("own.toml" in problem.place and problem.remedy for problem in refused.value.problems)
    assert path.read_text() == before


def test_where_no_window_can_be_tried_it_is_bound_and_that_is_said(folder, monkeypatch):
    def refuse(*_):
        raise UsageError("bind --app", "it has no exact name to try", "Give another.")

    monkeypatch.setattr(own, "window_of", refuse)
    bound = bind("snap", 'keys = "Ctrl+T"', "firefox")
    assert "can't be told" in bound.warning
    assert ("snap", "firefox") in [row[:2] for row in own.bindings()]
