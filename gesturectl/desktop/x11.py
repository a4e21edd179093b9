"""Keys and pointer on an X11 desktop, through pynput and the XTEST extension.

pynput is asked for keysyms only (`from_vk`): characters it sends with XSendEvent, which terminals and global shortcuts
ignore, and keys that have no keycode stop its connection.
"""

from contextlib import suppress
from typing import Any

from gesturectl.desktop import x11_display
from gesturectl.desktop.base import Capability, Injector, Unavailable
from gesturectl.desktop.keys import key, keysym
from gesturectl.desktop.x11_text import Typist
from gesturectl.errors import DesktopError

_BUTTONS = {"left": 1, "middle": 2, "right": 3}
_WHEEL_UP, _WHEEL_DOWN, _WHEEL_LEFT, _WHEEL_RIGHT = 4, 5, 6, 7
_NUM_LOCKED = range(0xFFAA, 0xFFBA)
"""Keysyms of the keypad's digits and signs: Num Lock gives what Shift gives without it."""
_NUM_LOCK = 1 << 4
"""Mod2 of the pointer's state; XKB's own layouts all have Num Lock there."""


class X11Injector(Injector):
    """Presses keys as a real keyboard would. Connecting releases keys that a crashed predecessor left down."""

    name = "x11"
    capabilities = frozenset(Capability)

    def __init__(self) -> None:
        with x11_display.translated(), x11_display.quiet():
            from pynput import keyboard
            from pynput._util.xorg import X11Error

            controller = keyboard.Controller()
        self._refused: type[Exception] = X11Error
        self._keyboard: Any = controller
        self._key_code: Any = keyboard.KeyCode
        # One connection for everything keeps our requests in order, and lets us read the events that pynput leaves.
        self._display = x11_display.repaired(controller._display)
        self._typist = Typist(self._display)
        self._held: list[tuple[tuple[str, ...], tuple[int, ...]]] = []
        """Chords that are down with their keysyms, oldest first."""
        self._buttons: list[str] = []
        """Buttons that are down."""
        self._closed = False
        self._release_leftovers()

    @classmethod
    def rank(cls) -> int | Unavailable:
        return x11_display.unavailable() or 50

    def press(self, chord: tuple[str, ...]) -> None:
        self._check_open()
        with x11_display.translated():
            if not self._held:  # while keys are down the layout stays as read, so that the same keys go up again
                x11_display.drain(self._display)
            keysyms = self._keysyms(chord)
            already = self._down()
            self._held.append((chord, keysyms))
            try:
                for symbol in keysyms:
                    if symbol not in already:
                        self._send(symbol, down=True)
            except DesktopError:
                self.release_all()
                raise

    def release(self, chord: tuple[str, ...]) -> None:
        index = next((i for i, (held, _) in enumerate(self._held) if held == chord), None)
        if index is None:
            return
        _, keysyms = self._held.pop(index)
        still = self._down()
        with x11_display.translated():
            for symbol in reversed(keysyms):
                if symbol not in still:
                    self._send(symbol, down=False)

    def type_text(self, text: str) -> None:
        self._check_open()
        held = [chord for chord, _ in self._held]
        self.release_all()  # with Ctrl down, letters would be shortcuts
        with x11_display.translated():
            self._typist.type(text)
        for chord in held:
            self.press(chord)

    def scroll(self, dx: int, dy: int) -> None:
        self._push(_WHEEL_UP if dy > 0 else _WHEEL_DOWN, abs(dy))
        self._push(_WHEEL_RIGHT if dx > 0 else _WHEEL_LEFT, abs(dx))

    def move(self, dx: int, dy: int) -> None:
        self._check_open()
        from Xlib import X
        from Xlib.ext import xtest

        with x11_display.translated():
            xtest.fake_input(self._display, X.MotionNotify, detail=True, x=dx, y=dy)
            self._display.flush()

    def click(self, button: str, count: int) -> None:
        self._push(_BUTTONS[button], count)

    def press_button(self, button: str) -> None:
        if button not in self._buttons:
            self._buttons.append(button)
            self._send_button(_BUTTONS[button], True)

    def release_button(self, button: str) -> None:
        if button in self._buttons:
            self._buttons.remove(button)
            self._send_button(_BUTTONS[button], False)

    def release_all(self) -> None:
        while self._held:
            try:
                self.release(self._held[-1][0])
            except DesktopError:  # the server is gone, and with it the keys
                self._held.clear()
        for button in self._buttons.copy():
            with suppress(DesktopError):
                self.release_button(button)

    def close(self) -> None:
        if self._closed:
            return
        self.release_all()
        self._closed = True
        del self._keyboard._display  # pynput would close it once more, and complain if the server is gone
        with suppress(DesktopError), x11_display.translated():
            self._typist.close()
            self._display.close()

    def _keysyms(self, chord: tuple[str, ...]) -> tuple[int, ...]:
        """The keysyms to press for a chord, with the Shift or AltGr that its last key needs on this layout."""
        wanted = [keysym(name) for name in chord]
        for name in chord:
            positions = list(self._display.keysym_to_keycodes(keysym(name)))
            if not positions:
                raise DesktopError(
                    f"key {key(name).label}",
                    "the keyboard's layout doesn't have it",
                    "Choose another key in the profile, or give it a keycode (xmodmap, setxkbmap).",
                )
            column = positions[0][1]  # even: plain, odd: with Shift, from 4 on: with AltGr
            if keysym(name) in _NUM_LOCKED and self._num_lock():
                column = 0
            level = [keysym("altgr")] * (column >= 4) + [keysym("shift")] * (column % 2)
            wanted = [symbol for symbol in level if symbol not in wanted] + wanted
        return tuple(wanted)

    def _num_lock(self) -> bool:
        return bool(self._display.screen().root.query_pointer().mask & _NUM_LOCK)

    def _down(self) -> set[int]:
        return {symbol for _, keysyms in self._held for symbol in keysyms}

    def _send(self, symbol: int, down: bool) -> None:
        code = self._key_code.from_vk(symbol)
        try:
            if down:
                self._keyboard.press(code)
            else:
                self._keyboard.release(code)
        except self._refused as error:
            raise DesktopError("X11", f"the server refused a key ({error})", "Try again.") from error

    def _push(self, button: int, count: int) -> None:
        self._send_button(button, *(True, False) * count)

    def _send_button(self, button: int, *downs: bool) -> None:
        self._check_open()
        from Xlib import X
        from Xlib.ext import xtest

        with x11_display.translated():
            for down in downs:
                xtest.fake_input(self._display, X.ButtonPress if down else X.ButtonRelease, button)
            self._display.sync()

    def _release_leftovers(self) -> None:
        """Release what the XTEST keyboard holds, such as the Ctrl of a predecessor that was killed within a chord.

        XTEST has a keyboard of its own in the server: keys that the person holds on a real one stay down.
        """
        from Xlib import X
        from Xlib.ext import xtest

        with x11_display.translated():
            for byte, bits in enumerate(self._display.query_keymap()):
                for bit in range(8):
                    if bits >> bit & 1:
                        xtest.fake_input(self._display, X.KeyRelease, byte * 8 + bit)
            self._display.sync()

    def _check_open(self) -> None:
        if self._closed:
            raise DesktopError("X11", "the injector is closed")
