"""The focused app under a virtual X display, by event."""

import queue
import resource
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from gesturectl.desktop.base import UNKNOWN_APP, App
from gesturectl.desktop.select import choose_watcher
from gesturectl.desktop.x11_watcher import X11WindowWatcher
from gesturectl.errors import DesktopError

pytestmark = pytest.mark.display


class Watching:
    """A watcher in a thread of its own, as the daemon has it."""

    def __init__(self) -> None:
        self.watcher = X11WindowWatcher()
        self.apps: queue.Queue[App] = queue.Queue()
        self.error: DesktopError | None = None
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def next(self) -> App:
        """The next app it tells."""
        return self.apps.get(timeout=3)

    def stop(self) -> None:
        """Close the watcher, which has to end the thread."""
        self.watcher.close()
        self.thread.join(2)
        assert not self.thread.is_alive(), "close() didn't wake watch()"

    def _watch(self) -> None:
        try:
            self.watcher.watch(self.apps.put)
        except DesktopError as error:
            self.error = error


@pytest.fixture
def watching(x: str) -> Iterator[Watching]:
    watching = Watching()
    yield watching
    watching.stop()


def test_each_focused_window_is_told_once(watching: Watching, open_window: Callable) -> None:
    browser = open_window("Firefox")
    assert watching.next() == App(wm_class="Firefox", title="Firefox")
    player = open_window("Vlc")
    assert watching.next() == App(wm_class="Vlc", title="Vlc")
    browser.focus()
    assert watching.next().wm_class == "Firefox"
    player.focus()
    assert watching.next().wm_class == "Vlc"
    assert watching.apps.empty(), "a change of focus passes through no window at all; that isn't told"


def test_a_new_title_is_told(watching: Watching, open_window: Callable) -> None:
    window = open_window("Firefox")
    assert watching.next().title == "Firefox"
    window.title("Größe – YouTube")
    assert watching.next() == App(wm_class="Firefox", title="Größe – YouTube")


def test_no_window_is_told_after_the_last_has_closed(watching: Watching, open_window: Callable) -> None:
    window = open_window("Firefox")
    assert watching.next().wm_class == "Firefox"
    window.window.destroy()
    window.display.sync()
    assert watching.next() == UNKNOWN_APP


def test_the_current_app_is_known_with_and_without_watching(open_window: Callable, watching: Watching) -> None:
    open_window("Firefox")
    watching.next()
    other = X11WindowWatcher()
    assert other.current().wm_class == "Firefox"
    assert watching.watcher.current().wm_class == "Firefox"
    other.close()
    assert other.current() == UNKNOWN_APP
    other.close()


def test_waiting_costs_nothing(watching: Watching, open_window: Callable) -> None:
    open_window("Firefox")
    watching.next()
    before = resource.getrusage(resource.RUSAGE_SELF)
    time.sleep(0.5)
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.05


def test_a_server_that_goes_away_and_comes_back_is_watched_again(
    x: str, start_x_server: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name = start_x_server()
    monkeypatch.setenv("DISPLAY", name)
    watching = Watching()
    activate(name, "Firefox")
    assert watching.next().wm_class == "Firefox"
    server.kill()
    server.wait(10)
    assert watching.next() == UNKNOWN_APP
    assert watching.watcher.current() == UNKNOWN_APP
    start_x_server(name)
    activate(name, "Vlc")
    assert watching.next().wm_class == "Vlc"
    watching.stop()
    assert watching.error is None


def test_closing_doesnt_wait_for_a_server_that_is_gone(
    x: str, start_x_server: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name = start_x_server()
    monkeypatch.setenv("DISPLAY", name)
    watching = Watching()
    server.kill()
    server.wait(10)
    time.sleep(0.2)
    watching.stop()
    assert watching.error is None


def activate(name: str, wm_class: str) -> None:
    """What a window manager says when a window gets the focus."""
    import Xlib.display
    from Xlib import X, Xatom

    display = Xlib.display.Display(name)
    display.set_close_down_mode(X.RetainPermanent)
    root = display.screen().root
    window = root.create_window(0, 0, 10, 10, 0, X.CopyFromParent)
    window.set_wm_class(wm_class.lower(), wm_class)
    root.change_property(display.intern_atom("_NET_ACTIVE_WINDOW"), Xatom.WINDOW, 32, [window.id])
    display.sync()  # what a client that hangs up had just asked for may be dropped
    display.close()


def test_the_x11_watcher_is_chosen_where_there_is_a_display(x: str) -> None:
    watcher, _ = choose_watcher()
    assert watcher.name == "x11"
    watcher.close()
