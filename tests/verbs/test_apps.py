"""What the focused window is called, for a person who writes a profile."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from gesturectl.cli import main
from gesturectl.desktop.base import UNKNOWN_APP, App, WindowWatcher
from gesturectl.profiles.load import default_folders, load
from gesturectl.profiles.resolve import Resolver
from gesturectl.verbs import apps


class Told(WindowWatcher):
    """Tells three windows, one after the other."""

    name = "toy"
    windows = (App(wm_class="firefox", title="Meet - daily"), UNKNOWN_APP, App(exe="Notepad++.exe", title="a “b”"))

    @classmethod
    def rank(cls) -> int:
        return 1

    def current(self) -> App:
        return self.windows[0]

    def watch(self, changed: Callable[[App], None]) -> None:
        for app in self.windows:
            changed(app)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def desktop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(apps, "choose_watcher", lambda: (Told(), []))
    monkeypatch.setattr("gesturectl.paths.config_dir", lambda: tmp_path)


def test_the_focused_window_is_told_with_what_profiles_make_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apps"]) == 0
    told = capsys.readouterr().out
    assert "wm_class firefox" in told
    assert "call it: firefox" in told
    assert "most specific first: browser, default" in told


def test_what_is_told_can_be_pasted_into_a_profile(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["apps", "--watch", "--json"]) == 0
    firefox, nobody, notepad = map(json.loads, capsys.readouterr().out.splitlines())
    assert nobody["snippet"] == ""
    for row, name in ((firefox, "firefox"), (notepad, "notepad")):
        assert name in tomllib.loads(row["snippet"])["profile"]
        folder = tmp_path / name
        folder.mkdir()
        (folder / "mine.toml").write_text(row["snippet"], encoding="utf-8")
        profiles = load((default_folders()[0], folder))
        app = App(*(row[key] for key in ("wm_class", "exe", "bundle", "title")))
        assert profiles.apps[name].matches(app)
        assert not profiles.apps[name].matches(App(wm_class="other", exe="other"))
        assert Resolver(profiles).active_profile(app) == name
        assert profiles.apps["firefox"].tags, "what is bundled about the app isn't lost"


def test_a_desktop_that_doesnt_tell_is_an_error_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "")
    assert main(["apps"]) == 6
    assert "no DISPLAY is set" in capsys.readouterr().err
