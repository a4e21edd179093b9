"""The focused app in a headless sway."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from virtual_wayland import Sway

from gesturectl.desktop.base import UNKNOWN_APP, App, Unavailable
from gesturectl.desktop.select import choose_watcher
from gesturectl.desktop.wlroots_watcher import WlrootsWindowWatcher

pytestmark = pytest.mark.display


@pytest.fixture
def told(sway: Sway) -> Iterator[list[App]]:
    """What a watcher tells while the test goes on."""
    apps: list[App] = []
    watcher = WlrootsWindowWatcher()
    thread = threading.Thread(target=watcher.watch, args=(apps.append,))
    thread.start()
    yield apps
    watcher.close()
    watcher.close()
    thread.join(5)
    assert not thread.is_alive()
    assert watcher.current() == UNKNOWN_APP


def until(apps: list[App], *wanted: App) -> None:
    """Wait until the last apps told are these."""
    deadline = time.monotonic() + 5
    while tuple(apps[-len(wanted) :]) != wanted:
        assert time.monotonic() < deadline, apps
        time.sleep(0.01)


def test_it_is_chosen_under_sway_and_knows_the_app_at_once(sway: Sway, open_wayland_window: Callable) -> None:
    open_wayland_window("editor", "notes.txt")
    watcher, _ = choose_watcher()
    assert watcher.name == "wlroots"
    assert watcher.current() == App(wm_class="editor", title="notes.txt")
    watcher.close()


def test_focus_and_titles_are_told_as_they_change(told: list[App], open_wayland_window: Callable) -> None:
    editor = open_wayland_window("editor", "notes.txt")
    until(told, App(wm_class="editor", title="notes.txt"))
    editor.title("other.txt")
    until(told, App(wm_class="editor", title="other.txt"))
    reader = open_wayland_window("reader", "Moby Dick")
    until(told, App(wm_class="reader", title="Moby Dick"))
    editor.focus()
    until(told, App(wm_class="editor", title="other.txt"))
    assert reader.app_id == "reader"


def test_a_window_that_closes_leaves_no_app(told: list[App], sway: Sway, open_wayland_window: Callable) -> None:
    open_wayland_window("editor")
    until(told, App(wm_class="editor", title="editor"))
    sway.tell("[app_id=editor] kill")
    sway.tell("workspace 9")
    until(told, UNKNOWN_APP)
    sway.tell("workspace 1")


def test_without_a_compositor_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert isinstance(WlrootsWindowWatcher.rank(), Unavailable)
