"""The profiles that ship."""

import pytest

from gesturectl.actions.command import CommandAction
from gesturectl.desktop.base import UNKNOWN_APP, App
from gesturectl.paths import bundled
from gesturectl.profiles.load import load
from gesturectl.profiles.resolve import Resolver
from gesturectl.recognition.vocabulary import STARTER


@pytest.fixture(scope="module")
def profiles():
    return load([bundled("profiles")], STARTER)


def test_every_bundled_file_is_without_mistakes(profiles):
    assert {path.name for path in profiles.files} == {
        "default.toml", "browser.toml", "video.toml", "music.toml", "slides.toml", "window_manager.toml",
    }  # fmt: skip


def test_every_starter_gesture_is_spoken_of(profiles):
    assert set(profiles.intents) == set(STARTER)


def test_gestures_that_hands_make_by_accident_do_nothing_by_default(profiles):
    resolver = Resolver(profiles)
    quiet = ("push", "grab", "release", "wave", "open_palm", "fist", "point", "thumbs_up", "thumbs_down")
    assert all(resolver.resolve(gesture, "right", UNKNOWN_APP).binding is None for gesture in quiet)


def test_no_bundled_profile_runs_a_command(profiles):
    rules = [rule for profile in profiles.profiles.values() for rule in profile.actions.values()]
    assert rules
    assert not any(isinstance(rule.action, CommandAction) for rule in rules)


@pytest.mark.parametrize(
    ("app", "profile"),
    [
        (App("firefox"), "browser"),
        (App("Google-chrome"), "browser"),
        (App(exe="msedge.exe"), "browser"),
        (App(bundle="com.apple.Safari"), "browser"),
        (App("firefox", title="A film - YouTube — Mozilla Firefox"), "youtube"),
        (App("mpv"), "video"),
        (App("vlc"), "vlc"),
        (App("Spotify"), "music"),
        (App("libreoffice-impress"), "slides"),
        (App("soffice", title="Presenting: talk.odp"), "slides"),
        (App("soffice", title="letter.odt - LibreOffice Writer"), "default"),
        (App(exe="POWERPNT.EXE"), "slides"),
        (App("org.gnome.Evince"), "document"),
        (App("xterm"), "default"),
    ],
)
def test_common_apps_get_their_profile(profiles, app, profile):
    assert Resolver(profiles).active_profile(app) == profile
