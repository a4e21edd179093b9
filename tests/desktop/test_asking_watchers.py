"""The focused app on Windows and macOS, by small working stand-ins for what they are asked: neither system is here."""

import platform
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from eventually import eventually

from gesturectl.desktop import macos_watcher, windows_watcher
from gesturectl.desktop.base import UNKNOWN_APP, App, Unavailable
from gesturectl.desktop.macos_watcher import MacWindowWatcher
from gesturectl.desktop.windows_watcher import WindowsWindowWatcher


class Windows:
    """user32 and kernel32 of a system where one window has the focus."""

    def __init__(self) -> None:
        self.focused = 0
        self.titles = {7: "notes – Editor", 8: "Task Manager"}
        self.programs = {700: r"C:\Program Files\Editor\editor.exe", 800: None}
        self.open: list[int] = []

        # Functions, since the watcher sets `restype` and `argtypes` on them as on those of ctypes.
        def text(window: int, buffer: Any, size: int) -> int:
            buffer.value = self.titles[window][: size - 1]
            return len(buffer.value)

        def process(window: int, to: Any) -> int:
            to._obj.value = window * 100
            return 1

        def open_process(access: int, inherit: int, number: int) -> int | None:
            assert (access, inherit) == (0x1000, 0)
            if self.programs[number] is None:
                return None
            self.open.append(number)
            return number

        def image(handle: int, flags: int, buffer: Any, size: Any) -> int:
            assert size._obj.value == 32_768
            buffer.value = self.programs[handle]
            return 1

        self.user32 = SimpleNamespace(
            GetForegroundWindow=lambda: self.focused or None, GetWindowTextW=text, GetWindowThreadProcessId=process
        )
        self.kernel32 = SimpleNamespace(
            OpenProcess=open_process,
            QueryFullProcessImageNameW=image,
            CloseHandle=lambda handle: self.open.remove(handle),
        )


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    system = Windows()
    monkeypatch.setattr(windows_watcher, "_library", lambda name: getattr(system, name))
    return system


def test_windows_names_the_program_s_file_and_leaves_no_handle_open(windows: Windows) -> None:
    watcher = WindowsWindowWatcher()
    assert watcher.current() == UNKNOWN_APP
    windows.focused = 7
    assert watcher.current() == App(exe="editor.exe", title="notes – Editor")
    assert windows.open == []


def test_a_program_that_windows_keeps_to_itself_has_a_title_at_least(windows: Windows) -> None:
    windows.focused = 8
    assert WindowsWindowWatcher().current() == App(title="Task Manager")


def test_another_window_is_told_once_until_closed(windows: Windows) -> None:
    told: list[App] = []
    watcher = WindowsWindowWatcher()
    windows.focused = 7
    watcher.current()
    thread = threading.Thread(target=watcher.watch, args=(told.append,))
    thread.start()
    windows.focused = 8
    assert eventually(lambda: told)
    windows.focused = 7
    assert eventually(lambda: len(told) == 2)
    watcher.close()
    watcher.close()
    thread.join(2)
    assert not thread.is_alive()
    assert [app.title for app in told] == ["Task Manager", "notes – Editor"]


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The windows on a Mac's screen, from front to back."""
    on_screen: list[dict[str, Any]] = []
    bundles = {70: "com.example.Editor", 80: None}

    def running(number: int) -> Any:
        return SimpleNamespace(bundleIdentifier=lambda: bundles[number]) if number in bundles else None

    modules = {
        "Quartz": SimpleNamespace(CGWindowListCopyWindowInfo=lambda options, window: on_screen or None),
        "AppKit": SimpleNamespace(
            NSRunningApplication=SimpleNamespace(runningApplicationWithProcessIdentifier_=running)
        ),
    }
    monkeypatch.setattr(macos_watcher, "importlib", SimpleNamespace(import_module=modules.__getitem__))
    return on_screen


def test_macos_names_the_bundle_of_the_frontmost_ordinary_window(mac: list[dict[str, Any]]) -> None:
    watcher = MacWindowWatcher()
    assert watcher.current() == UNKNOWN_APP
    menu = {"kCGWindowLayer": 25, "kCGWindowOwnerPID": 1}
    mac[:] = [menu, {"kCGWindowLayer": 0, "kCGWindowOwnerPID": 70}, {"kCGWindowLayer": 0, "kCGWindowOwnerPID": 80}]
    assert watcher.current() == App(bundle="com.example.Editor")
    mac[1]["kCGWindowName"] = "notes"
    assert watcher.current().title == "notes"


def test_a_window_of_no_bundle_or_of_a_program_that_has_ended_is_unknown(mac: list[dict[str, Any]]) -> None:
    for number in (80, 90):
        mac[:] = [{"kCGWindowLayer": 0, "kCGWindowOwnerPID": number}]
        assert MacWindowWatcher().current() == UNKNOWN_APP


@pytest.mark.skipif(platform.system() != "Linux", reason="elsewhere one of them is right")
@pytest.mark.parametrize("kind", [WindowsWindowWatcher, MacWindowWatcher])
def test_on_linux_neither_is_chosen(kind: type[WindowsWindowWatcher | MacWindowWatcher]) -> None:
    assert isinstance(kind.rank(), Unavailable)
