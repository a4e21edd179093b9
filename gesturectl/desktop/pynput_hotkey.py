"""A chord of the keyboard on Windows and macOS, through pynput. Not run on either system yet: nobody here has one.

pynput hears every key to find the chord among them; nothing but the chord leaves it.
"""

import platform
import threading
from collections.abc import Callable
from typing import Any

from gesturectl.desktop.base import NOTHING_TO_DO, HotKey, Unavailable
from gesturectl.desktop.macos import MacInjector
from gesturectl.errors import DesktopError
from gesturectl.keys import key

_NAMES = {"super": "cmd", "altgr": "alt_gr"}
"""Keys that pynput calls otherwise."""


class PynputHotKey(HotKey):
    """What gesturectl presses itself doesn't count, where the system marks it as injected."""

    name = "pynput"

    def __init__(self, chord: tuple[str, ...]) -> None:
        try:
            from pynput import keyboard
        except (ImportError, OSError) as error:
            raise DesktopError("panic chord", f"pynput can't start ({error})", "Run: pip install pynput") from error
        self._done = threading.Event()
        self._pressed: Callable[[], None] = lambda: None
        try:
            listener = keyboard.GlobalHotKeys({"+".join(map(_word, chord)): lambda: self._pressed()})
        except ValueError as error:
            raise DesktopError("panic chord", f"this system has no key {error}", "Choose another one.") from error
        self._listener: Any = listener

    @classmethod
    def rank(cls) -> int | Unavailable:
        if platform.system() == "Darwin":
            return MacInjector.rank()  # the same permission
        return 50 if platform.system() == "Windows" else Unavailable("this is neither Windows nor macOS", NOTHING_TO_DO)

    def watch(self, pressed: Callable[[], None]) -> None:
        if self._done.is_set():
            return
        self._pressed = pressed
        self._listener.start()
        self._done.wait()
        self._listener.stop()

    def close(self) -> None:
        self._done.set()


def _word(name: str) -> str:
    """A key as pynput writes it in a chord."""
    symbol = key(name).keysym
    return chr(symbol) if 0x20 < symbol < 0x100 else f"<{_NAMES.get(name, name)}>"
