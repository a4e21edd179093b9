"""Lock, sleep, lid and screen saver, from services that say what the real ones say."""

import os
import select
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from gesturectl.desktop.select import session_watchers
from gesturectl.desktop.session_dbus import LogindSessionWatcher, ScreenSaverSessionWatcher

PATH = "/org/freedesktop/login1/session/_31"
LOGIN = "org.freedesktop.login1"


def login(serve: Callable[..., Any], locked: bool = False) -> Any:
    """A logind with one session."""
    from dbus_fast import Variant

    def answer(message: Any) -> Any:
        if message.member == "GetSession":
            return "o", [PATH]
        return ("v", [Variant("b", locked)]) if message.member == "Get" else None

    return serve(LOGIN, answer)


def watched(watcher: Any) -> tuple[list[str], threading.Thread]:
    told: list[str] = []
    thread = threading.Thread(target=watcher.watch, args=(told.append,))
    thread.start()
    return told, thread


def until(told: list[str], wanted: list[str]) -> None:
    deadline = time.monotonic() + 5
    while told != wanted:
        assert time.monotonic() < deadline, told
        time.sleep(0.01)


def test_logind_tells_of_locks_sleep_and_the_lid(serve: Callable[..., Any]) -> None:
    from dbus_fast import Variant

    logind, power = login(serve), serve("org.freedesktop.UPower", lambda _: None)
    watcher = LogindSessionWatcher()
    told, thread = watched(watcher)
    properties = "org.freedesktop.DBus.Properties"
    logind.emit(PATH, f"{LOGIN}.Session", "Lock")
    logind.emit("/org/freedesktop/login1/session/other", f"{LOGIN}.Session", "Unlock")
    logind.emit("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", "b", True)
    logind.emit("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", "b", False)
    changed: dict[str, Any] = {"LockedHint": Variant("b", False)}
    logind.emit(PATH, properties, "PropertiesChanged", "sa{sv}as", f"{LOGIN}.Session", changed, [])
    until(told, ["the screen is locked", ""])
    lid = {"LidIsClosed": Variant("b", True)}
    power.emit(
        "/org/freedesktop/UPower", properties, "PropertiesChanged", "sa{sv}as", "org.freedesktop.UPower", lid, []
    )
    until(told, ["the screen is locked", "", "the lid is closed"])
    watcher.close()
    thread.join(5)
    assert not thread.is_alive()


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Sleepy:
    """A logind that sees whether the delay lock it gave is still held."""

    def __init__(self, serve: Callable[..., Any], refuses: bool = False) -> None:
        self.asked: list[list[str]] = []
        self._refuses, self._reading = refuses, -1
        self.service = serve(LOGIN, self._answer)

    @property
    def held(self) -> bool:
        """Whether anybody has the other end of the pipe."""
        return self._reading >= 0 and not select.select([self._reading], [], [], 0)[0]

    def _answer(self, message: Any) -> Any:
        if message.member == "GetSession":
            return "o", [PATH]
        if message.member != "Inhibit":
            return None
        self.asked.append(message.body)
        if self._refuses:
            return "org.freedesktop.DBus.Error.AccessDenied"
        self._reading, writing = os.pipe()
        # The bus has its own copy once the answer is sent; ours goes then.
        threading.Timer(0.2, os.close, (writing,)).start()
        return "h", [0], [writing]


def test_sleep_waits_while_the_camera_is_in_use_and_no_longer(serve: Callable[..., Any]) -> None:
    logind = Sleepy(serve)
    watcher = LogindSessionWatcher()
    _, thread = watched(watcher)
    assert logind.asked == []
    watcher.camera_in_use(True)
    wait_for(lambda: logind.held)
    time.sleep(0.4)
    assert logind.held, "it is the watcher that holds it"
    assert [words[:2] + words[3:] for words in logind.asked] == [["sleep", "gesturectl", "delay"]]
    watcher.camera_in_use(True)
    watcher.camera_in_use(False)
    wait_for(lambda: not logind.held)
    watcher.camera_in_use(True)
    wait_for(lambda: len(logind.asked) == 2 and logind.held)
    watcher.close()
    thread.join(5)
    wait_for(lambda: not logind.held)


def test_a_logind_that_gives_no_lock_is_asked_once_and_its_signals_are_heard(serve: Callable[..., Any]) -> None:
    logind = Sleepy(serve, refuses=True)
    watcher = LogindSessionWatcher()
    told, thread = watched(watcher)
    watcher.camera_in_use(True)
    wait_for(lambda: len(logind.asked) == 1)
    logind.service.emit("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", "b", True)
    until(told, ["the computer goes to sleep"])
    assert len(logind.asked) == 1
    watcher.close()
    thread.join(5)
    assert not thread.is_alive()


def test_a_screen_that_is_locked_already_is_told_at_once(serve: Callable[..., Any]) -> None:
    login(serve, locked=True)
    watcher = LogindSessionWatcher()
    told, thread = watched(watcher)
    until(told, ["the screen is locked"])
    watcher.close()
    thread.join(5)


@pytest.mark.parametrize("name", ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"])
def test_the_screen_saver_is_heard(serve: Callable[..., Any], name: str) -> None:
    saver = serve(name, lambda message: ("b", [False]) if message.member == "GetActive" else None)
    watcher = ScreenSaverSessionWatcher()
    told, thread = watched(watcher)
    saver.emit("/org/x/ScreenSaver", name, "ActiveChanged", "b", True)
    saver.emit("/org/x/ScreenSaver", name, "ActiveChanged", "b", False)
    until(told, ["the screen saver is on", ""])
    watcher.close()
    thread.join(5)
    assert not thread.is_alive()


def test_where_nobody_can_tell_there_is_no_watcher(bus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = session_watchers()
    assert [watcher.name for watcher in found] == ["screensaver"], "there is a session bus, but no logind"
    for watcher in found:
        watcher.close()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
    assert session_watchers() == []
