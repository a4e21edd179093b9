"""Windows that are closed, enlarged and changed through the desktop's own means: openbox and sway, for real."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from virtual_wayland import Sway

from gesturectl.desktop.select import choose_window_manager
from gesturectl.desktop.sway_windows import SwayWindowManager
from gesturectl.desktop.wlroots_watcher import WlrootsWindowWatcher
from gesturectl.desktop.x11_windows import X11WindowManager
from gesturectl.errors import DesktopError

pytestmark = pytest.mark.display


def until(done: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 5
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def states(window: Any) -> set[str]:
    """What the window manager says of a window: the ends of its _NET_WM_STATE names."""
    atom = window.display.intern_atom("_NET_WM_STATE")
    found = window.window.get_full_property(atom, 0)
    return {window.display.get_atom_name(one).removeprefix("_NET_WM_STATE_") for one in found.value} if found else set()


def test_on_x11_the_window_manager_is_asked(x: str, open_window: Callable) -> None:
    first, second = open_window("First"), open_window("Second")
    manager = choose_window_manager()
    assert manager.name == "x11"
    manager.do("fullscreen")
    until(lambda: "FULLSCREEN" in states(second), "it isn't full")
    manager.do("fullscreen")
    until(lambda: "FULLSCREEN" not in states(second), "it is still full")
    manager.do("maximize")
    until(lambda: {"MAXIMIZED_HORZ", "MAXIMIZED_VERT"} <= states(second), "it isn't large")
    root = first.display.screen().root
    active = first.display.intern_atom("_NET_ACTIVE_WINDOW")
    manager.do("next")
    # openbox moves the input's focus first, and for a moment calls no window active.
    until(lambda: root.get_full_property(active, 0).value[0] == first.window.id, "the first has no focus")
    manager.do("minimize")
    until(lambda: "HIDDEN" in states(first), "it isn't hidden")
    now = first.display.intern_atom("_NET_CURRENT_DESKTOP")
    manager.do("workspace_next")
    until(lambda: root.get_full_property(now, 0).value[0] == 1, "the workspace is the same")
    manager.do("workspace_previous")
    until(lambda: root.get_full_property(now, 0).value[0] == 0, "the workspace isn't back")
    manager.close()


def test_on_x11_a_window_is_asked_to_close(x: str, open_window: Callable) -> None:
    window = open_window("Polite")
    protocols, delete = (window.display.intern_atom(name) for name in ("WM_PROTOCOLS", "WM_DELETE_WINDOW"))
    window.window.change_property(protocols, 4, 32, [delete])
    window.display.sync()
    manager = X11WindowManager()
    manager.do("close")
    asked: list[Any] = []

    def was_asked() -> bool:
        while window.display.pending_events():
            event = window.display.next_event()
            asked.append(getattr(event, "data", (0, [0]))[1][0] if event.type == 33 else 0)
        return delete in asked

    until(was_asked, "it wasn't asked")
    manager.close()


def test_on_sway_its_own_commands_are_used(sway: Sway, open_wayland_window: Callable) -> None:
    open_wayland_window("first")
    open_wayland_window("second")
    watcher, manager = WlrootsWindowWatcher(), choose_window_manager()
    assert manager.name == "sway"
    until(lambda: watcher.current().wm_class == "second", "the second has no focus")
    manager.do("next")
    until(lambda: watcher.current().wm_class == "first", "the first has no focus")
    manager.do("fullscreen")
    manager.do("minimize")
    until(lambda: watcher.current().wm_class == "second", "the first isn't gone")
    with pytest.raises(DesktopError, match="tiling"):
        manager.do("maximize")
    manager.close()
    watcher.close()


def test_elsewhere_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SWAYSOCK", "I3SOCK"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DesktopError, match="no DISPLAY is set"):
        choose_window_manager()
    monkeypatch.setenv("SWAYSOCK", "/nowhere")
    with pytest.raises(DesktopError, match="/nowhere"):
        SwayWindowManager()
