"""Keys and pointer in real windows under a virtual X display."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from virtual_display import buttons_down, keys_down

from gesturectl.desktop import x11_display
from gesturectl.desktop.base import Down, Unavailable
from gesturectl.desktop.select import choose_injector
from gesturectl.desktop.x11 import X11Injector
from gesturectl.errors import DesktopError
from gesturectl.keys import character_keysym, keysym, parse_chord

pytestmark = pytest.mark.display

SHIFT, CONTROL, ALT, SUPER, ALTGR = 1, 4, 8, 64, 128


@pytest.fixture
def injector(x: str) -> Iterator[X11Injector]:
    injector = X11Injector()
    yield injector
    injector.close()


def test_the_x11_injector_is_chosen_where_there_is_a_display(x: str) -> None:
    injector, reasons = choose_injector()
    assert injector.name == "x11"
    assert {name for name, _ in reasons} >= {"windows", "macos", "wlroots"}
    injector.close()


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("Ctrl+Tab", CONTROL),
        ("Ctrl+Shift+T", CONTROL | SHIFT),
        ("Alt+Left", ALT),
        ("Super+Page_Down", SUPER),
        ("F5", 0),
        ("Ctrl+/", CONTROL),
        ("Media_Play_Pause", 0),
        ("Volume_Up", 0),
        ("Ctrl+Plus", CONTROL | SHIFT),
        ("AltGr+E", ALTGR),
    ],
)
def test_a_chord_arrives_as_a_real_key_with_its_modifiers(
    injector: X11Injector, open_window: Callable, text: str, modifiers: int
) -> None:
    window = open_window("Editor")
    chord = parse_chord(text)
    injector.tap(chord)
    presses = window.downs(modifiers.bit_count() + 1)
    last = presses[-1]
    assert last.state == modifiers
    plain = {keysym(chord[-1]), ord(chr(min(keysym(chord[-1]), 0x7F)).upper())}
    assert last.symbol in plain
    assert not any(press.synthetic for press in presses)


def test_all_keys_are_up_again_after_a_tap(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    injector.tap(("ctrl", "shift", "t"))
    assert [one.down for one in window.pressed(6)] == [True, True, True, False, False, False]
    assert not any(window.display.query_keymap())


def test_a_held_chord_stays_down_until_it_is_released(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    injector.press(("ctrl",))
    assert window.pressed(1)[0].down
    injector.tap(("ctrl", "c"))
    assert [(one.symbol, one.state) for one in window.pressed(2)] == [(ord("c"), CONTROL)] * 2
    assert any(window.display.query_keymap())
    injector.release(("ctrl",))
    assert not window.pressed(1)[0].down
    assert not any(window.display.query_keymap())


def test_release_all_releases_what_is_held_and_may_be_repeated(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    injector.press(("ctrl", "shift", "right"))
    injector.press(("alt",))
    injector.release_all()
    injector.release_all()
    assert not any(window.display.query_keymap())


def test_closing_releases_what_is_held(x: str, open_window: Callable) -> None:
    window = open_window("Editor")
    injector = X11Injector()
    injector.press(("super",))
    injector.close()
    injector.close()
    assert not any(window.display.query_keymap())
    with pytest.raises(DesktopError, match="closed"):
        injector.tap(("a",))


def test_a_key_that_the_layout_lacks_is_refused_at_once_and_harms_nothing(
    injector: X11Injector, open_window: Callable
) -> None:
    window = open_window("Editor")
    start = time.monotonic()
    with pytest.raises(DesktopError, match="F13: the keyboard's layout doesn't have it"):
        injector.tap(("ctrl", "f13"))
    assert time.monotonic() - start < 0.5
    assert not any(window.display.query_keymap())
    injector.tap(("a",))
    assert window.downs(1)[0].symbol == ord("a")


def test_the_connection_survives_an_error_of_the_server(x: str) -> None:
    from Xlib import X
    from Xlib.ext import xtest

    display = x11_display.open_display()
    errors: list[object] = []
    display.set_error_handler(lambda error, _: errors.append(type(error).__name__))
    xtest.fake_input(display, X.KeyPress, 0)  # no such keycode
    display.sync()
    assert errors == ["BadValue"]
    display.close()


def test_keys_that_a_killed_predecessor_left_down_are_released(x: str, open_window: Callable) -> None:
    window = open_window("Editor")
    _run_and_kill("injector.press(('ctrl', 'shift', 'right')), injector.press_button('left')")
    assert any(window.display.query_keymap()), "the X server keeps them down, or there is nothing to test"
    assert buttons_down(x) == 1
    X11Injector().close()
    assert not any(window.display.query_keymap())
    assert buttons_down(x) == 0


def test_keycodes_that_a_killed_predecessor_borrowed_are_used_again(x: str, open_window: Callable) -> None:
    window = open_window("Editor")
    before = X11Injector()
    free = len(before._typist._free)
    before.close()
    _run_and_kill("injector.type_text('漢字é')")
    assert any(0x1006F22 in row for row in window.display.get_keyboard_mapping(8, 248)), "or there is nothing to test"
    injector = X11Injector()
    assert len(injector._typist._free) == free
    injector.type_text("日本語" + "".join(chr(0x5000 + index) for index in range(free - 3)))
    injector.close()
    rows = window.display.get_keyboard_mapping(8, 248)
    assert not any(symbol > 0x1004000 and symbol < 0x1010000 for row in rows for symbol in row)


def test_text_isnt_typed_into_a_held_modifier(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    injector.press(("ctrl",))
    injector.type_text("c")
    assert [(one.symbol, one.state) for one in window.downs(2)] == [(keysym("ctrl"), 0), (ord("c"), 0)]
    assert any(window.display.query_keymap()), "Ctrl is held again"


def test_any_text_arrives_as_the_characters_it_has(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    text = "héllo 漢字 😀 Wörld? 100%"
    injector.type_text(text)
    modifiers = {keysym("shift"), keysym("altgr")}
    capitals = sum(character in "W?%" for character in text)
    got = [press.symbol for press in window.downs(len(text) + capitals) if press.symbol not in modifiers]
    assert got == [character_keysym(character) for character in text]


def test_a_terminal_gets_the_text(injector: X11Injector, terminal: Any) -> None:
    injector.type_text("héllo 漢字 😀\n")
    assert terminal.lines(1) == "héllo 漢字 😀\n"


def test_a_terminal_gets_a_text_of_more_characters_than_there_are_spare_keycodes(
    injector: X11Injector, terminal: Any
) -> None:
    text = "".join(chr(0x4E00 + index) for index in range(30)) + "\n"
    injector.type_text(text)
    assert terminal.lines(1) == text


def test_a_long_text_can_be_broken_off_and_caps_lock_is_as_before(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    injector.tap(("caps_lock",))
    assert len(window.pressed(2)) == 2
    asked = iter([False, False, True])
    injector.heed(lambda: next(asked))
    with pytest.raises(DesktopError, match="broken off"):
        injector.type_text("a" * 10_000)
    assert len(window.pressed(20_000, timeout_s=1)) == 2 + 2 * 200 + 2, "and Caps Lock before and after"
    assert window.display.screen().root.query_pointer().mask & 2
    injector.tap(("caps_lock",))


def test_caps_lock_doesnt_change_the_text_and_stays_on(injector: X11Injector, terminal: Any) -> None:
    injector.tap(("caps_lock",))
    injector.type_text("Quiet é\n")
    injector.type_text("again\n")
    injector.tap(("caps_lock",))
    assert terminal.lines(2) == "Quiet é\nagain\n"


def test_the_layout_is_as_before_after_closing(x: str, open_window: Callable) -> None:
    display = open_window("Editor").display
    before = [list(row) for row in display.get_keyboard_mapping(8, 248)]
    injector = X11Injector()
    injector.type_text("漢字")
    assert [list(row) for row in display.get_keyboard_mapping(8, 248)] != before
    injector.close()
    assert [list(row) for row in display.get_keyboard_mapping(8, 248)] == before


def test_the_wheel_turns_by_steps_in_each_direction(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    injector.scroll(0, 2)
    injector.scroll(0, -1)
    injector.scroll(1, 0)
    injector.scroll(-1, 0)
    assert [press.symbol for press in window.downs(5)] == [4, 4, 5, 7, 6]


def test_the_wheel_with_ctrl_held_zooms(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    injector.press(("ctrl",))
    injector.scroll(0, 1)
    injector.release(("ctrl",))
    assert [(one.symbol, one.state) for one in window.pressed(2)[1:]] == [(4, CONTROL)]


def test_clicks_arrive_at_the_pointer(injector: X11Injector, open_window: Callable) -> None:
    window = open_window("Editor")
    injector.click("left", 2)
    injector.click("right", 1)
    presses = window.downs(3)
    assert [press.symbol for press in presses] == [1, 1, 3]
    assert not any(press.synthetic for press in presses)


def test_a_server_that_goes_away_takes_all_keys_along_and_one_that_comes_back_is_used(
    start_x_server: Callable, x: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name = start_x_server()
    monkeypatch.setenv("DISPLAY", name)
    injector = X11Injector()
    told: list[Down] = []
    injector.tell_holds(told.append)
    injector.press(("ctrl",))
    injector.press_button("left")
    assert injector.tend() == ""
    server.kill()
    server.wait(10)
    assert "the X server is gone" in injector.tend()
    assert told[-1] == Down()
    for use in (lambda: injector.tap(("a",)), lambda: injector.scroll(0, 1), lambda: injector.press_button("left")):
        with pytest.raises(DesktopError, match="the X server is gone"):
            use()
    injector.release(("ctrl",))
    injector.release_all()

    start_x_server(name)
    assert injector.tend() == ""
    injector.press(("shift",))
    assert keys_down(name) == 1
    injector.close()
    assert keys_down(name) == 0


def test_the_end_of_the_server_is_noticed_by_whatever_is_tried_first(
    start_x_server: Callable, x: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name = start_x_server()
    monkeypatch.setenv("DISPLAY", name)
    injectors = [X11Injector() for _ in range(5)]
    for injector in injectors:
        injector.press(("ctrl",))
    server.kill()
    server.wait(10)
    tap, scroll, text, release, close = injectors
    for use in (lambda: tap.tap(("a",)), lambda: scroll.scroll(0, 1), lambda: text.type_text("é")):
        with pytest.raises(DesktopError, match="the X server is gone"):
            use()
    release.release_all()
    close.close()


def test_a_display_that_isnt_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    rank = X11Injector.rank()
    assert isinstance(rank, Unavailable)
    assert ":987" in rank.reason
    assert "DISPLAY" in rank.remedy


def _run_and_kill(statement: str) -> None:
    """Do one thing with an injector in another process, which then is killed."""
    program = (
        "import time; from gesturectl.desktop.x11 import X11Injector\n"
        f"injector = X11Injector(); {statement}; print('done', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], env=os.environ, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"done\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
