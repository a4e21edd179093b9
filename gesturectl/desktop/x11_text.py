"""Typing any text on X11: characters that the layout doesn't have borrow keycodes that it doesn't use.

The way of xdotool, except that a borrowed keycode keeps its character until it is needed for another one: a window
reads the layout only after the key came, and would otherwise find the next character there.
"""

import time
from collections.abc import Callable, Iterator

from gesturectl.desktop.x11_display import Display, drain
from gesturectl.errors import DesktopError
from gesturectl.keys import character_keysym, keysym

_SETTLE_S = 0.25
"""How long windows get to read a layout before a keycode means something else. On a busy machine xterm lost characters
with 0.05 s and none with 0.1 s."""

_AT_ONCE = 100
"""Characters before anybody can break it off: 2 ms. 10,000 at once took 5.6 s, since python-xlib copies its whole queue
again and again; by the hundred they take 0.2 s."""

_GROUP_SHIFT, _GROUPS, _CAPS_LOCK = 13, 3, 2
"""Where the pointer's state has the layout's group and Caps Lock (X Keyboard Extension, section 2.2.2)."""


class Typist:
    """Types on one connection. Called from one thread; errors are those of python-xlib."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._borrowed: dict[int, int] = {}
        """Keysyms with their borrowed keycodes, the longest unused first."""
        self._free = list(self._unused_keycodes())
        self._last_s = 0.0

    def type(self, text: str, go_on: Callable[[], None]) -> None:
        """Press a key for every character. `go_on` is called now and then, and may raise to break it off.

        Raises DesktopError if the layout has no keycode to spare for one.
        """
        drain(self._display)
        state = self._display.screen().root.query_pointer().mask
        # The core protocol can't tell what a key gives in another group of the layout, so all characters borrow there.
        plain = {} if state >> _GROUP_SHIFT & _GROUPS else self._plain_positions()
        caps = (keysym("caps_lock"),) if state & _CAPS_LOCK else ()
        for symbol in caps:
            self._tap(self._keycode(symbol))
        try:
            for part in self._parts([character_keysym(character) for character in text], plain):
                go_on()
                self._borrow(dict.fromkeys(symbol for symbol in part if symbol not in plain))
                for symbol in part:
                    keycode, column = plain[symbol] if symbol in plain else (self._borrowed[symbol], 0)
                    self._tap(keycode, *self._modifiers(column))
                self._display.sync()
                self._last_s = time.monotonic()
        finally:
            for symbol in caps:
                self._tap(self._keycode(symbol))
            self._display.sync()

    def close(self) -> None:
        """Give the borrowed keycodes back."""
        if self._borrowed:
            self._settle()
        for keycode in self._borrowed.values():
            self._display.change_keyboard_mapping(keycode, [(0, 0)])
        self._borrowed.clear()
        self._display.sync()

    def _parts(self, symbols: list[int], plain: dict[int, tuple[int, int]]) -> Iterator[list[int]]:
        """The text in short parts whose borrowed characters fit into the keycodes there are."""
        room = len(self._free) + len(self._borrowed)
        part: list[int] = []
        foreign: set[int] = set()
        for symbol in symbols:
            if symbol not in plain and symbol not in foreign:
                if len(foreign) == room:
                    yield part
                    part, foreign = [], set()
                foreign.add(symbol)
            part.append(symbol)
            if len(part) == _AT_ONCE:
                yield part
                part, foreign = [], set()
        yield part

    def _borrow(self, symbols: dict[int, None]) -> None:
        """Make sure that each keysym has a keycode of its own."""
        for symbol in symbols:
            if symbol in self._borrowed:
                self._borrowed[symbol] = self._borrowed.pop(symbol)  # used last
        missing = [symbol for symbol in symbols if symbol not in self._borrowed]
        for symbol in missing:
            if self._free:
                keycode = self._free.pop()
            elif oldest := next((known for known in self._borrowed if known not in symbols), None):
                self._settle()
                keycode = self._borrowed.pop(oldest)
            else:
                fact = f"no keycode is free to type U+{symbol & 0xFFFFFF:04X} with"
                raise DesktopError("text", fact, "Type fewer different letters at a time, or free a key with xmodmap.")
            self._display.change_keyboard_mapping(keycode, [(symbol, symbol)])
            self._borrowed[symbol] = keycode
        if missing:
            self._display.sync()
            drain(self._display)

    def _settle(self) -> None:
        time.sleep(max(0.0, self._last_s + _SETTLE_S - time.monotonic()))

    def _unused_keycodes(self) -> Iterator[int]:
        """Keycodes without any keysym, and those that a typist which was killed didn't give back."""
        first = self._display.display.info.min_keycode
        count = self._display.display.info.max_keycode - first + 1
        modifiers = {code for row in self._display.get_modifier_mapping() for code in row}
        for keycode, row in enumerate(self._display.get_keyboard_mapping(first, count), first):
            left_over = row[0] == row[1] and (0xA0 < row[0] < 0x100 or row[0] > 0x1000100) and set(row) <= {row[0], 0}
            if keycode not in modifiers and (not any(row) or left_over):
                yield keycode

    def _plain_positions(self) -> dict[int, tuple[int, int]]:
        """Where the layout itself has each keysym in its first group: (keycode, column), the easiest one."""
        first = self._display.display.info.min_keycode
        count = self._display.display.info.max_keycode - first + 1
        borrowed = set(self._borrowed.values())
        positions: dict[int, tuple[int, int]] = {}
        rows = self._display.get_keyboard_mapping(first, count)
        for column in (0, 1, 4, 5):
            for keycode, row in enumerate(rows, first):
                if keycode not in borrowed and column < len(row) and row[column]:
                    positions.setdefault(row[column], (keycode, column))
        return positions

    def _modifiers(self, column: int) -> Iterator[int]:
        """The keycodes to hold for a column of the layout."""
        if column >= 4:
            yield self._keycode(keysym("altgr"))
        if column % 2:
            yield self._keycode(keysym("shift"))

    def _keycode(self, symbol: int) -> int:
        return int(self._display.keysym_to_keycode(symbol))

    def _tap(self, keycode: int, *held: int) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        for code in (*held, keycode):
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in (keycode, *reversed(held)):
            xtest.fake_input(self._display, X.KeyRelease, code)
