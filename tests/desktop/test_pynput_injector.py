"""What Windows and macOS are asked for, by a small working stand-in for pynput: neither system is here."""

import enum
import sys
from types import ModuleType
from typing import Any

import pytest

from gesturectl.desktop.macos import MacInjector
from gesturectl.desktop.windows import WindowsInjector
from gesturectl.errors import DesktopError


class KeyCode:
    def __init__(self, char: str) -> None:
        self.name = char

    from_char = classmethod(lambda cls, char: cls(char))


Key = enum.Enum("Key", "ctrl shift alt cmd alt_gr tab enter f5 page_up media_play_pause media_volume_up")
Button = enum.Enum("Button", "left middle right")


class RefusedError(Exception):
    pass


class Keyboard:
    InvalidKeyException = InvalidCharacterException = RefusedError

    def __init__(self) -> None:
        self.done: list[str] = []

    def press(self, code: Any) -> None:
        if code.name == "☠":
            raise RefusedError(code.name)
        self.done.append(f"+{code.name}")

    def release(self, code: Any) -> None:
        self.done.append(f"-{code.name}")


class Mouse:
    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []

    def scroll(self, dx: int, dy: int) -> None:
        self.done.append((dx, dy))

    def click(self, button: Button, count: int) -> None:
        self.done.append((button, count))


@pytest.fixture(params=[WindowsInjector, MacInjector])
def injector(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    package, keyboard, mouse = (ModuleType(name) for name in ("pynput", "pynput.keyboard", "pynput.mouse"))
    vars(keyboard).update(Key=Key, KeyCode=KeyCode, Controller=Keyboard)
    vars(mouse).update(Button=Button, Controller=Mouse)
    vars(package).update(keyboard=keyboard, mouse=mouse)
    for module in (package, keyboard, mouse):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return request.param()


def test_chords_go_down_in_order_and_up_in_reverse(injector: Any) -> None:
    injector.tap(("ctrl", "super", "page_up"))
    assert injector._keyboard.done == ["+ctrl", "+cmd", "+page_up", "-page_up", "-cmd", "-ctrl"]


def test_letters_signs_and_media_keys_have_their_codes(injector: Any) -> None:
    for name in ("t", "slash", "é", "volume_up", "altgr"):
        injector.press((name,))
    assert injector._keyboard.done == ["+t", "+/", "+é", "+media_volume_up", "+alt_gr"]


def test_a_modifier_stays_down_while_another_chord_needs_it(injector: Any) -> None:
    injector.press(("ctrl",))
    injector.tap(("ctrl", "t"))
    assert injector._keyboard.done == ["+ctrl", "+t", "-t"]
    injector.release_all()
    assert injector._keyboard.done[-1] == "-ctrl"


def test_a_key_that_the_system_lacks_is_refused_before_anything_is_pressed(injector: Any) -> None:
    with pytest.raises(DesktopError, match="F24"):
        injector.tap(("ctrl", "f24"))
    assert injector._keyboard.done == []


def test_a_chord_that_fails_midway_leaves_nothing_down(injector: Any) -> None:
    with pytest.raises(DesktopError, match="refused"):
        injector.press(("ctrl", "☠"))
    assert injector._keyboard.done[:1] == ["+ctrl"]
    assert injector._keyboard.done[-1] == "-ctrl"


def test_text_wheel_and_clicks_are_passed_on(injector: Any) -> None:
    injector.type_text("hé\n")
    injector.scroll(-1, 2)
    injector.click("right", 2)
    assert injector._keyboard.done == ["+h", "-h", "+é", "-é", "+enter", "-enter"]
    assert injector._mouse.done == [(-1, 2), (Button.right, 2)]


def test_a_text_is_broken_off_when_all_is_to_stop(injector: Any) -> None:
    asked = iter([False, True])
    injector.heed(lambda: next(asked))
    with pytest.raises(DesktopError, match="broken off"):
        injector.type_text("abc")
    assert injector._keyboard.done == ["+a", "-a"]


def test_a_held_key_repeats_by_our_own_clock_and_modifiers_dont(injector: Any) -> None:
    injector.press(("ctrl",))
    assert injector.keep_up(10.0) is None
    injector.press(("ctrl", "tab"))
    injector._keyboard.done.clear()
    assert injector.keep_up(10.0) == 10.5
    injector.keep_up(10.4)
    assert injector._keyboard.done == []
    assert injector.keep_up(10.5) == pytest.approx(10.5 + 1 / 30)
    assert injector._keyboard.done == ["+tab"]
    injector.release(("ctrl", "tab"))
    assert injector.keep_up(11.0) is None
