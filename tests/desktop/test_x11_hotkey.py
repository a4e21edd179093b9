"""A chord under a virtual X display: another program presses it, as a person would."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from eventually import eventually
from virtual_display import keys_down

from gesturectl.desktop.select import choose_hot_key
from gesturectl.desktop.x11 import X11Injector
from gesturectl.desktop.x11_hotkey import X11HotKey
from gesturectl.errors import DesktopError
from gesturectl.keys import keysym, parse_chord
from gesturectl.settings import Settings

pytestmark = pytest.mark.display

CHORD = parse_chord(Settings().panic_chord)


class Waiting:
    """A chord that is waited for in a thread of its own, as the daemon does."""

    def __init__(self, pressed: Callable[[], None] = lambda: None) -> None:
        self.key = choose_hot_key(CHORD)
        self.count = 0
        self.error: DesktopError | None = None
        self._pressed = pressed
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.key.close()
        self.thread.join(2)
        assert not self.thread.is_alive(), "close() didn't wake watch()"

    def _watch(self) -> None:
        def note() -> None:
            self.count += 1
            self._pressed()

        try:
            self.key.watch(note)
        except DesktopError as error:
            self.error = error


@pytest.fixture
def waiting(x: str) -> Iterator[Waiting]:
    one = Waiting()
    yield one
    one.stop()


@pytest.fixture
def person(x: str) -> Iterator[X11Injector]:
    """Another program, whose keys are as good as a person's."""
    one = X11Injector()
    yield one
    one.close()


def test_the_chord_is_told_once_and_no_window_gets_it(
    waiting: Waiting, person: X11Injector, open_window: Callable
) -> None:
    window = open_window("Editor")
    person.press(CHORD)
    assert eventually(lambda: waiting.count == 1)
    person.release(CHORD)
    time.sleep(0.1)
    assert waiting.count == 1
    assert keysym("esc") not in [one.symbol for one in window.pressed(20, timeout_s=0.3) if one.down]


def test_other_keys_are_the_windows(waiting: Waiting, person: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    for text in ("Esc", "Alt+Esc", "Ctrl+Alt+Esc", "Ctrl+Alt+Super+X"):
        person.tap(parse_chord(text))
    assert len(window.downs(1 + 2 + 3 + 4)) == 10
    assert waiting.count == 0


@pytest.mark.parametrize("locked", ["Caps_Lock", "Num_Lock"])
def test_it_is_heard_with_a_lock_on(locked: str, waiting: Waiting, person: X11Injector) -> None:
    person.tap(parse_chord(locked))
    try:
        person.tap(CHORD)
        assert eventually(lambda: waiting.count == 1)
    finally:
        person.tap(parse_chord(locked))


def test_it_is_heard_whatever_we_hold_just_then_and_what_we_release_reaches_the_window(
    x: str, person: X11Injector, open_window: Callable
) -> None:
    window = open_window("Editor")
    ours = X11Injector()
    waiting = Waiting(ours.release_all)
    ours.press(("shift", "right"))
    assert len(window.pressed(2)) == 2
    person.press(CHORD)
    assert eventually(lambda: waiting.count == 1)
    ups = [one.symbol for one in window.pressed(12, timeout_s=1) if not one.down]
    assert {keysym("shift"), keysym("right")} <= set(ups)
    person.release(CHORD)
    assert keys_down(x) == 0
    waiting.stop()
    ours.close()


def test_what_another_program_has_is_an_error_until_it_lets_go(waiting: Waiting) -> None:
    with pytest.raises(DesktopError, match="another program has"):
        X11HotKey(CHORD)
    waiting.stop()
    X11HotKey(CHORD).close()


def test_a_key_that_the_layout_lacks_is_an_error(x: str) -> None:
    with pytest.raises(DesktopError, match="no key F13"):
        X11HotKey(("ctrl", "f13"))


def test_it_is_heard_again_after_the_server_was_restarted(
    x: str, start_x_server: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name = start_x_server()
    monkeypatch.setenv("DISPLAY", name)
    waiting = Waiting()
    server.kill()
    server.wait(10)
    start_x_server(name)
    person = X11Injector()

    def pressed() -> bool:
        person.tap(CHORD)
        time.sleep(0.1)
        return waiting.count > 0

    assert eventually(pressed)
    waiting.stop()
    person.close()
    assert waiting.error is None
