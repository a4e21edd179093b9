"""Bundled profiles and one's own, as one."""

from gesturectl.desktop.base import App
from gesturectl.profiles.load import load
from gesturectl.profiles.resolve import Resolver
from gesturectl.recognition.vocabulary import STARTER

BUNDLED = """
[defaults]
cooldown = 0.5
[app.firefox]
wm_class = "firefox"
[intents]
swipe_left = "next"
fist = "stop"
[profile.default.actions]
next = { keys = "Right" }
stop = { keys = "Esc" }
[profile.browser]
apps = ["firefox"]
[profile.browser.actions]
next = { keys = "Ctrl+Tab" }
stop = { keys = "X" }
"""


def _does(profiles, gesture, app=App()):  # noqa: B008  App is frozen
    binding = Resolver(profiles).resolve(gesture, "right", app).binding
    return binding.action.describe() if binding else None


def test_ones_own_file_wins_key_by_key_and_leaves_the_rest(write):
    bundled = write(BUNDLED, "default.toml", "bundled")
    own = write("[profile.browser.actions]\nnext = { keys = 'Ctrl+Page_Down' }\n[intents]\nfist = 'none'")
    profiles = load([bundled, own], STARTER)
    firefox = App("firefox")
    assert _does(profiles, "swipe_left", firefox) == "press Ctrl+Page_Down"
    assert _does(profiles, "swipe_left") == "press Right"
    assert _does(profiles, "fist", firefox) is None
    assert profiles.profiles["browser"].apps == ("firefox",)
    assert profiles.profiles["browser"].files == (bundled / "default.toml", own / "my.toml")


def test_ones_own_file_takes_the_place_of_the_bundled_one_of_its_name(write):
    bundled = write(BUNDLED, "default.toml", "bundled")
    write("[profile.other]\napps = []\n[profile.other.actions]\nnext = 'none'", "other.toml", "bundled")
    own = write("[intents]\nfist = 'hi'\n[profile.default.actions]\nhi = { text = 'hi' }", "default.toml")
    profiles = load([bundled, own], STARTER)
    assert _does(profiles, "fist") == 'type "hi"'
    assert _does(profiles, "swipe_left") is None
    assert profiles.files == (bundled / "other.toml", own / "default.toml")


def test_a_missing_folder_is_an_empty_one(tmp_path):
    profiles = load([tmp_path / "nowhere"], STARTER)
    assert list(profiles.profiles) == ["default"]
    assert Resolver(profiles).resolve("fist", "left", App()).reason == "fist does nothing: nothing says what it means."


def test_hidden_files_and_other_files_are_left_alone(write, tmp_path):
    folder = write("[intents]\nfist = 'none'")
    (folder / ".#my.toml").write_text("an editor's lock")
    (folder / "notes.txt").write_text("notes")
    assert [path.name for path in load([folder], STARTER).files] == ["my.toml"]


def test_a_file_alone_can_be_loaded(write):
    assert "fist" in load([write("[intents]\nfist = 'none'") / "my.toml"], STARTER).intents
