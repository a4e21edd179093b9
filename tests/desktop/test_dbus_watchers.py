"""The focused app on GNOME and KDE, whose Shell and KWin are faked: what they say over D-Bus is real."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gesturectl.desktop.base import UNKNOWN_APP, App, Unavailable, WindowWatcher
from gesturectl.desktop.gnome_watcher import NAME, PATH, GnomeWindowWatcher
from gesturectl.desktop.kwin_watcher import KWinWindowWatcher

FIREFOX, EDITOR = App(wm_class="firefox", title="Weather"), App(wm_class="code", title="main.py")


def watched(watcher: WindowWatcher) -> tuple[list[App], threading.Thread]:
    """What a watcher tells, in a thread of its own as in the daemon."""
    apps: list[App] = []
    thread = threading.Thread(target=watcher.watch, args=(apps.append,))
    thread.start()
    return apps, thread


def until(apps: list[App], *wanted: App) -> None:
    deadline = time.monotonic() + 5
    while tuple(apps) != wanted:
        assert time.monotonic() < deadline, apps
        time.sleep(0.01)


def test_gnome_tells_by_our_extension(serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    shell = serve(NAME, lambda message: ("ss", ["firefox", "Weather"]) if message.member == "Get" else None)
    assert GnomeWindowWatcher.rank() == 60
    watcher = GnomeWindowWatcher()
    assert watcher.current() == FIREFOX
    apps, thread = watched(watcher)
    shell.emit(PATH, NAME, "Changed", "ss", "code", "main.py")
    shell.emit(PATH, NAME, "Changed", "ss", "code", "main.py")
    shell.emit(PATH, NAME, "Changed", "ss", "", "")
    until(apps, FIREFOX, EDITOR, UNKNOWN_APP)
    watcher.close()
    thread.join(5)
    assert not thread.is_alive()


def test_without_the_extension_the_remedy_says_how_to_install_it(bus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    rank = GnomeWindowWatcher.rank()
    assert isinstance(rank, Unavailable)
    folder = Path(rank.remedy.split()[2].rstrip(","))
    assert (folder / "extension.js").exists()
    assert "gnome-extensions enable gesturectl@gesturectl.org" in rank.remedy


class KWin:
    """Runs a script as KWin does: it then calls us over D-Bus."""

    def __init__(self, serve: Callable[..., Any], plasma: int) -> None:
        self._plasma, self.loaded = plasma, ""
        self._service = serve("org.kde.KWin", self._answer)

    def focus(self, app_class: str, title: str) -> None:
        """What the script's callDBus does."""
        from dbus_fast import Message

        message = Message(
            destination="org.gesturectl.KWinFocus", path="/org/gesturectl/KWinFocus",
            interface="org.gesturectl.KWinFocus", member="Focused", signature="ss", body=[app_class, title],
        )  # fmt: skip

        async def call() -> None:
            await self._service._bus.send(message)

        loop = self._service._loop
        loop.call_soon_threadsafe(lambda: loop.create_task(call()))

    def _answer(self, message: Any) -> Any:
        if message.member == "loadScript":
            assert "callDBus" in Path(message.body[0]).read_text()
            self.loaded = message.body[1]
            return "i", [7]
        if message.member == "unloadScript":
            self.loaded = ""
            return "b", [True]
        if message.member == "run":
            if message.path != ("/7" if self._plasma == 5 else "/Scripting/Script7"):
                return "org.freedesktop.DBus.Error.UnknownObject"
            self.focus("firefox", "Weather")
            return "", []
        return None


@pytest.mark.parametrize("plasma", [5, 6])
def test_kwin_tells_by_a_script_that_it_is_given(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, plasma: int
) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    kwin = KWin(serve, plasma)
    assert KWinWindowWatcher.rank() == 60
    watcher = KWinWindowWatcher()
    assert watcher.current() == FIREFOX
    apps, thread = watched(watcher)
    kwin.focus("code", "main.py")
    until(apps, FIREFOX, EDITOR)
    assert kwin.loaded == "gesturectl-focus"
    watcher.close()
    thread.join(5)
    assert not thread.is_alive()
    assert kwin.loaded == ""


def test_elsewhere_they_have_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "sway")
    for watcher in (GnomeWindowWatcher, KWinWindowWatcher):
        rank = watcher.rank()
        assert isinstance(rank, Unavailable)
        assert rank.remedy == "Nothing to do."
