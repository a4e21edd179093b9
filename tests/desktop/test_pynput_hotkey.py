"""What pynput is asked for on Windows and macOS, by a small working stand-in for it: neither system is here."""

import sys
import threading
from types import ModuleType
from typing import Any

import pytest
from eventually import eventually

from gesturectl.desktop import pynput_hotkey
from gesturectl.desktop.base import Unavailable
from gesturectl.desktop.pynput_hotkey import PynputHotKey
from gesturectl.errors import DesktopError
from gesturectl.keys import parse_chord


class GlobalHotKeys:
    """Knows the names that pynput has on both systems."""

    made: Any = None

    def __init__(self, hotkeys: dict[str, Any]) -> None:
        for word in next(iter(hotkeys)).split("+"):
            if word not in ("<ctrl>", "<alt>", "<shift>", "<cmd>", "<esc>", "<f12>", "k"):
                raise ValueError(word)
        self.hotkeys, self.running = hotkeys, False
        GlobalHotKeys.made = self

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False


@pytest.fixture(autouse=True)
def pynput(monkeypatch: pytest.MonkeyPatch) -> None:
    package, keyboard = ModuleType("pynput"), ModuleType("pynput.keyboard")
    vars(keyboard).update(GlobalHotKeys=GlobalHotKeys)
    vars(package).update(keyboard=keyboard)
    for module in (package, keyboard):
        monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.parametrize(
    ("text", "words"),
    [("Ctrl+Alt+Super+Esc", "<ctrl>+<alt>+<cmd>+<esc>"), ("Ctrl+K", "<ctrl>+k"), ("F12", "<f12>")],
)
def test_chords_are_written_as_pynput_reads_them_and_told(text: str, words: str) -> None:
    key = PynputHotKey(parse_chord(text))
    told: list[int] = []
    thread = threading.Thread(target=key.watch, args=(lambda: told.append(1),))
    thread.start()
    assert eventually(lambda: GlobalHotKeys.made.running)
    GlobalHotKeys.made.hotkeys[words]()
    assert told == [1]
    key.close()
    thread.join(2)
    assert not thread.is_alive()
    assert not GlobalHotKeys.made.running


def test_a_key_that_the_system_lacks_is_an_error() -> None:
    with pytest.raises(DesktopError, match="no key <f24>"):
        PynputHotKey(("ctrl", "f24"))


def test_it_is_for_windows_and_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pynput_hotkey.platform, "system", lambda: "Linux")
    assert isinstance(PynputHotKey.rank(), Unavailable)
    monkeypatch.setattr(pynput_hotkey.platform, "system", lambda: "Windows")
    assert PynputHotKey.rank() == 50
