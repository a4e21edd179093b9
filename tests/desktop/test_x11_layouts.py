"""Keys and text on keyboards that aren't American, and on a server that lost track."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gesturectl.desktop import x11_display
from gesturectl.desktop.x11 import X11Injector
from gesturectl.keys import keysym, parse_chord

pytestmark = pytest.mark.display

SHIFT, CONTROL, ALTGR = 1, 4, 128


@pytest.fixture
def layout(x: str) -> Iterator[Callable[..., None]]:
    """Sets the keyboard's layout for one test."""
    if shutil.which("setxkbmap") is None:
        pytest.skip("setxkbmap not installed (apt-get install x11-xkb-utils)")

    def set_layout(*words: str) -> None:
        subprocess.run(["setxkbmap", "-option", "", *words], check=True)

    yield set_layout
    set_layout("-layout", "us", "-variant", "")


def test_a_sign_gets_the_shift_or_altgr_that_its_layout_needs(layout: Callable, open_window: Callable) -> None:
    layout("-layout", "de")
    window, injector = open_window("Editor"), X11Injector()
    injector.tap(parse_chord("Ctrl+/"))
    assert [press.state for press in window.downs(3)][-1] == CONTROL | SHIFT
    injector.tap(parse_chord("@"))
    assert [(press.symbol, press.state) for press in window.downs(2)][-1] == (ord("@"), ALTGR)
    injector.tap(parse_chord("Ö"))
    assert window.downs(1)[0].symbol == ord("ö")
    injector.close()


@pytest.mark.parametrize("words", [("-layout", "fr"), ("-layout", "us", "-variant", "dvorak"), ("-layout", "us")])
def test_a_chord_means_the_same_key_on_azerty_and_dvorak(
    layout: Callable, open_window: Callable, words: tuple[str, ...]
) -> None:
    layout(*words)
    window, injector = open_window("Editor"), X11Injector()
    injector.tap(parse_chord("Ctrl+A"))
    injector.tap(parse_chord("Ctrl+W"))
    assert [(press.symbol, press.state) for press in window.downs(4)][1::2] == [
        (ord("a"), CONTROL),
        (ord("w"), CONTROL),
    ]
    injector.close()


def test_a_layout_that_changes_while_we_run_is_followed(layout: Callable, open_window: Callable) -> None:
    window, injector = open_window("Editor"), X11Injector()
    layout("-layout", "fr")
    injector.tap(("ctrl", "a"))
    assert window.downs(2)[-1].symbol == ord("a")
    injector.type_text("zé2")
    symbols = [press.symbol for press in window.downs(4)]
    assert [symbol for symbol in symbols if symbol != keysym("shift")] == [ord("z"), ord("é"), ord("2")]
    injector.close()


def test_latin_text_arrives_on_a_keyboard_without_latin_letters(layout: Callable, open_window: Callable) -> None:
    layout("-layout", "ru")
    window, injector = open_window("Editor"), X11Injector()
    injector.type_text("hello")
    assert [press.symbol for press in window.downs(5)] == [ord(letter) for letter in "hello"]
    injector.close()


def test_text_arrives_while_the_second_layout_is_in_use(layout: Callable, terminal: Any) -> None:
    layout("-layout", "us,ru", "-option", "grp:menu_toggle")
    _press_menu()  # changes the layout
    injector = X11Injector()
    injector.type_text("hié\n")
    _press_menu()
    injector.type_text("hi\n")
    assert terminal.lines(2) == "hié\nhi\n"
    injector.close()


def _press_menu() -> None:
    from Xlib import X
    from Xlib.ext import xtest

    display = x11_display.open_display()
    for kind in (X.KeyPress, X.KeyRelease):
        xtest.fake_input(display, kind, 135)
    display.sync()
    display.close()
