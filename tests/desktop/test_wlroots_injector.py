"""Keys and pointer in real windows of a headless sway."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from virtual_wayland import Got, Sway

from gesturectl.desktop.base import Unavailable
from gesturectl.desktop.select import choose_injector
from gesturectl.desktop.wlroots import WlrootsInjector
from gesturectl.desktop.xkb_keymap import POSITIONS, SPARE
from gesturectl.errors import DesktopError
from gesturectl.keys import character_keysym, keysym, parse_chord

pytestmark = pytest.mark.display

SHIFT, CONTROL, ALT, SUPER, ALTGR = 1, 4, 8, 64, 128


@pytest.fixture
def injector(sway: Sway) -> Iterator[WlrootsInjector]:
    injector = WlrootsInjector()
    yield injector
    injector.close()


def test_the_wlroots_injector_is_chosen_under_sway(sway: Sway) -> None:
    injector, _ = choose_injector()
    assert injector.name == "wlroots"
    injector.close()


def test_the_first_keys_after_connecting_arrive(open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")  # the seat has no keyboard yet: this window will have to ask for one
    for _ in range(3):
        injector = WlrootsInjector()
        injector.type_text("first")
        assert [chr(symbol) for symbol, _ in window.downs(5)] == list("first")
        injector.close()


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("Ctrl+Tab", CONTROL),
        ("Ctrl+Shift+T", CONTROL | SHIFT),
        ("Alt+Left", ALT),
        ("Super+Page_Down", SUPER),
        ("F5", 0),
        ("F20", 0),
        ("Ctrl+/", CONTROL),
        ("Ctrl+Plus", CONTROL | SHIFT),
        ("?", SHIFT),
        ("Media_Play_Pause", 0),
        ("Volume_Up", 0),
        ("Mic_Mute", 0),
        ("KP_7", 0),
        ("Ctrl+é", CONTROL),
    ],
)
def test_a_chord_arrives_with_its_modifiers(
    injector: WlrootsInjector, open_wayland_window: Callable, text: str, modifiers: int
) -> None:
    window = open_wayland_window("editor")
    chord = parse_chord(text)
    injector.tap(chord)
    symbol, held = window.downs(modifiers.bit_count() + 1)[-1]
    assert held == modifiers
    assert symbol in {keysym(chord[-1]), ord(chr(min(keysym(chord[-1]), 0x7F)).upper())}


def test_every_key_there_is_a_name_for_has_a_place(injector: WlrootsInjector, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    symbols = [symbol for symbol, (_, shifted) in POSITIONS.items() if not shifted]
    for symbol in symbols:
        injector._send(POSITIONS[symbol][0], True)
        injector._send(POSITIONS[symbol][0], False)
    assert [symbol for symbol, _ in window.downs(len(symbols))] == symbols


@pytest.mark.parametrize("layout", ["us", "fr", "us(dvorak)", "de", "ru"])
def test_a_chord_means_the_same_key_whatever_the_persons_layout(
    sway: Sway, injector: WlrootsInjector, open_wayland_window: Callable, layout: str
) -> None:
    window = open_wayland_window("editor")
    name, _, variant = layout.rstrip(")").partition("(")
    for setting, value in (("xkb_variant", '""'), ("xkb_layout", name), ("xkb_variant", variant or '""')):
        sway.tell("input", "type:keyboard", setting, value)  # which sway applies to virtual keyboards, too
    injector.tap(parse_chord("Ctrl+A"))
    injector.tap(parse_chord("Ctrl+/"))
    injector.tap(parse_chord("Ctrl+1"))
    assert window.downs(6) == [
        (keysym("ctrl"), 0), (ord("a"), CONTROL),
        (keysym("ctrl"), 0), (ord("/"), CONTROL),
        (keysym("ctrl"), 0), (ord("1"), CONTROL),
    ]  # fmt: skip


def test_a_held_chord_stays_down_until_it_is_released(injector: WlrootsInjector, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    injector.press(("ctrl",))
    injector.tap(("ctrl", "c"))
    assert window.keys(3) == [Got(keysym("ctrl"), 0, True), Got(ord("c"), CONTROL, True), Got(ord("c"), CONTROL, False)]
    injector.release(("ctrl",))
    assert window.keys(1) == [Got(keysym("ctrl"), CONTROL, False)]
    injector.tap(("c",))
    assert window.downs(1) == [(ord("c"), 0)]


def test_release_all_releases_keys_and_buttons(injector: WlrootsInjector, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    injector.move(10, 10)
    injector.press(("ctrl", "shift", "right"))
    injector.press_button("left")
    injector.release_all()
    injector.release_all()
    assert [one.down for one in window.keys(6)] == [True] * 3 + [False] * 3
    window.wait_for(lambda: ("button", 0x110, False) in window.pointer)


def test_any_text_arrives_as_the_characters_it_has(injector: WlrootsInjector, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    text = "Hallo Wörld, 漢字 😀 100% ~ é"
    injector.type_text(text)
    shifts = sum(character in "HW%~" for character in text)
    got = [symbol for symbol, _ in window.downs(len(text) + shifts) if symbol != keysym("shift")]
    assert got == [character_keysym(character) for character in text]


def test_a_text_of_more_characters_than_there_are_spare_codes_arrives(
    injector: WlrootsInjector, open_wayland_window: Callable
) -> None:
    window = open_wayland_window("editor")
    text = "".join(chr(0x4E00 + index) for index in range(2 * len(SPARE) + 5))
    injector.type_text(text)
    assert [symbol for symbol, _ in window.downs(len(text))] == [character_keysym(character) for character in text]


def test_a_text_is_broken_off_when_all_is_to_stop(injector: WlrootsInjector, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    asked = iter([False, True, False])
    injector.heed(lambda: next(asked))
    with pytest.raises(DesktopError, match="broken off"):
        injector.type_text("ab")
    injector.tap(("c",))
    assert [one.symbol for one in window.keys(4)] == [ord("a"), ord("a"), ord("c"), ord("c")]


def test_text_isnt_typed_into_a_held_modifier(injector: WlrootsInjector, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    injector.press(("ctrl",))
    injector.type_text("c")
    assert window.keys(5) == [
        Got(keysym("ctrl"), 0, True), Got(keysym("ctrl"), CONTROL, False), Got(ord("c"), 0, True),
        Got(ord("c"), 0, False), Got(keysym("ctrl"), 0, True),
    ]  # fmt: skip


def test_a_terminal_gets_the_text(sway: Sway, injector: WlrootsInjector, tmp_path: Path) -> None:
    if shutil.which("foot") is None:
        pytest.skip("foot not installed (apt-get install foot)")
    typed, ready = tmp_path / "typed", tmp_path / "ready"
    with (tmp_path / "foot").open("wb") as output:
        process = subprocess.Popen(
            ["foot", "--app-id=terminal", "sh", "-c", f"touch {ready}; exec cat > {typed}"],
            env={**os.environ, "LC_ALL": "C.UTF-8"}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        until = time.monotonic() + 20
        while not ready.exists():
            assert time.monotonic() < until and process.poll() is None, (tmp_path / "foot").read_text()
            time.sleep(0.05)
        time.sleep(0.3)  # the window is shown after its program started
        injector.type_text("Hallo wörld, 漢字 😀\n")
        while not typed.exists() or "\n" not in typed.read_text():
            assert time.monotonic() < until, "nothing came"
            time.sleep(0.05)
        assert typed.read_text() == "Hallo wörld, 漢字 😀\n"
    finally:
        process.terminate()
        process.wait(10)


def test_the_wheel_turns_by_notches_in_each_direction(injector: WlrootsInjector, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    injector.move(1, 1)
    injector.scroll(0, 2)
    injector.scroll(0, -1)
    injector.scroll(1, 0)
    injector.scroll(-1, 0)
    wanted = [("wheel", 0, -1), ("wheel", 0, -1), ("wheel", 0, 1), ("wheel", 1, 1), ("wheel", 1, -1)]
    window.wait_for(lambda: [one for one in window.pointer if one[0] == "wheel"] == wanted)


def test_clicks_and_moves_arrive(injector: WlrootsInjector, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    injector.move(-2000, -2000)
    injector.move(30, 40)
    injector.click("left", 2)
    injector.click("right", 1)
    pushes = [(0x110, True), (0x110, False)] * 2 + [(0x111, True), (0x111, False)]
    window.wait_for(lambda: [one[1:] for one in window.pointer if one[0] == "button"] == pushes)
    assert [one[1:] for one in window.pointer if one[0] == "at"][-1] == (30, 40)


def test_keys_that_a_killed_predecessor_held_are_released(sway: Sway, open_wayland_window: Callable) -> None:
    window = open_wayland_window("editor")
    program = (
        "import time; from gesturectl.desktop.wlroots import WlrootsInjector\n"
        "injector = WlrootsInjector(); injector.press(('ctrl', 'right')); print('done', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", program], env=os.environ, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"done\n"
    assert [one.down for one in window.keys(2)] == [True, True]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert [one.down for one in window.keys(2)] == [False, False]
    injector = WlrootsInjector()
    injector.tap(("c",))
    assert window.downs(1) == [(ord("c"), 0)]
    injector.close()


def test_a_closed_injector_refuses_and_a_missing_compositor_is_a_reason(
    sway: Sway, monkeypatch: pytest.MonkeyPatch
) -> None:
    injector = WlrootsInjector()
    injector.close()
    injector.close()
    with pytest.raises(DesktopError, match="closed"):
        injector.tap(("a",))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-99")
    rank = WlrootsInjector.rank()
    assert isinstance(rank, Unavailable)
    assert "WAYLAND_DISPLAY" in rank.remedy
