"""Keys and pointer through the kernel's uinput: any Wayland desktop, and the console.

The kernel knows keys by number, not by character: the layout in use says which number a character has, and text can be
typed only as far as the layout has its characters. Not run against a real kernel device yet, only against a fake one.
"""

import importlib.util
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from gesturectl.desktop.base import AGAIN, NOTHING_TO_DO, Capability, Injector, Unavailable
from gesturectl.desktop.evdev_codes import BUTTONS, CODES
from gesturectl.desktop.held import Held
from gesturectl.desktop.xkb_layout import Positions, positions
from gesturectl.errors import DesktopError
from gesturectl.keys import character_keysym, key, keysym

NODE = Path("/dev/uinput")

_KEY, _REL = 1, 2
_REL_X, _REL_Y, _REL_HWHEEL, _REL_WHEEL = 0, 1, 6, 8
"""linux/input-event-codes.h."""

_SETTLE_S = 0.3
"""What a desktop gets to notice a new keyboard before the first key. A guess: nobody here has a device to measure."""

_LARGEST = 0xFF
"""The largest key we announce; above are buttons, which would make a keyboard look like something else."""


class UinputInjector(Injector):
    """A keyboard and mouse of our own, as the kernel sees them. They vanish with us, and so does what they hold."""

    name = "uinput"
    capabilities = frozenset(Capability)

    def __init__(self, open_device: Callable[[], Any] | None = None) -> None:
        """`open_device` makes the device, with evdev's `UInput` as the example; by default a real one."""
        self._device = (open_device or _open)()
        self._positions: Positions = positions()
        self._held: Held[int] = Held()
        self._buttons: list[str] = []
        self._closed = False
        time.sleep(_SETTLE_S if open_device is None else 0)

    @classmethod
    def rank(cls) -> int | Unavailable:
        if sys.platform != "linux":
            return Unavailable("uinput is Linux' own", NOTHING_TO_DO)
        if importlib.util.find_spec("evdev") is None:
            return Unavailable("python-evdev isn't installed", "Run: pip install evdev")
        if not os.access(NODE, os.W_OK):
            fact = f"{NODE} may not be written" if NODE.exists() else f"there is no {NODE}"
            return Unavailable(fact, "Run 'gesturectl setup-uinput': it says what it would do, and why.")
        return 30

    def press(self, chord: tuple[str, ...]) -> None:
        self._check_open()
        if not self._held.chords:
            self._positions = positions()  # the person may have changed the layout
        codes = self._codes(chord)
        self._write([(_KEY, code, 1) for code in self._held.press(chord, codes)])

    def release(self, chord: tuple[str, ...]) -> None:
        self._write([(_KEY, code, 0) for code in self._held.release(chord)])

    def type_text(self, text: str) -> None:
        self._check_open()
        self._positions = positions()
        steps = [self._position(character_keysym(character), f"“{character}”") for character in text]
        held = self._held.chords
        self.release_all()
        for code, modifiers in steps:
            self._go_on()
            codes = (*(CODES[name] for name in modifiers), code)
            self._write([(_KEY, one, 1) for one in codes])
            self._write([(_KEY, one, 0) for one in reversed(codes)])
        for chord in held:
            self.press(chord)

    def scroll(self, dx: int, dy: int) -> None:
        self._check_open()
        for axis, steps in ((_REL_WHEEL, dy), (_REL_HWHEEL, dx)):
            for _ in range(abs(steps)):
                self._write([(_REL, axis, 1 if steps > 0 else -1)])

    def move(self, dx: int, dy: int) -> None:
        self._check_open()
        self._write([(_REL, axis, value) for axis, value in ((_REL_X, dx), (_REL_Y, dy)) if value])

    def press_button(self, button: str) -> None:
        self._check_open()
        if button not in self._buttons:
            self._buttons.append(button)
            self._write([(_KEY, BUTTONS[button], 1)])

    def release_button(self, button: str) -> None:
        if button in self._buttons:
            self._buttons.remove(button)
            self._write([(_KEY, BUTTONS[button], 0)])

    def release_all(self) -> None:
        with suppress(DesktopError):  # a device that is gone holds nothing
            for chord in reversed(self._held.chords):
                self.release(chord)
            for button in self._buttons.copy():
                self.release_button(button)
        self._held, self._buttons = Held(), []

    def close(self) -> None:
        if self._closed:
            return
        self.release_all()
        self._closed = True
        with suppress(OSError):
            self._device.close()

    def _codes(self, chord: tuple[str, ...]) -> list[int]:
        codes: list[int] = []
        for name in chord:
            code, modifiers = self._position(keysym(name), f"key {key(name).label}")
            codes += [*(CODES[modifier] for modifier in modifiers), code]
        return list(dict.fromkeys(codes))

    def _position(self, symbol: int, words: str) -> tuple[int, tuple[str, ...]]:
        found = self._positions.get(symbol)
        if found is None:
            fact = "the keyboard's layout doesn't have it, and uinput can press nothing else"
            raise DesktopError(words, fact, "Choose another in the profile, or let your desktop's portal press keys.")
        return found

    def _write(self, events: list[tuple[int, int, int]]) -> None:
        try:
            for event in events:
                self._device.write(*event)
                self._device.syn()  # each key in a report of its own, as a keyboard would
        except OSError as error:
            fact = f"the kernel refused a key ({error.strerror or error})"
            raise DesktopError(str(NODE), fact, "Start gesturectl again.") from error

    def _check_open(self) -> None:
        if self._closed:
            raise DesktopError("uinput", "the injector is closed", AGAIN)


def _open() -> Any:
    import evdev

    keys = [*range(1, _LARGEST), *BUTTONS.values()]
    try:
        return evdev.UInput({_KEY: keys, _REL: [_REL_X, _REL_Y, _REL_HWHEEL, _REL_WHEEL]}, name="gesturectl")
    except (OSError, evdev.UInputError) as error:
        remedy = "Run 'gesturectl setup-uinput': it says what it would do, and why."
        raise DesktopError(str(NODE), f"it can't be opened ({error})", remedy) from error
