"""Keys through uinput. This machine's kernel has no such device: a fake one writes down what it would get."""

from pathlib import Path

import pytest

from gesturectl.desktop import uinput
from gesturectl.desktop.base import Unavailable
from gesturectl.desktop.uinput import UinputInjector
from gesturectl.errors import DesktopError
from gesturectl.keys import parse_chord

CTRL, SHIFT, ALTGR = 29, 42, 100
CODE_Q, CODE_A, CODE_2, CODE_0, CODE_7 = 16, 30, 3, 11, 8


class Node:
    """What the kernel would be told: events, each of which has to be followed by a report."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int, int]] = []
        self.waiting: list[tuple[int, int, int]] = []
        self.closed = self.broken = False

    def write(self, kind: int, code: int, value: int) -> None:
        if self.broken:
            raise OSError(19, "No such device")
        self.waiting.append((kind, code, value))

    def syn(self) -> None:
        self.told += self.waiting
        self.waiting = []

    def close(self) -> None:
        self.closed = True

    def keys(self) -> list[tuple[int, int]]:
        """Codes with 1 for down and 0 for up, since the last call."""
        told, self.told = self.told, []
        return [(code, value) for kind, code, value in told if kind == 1]


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.fixture
def injector(node: Node, monkeypatch: pytest.MonkeyPatch) -> UinputInjector:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("XKB_DEFAULT_LAYOUT", "us")
    return UinputInjector(lambda: node)


def test_a_chord_goes_down_in_order_and_up_in_reverse(injector: UinputInjector, node: Node) -> None:
    injector.tap(parse_chord("Ctrl+Shift+A"))
    assert node.keys() == [(CTRL, 1), (SHIFT, 1), (CODE_A, 1), (CODE_A, 0), (SHIFT, 0), (CTRL, 0)]


def test_a_chord_means_the_same_key_on_azerty_and_dvorak(
    injector: UinputInjector, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XKB_DEFAULT_LAYOUT", "fr")
    injector.tap(parse_chord("Ctrl+A"))
    assert node.keys() == [(CTRL, 1), (CODE_Q, 1), (CODE_Q, 0), (CTRL, 0)]
    injector.tap(parse_chord("2"))  # Shift's, there
    assert node.keys() == [(SHIFT, 1), (CODE_2, 1), (CODE_2, 0), (SHIFT, 0)]
    monkeypatch.setenv("XKB_DEFAULT_VARIANT", "dvorak")
    monkeypatch.setenv("XKB_DEFAULT_LAYOUT", "us")
    injector.tap(parse_chord("Ctrl+'"))  # where QWERTY has Q
    assert node.keys() == [(CTRL, 1), (CODE_Q, 1), (CODE_Q, 0), (CTRL, 0)]


def test_text_is_typed_with_the_modifiers_of_its_layout(
    injector: UinputInjector, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XKB_DEFAULT_LAYOUT", "fr")
    injector.type_text("à@")
    assert node.keys() == [(CODE_0, 1), (CODE_0, 0), (ALTGR, 1), (CODE_0, 1), (CODE_0, 0), (ALTGR, 0)]


def test_text_that_the_layout_lacks_is_refused_whole(injector: UinputInjector, node: Node) -> None:
    with pytest.raises(DesktopError, match="“漢”: the keyboard's layout doesn't have it"):
        injector.type_text("ab漢")
    assert node.keys() == []


def test_a_text_is_broken_off_when_all_is_to_stop(injector: UinputInjector, node: Node) -> None:
    asked = iter([False, True])
    injector.heed(lambda: next(asked))
    with pytest.raises(DesktopError, match="broken off"):
        injector.type_text("aaa")
    assert len(node.keys()) == 2


def test_what_is_held_is_released_before_text_and_held_again_after(injector: UinputInjector, node: Node) -> None:
    injector.press(("ctrl",))
    injector.type_text("q")
    assert node.keys() == [(CTRL, 1), (CTRL, 0), (CODE_Q, 1), (CODE_Q, 0), (CTRL, 1)]
    injector.close()
    injector.close()
    assert node.keys() == [(CTRL, 0)]
    assert node.closed


def test_chords_that_share_a_key_release_it_once(injector: UinputInjector, node: Node) -> None:
    injector.press(("ctrl",))
    injector.tap(("ctrl", "a"))
    injector.release(("ctrl",))
    assert node.keys() == [(CTRL, 1), (CODE_A, 1), (CODE_A, 0), (CTRL, 0)]


def test_the_wheel_and_the_pointer(injector: UinputInjector, node: Node) -> None:
    injector.scroll(-1, 2)
    injector.move(5, -3)
    injector.click("right", 1)
    assert node.told == [(2, 8, 1), (2, 8, 1), (2, 6, -1), (2, 0, 5), (2, 1, -3), (1, 0x111, 1), (1, 0x111, 0)]


def test_a_device_that_goes_away_is_an_error(injector: UinputInjector, node: Node) -> None:
    injector.press(("ctrl",))
    node.broken = True
    with pytest.raises(DesktopError, match="the kernel refused a key"):
        injector.tap(("a",))
    injector.release_all()
    injector.close()


def test_without_the_device_the_remedy_is_the_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uinput, "NODE", tmp_path / "uinput")
    rank = UinputInjector.rank()
    assert isinstance(rank, Unavailable)
    assert "setup-uinput" in rank.remedy
    (tmp_path / "uinput").touch()
    assert UinputInjector.rank() == 30
