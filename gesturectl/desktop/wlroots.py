"""Keys and pointer on Wayland desktops that offer virtual devices (sway, Hyprland, river, labwc … wlroots and its kin).

One keyboard for the whole time, with a keymap of its own: what the person types with stays as it is, and a program that
just got the focus has had time to notice the keyboard, so that no first key is lost.
"""

import mmap
import os
import time
from contextlib import suppress

from gesturectl.desktop import wayland_wire
from gesturectl.desktop.base import AGAIN, Capability, Injector, Unavailable
from gesturectl.desktop.evdev_codes import BUTTONS, CODES
from gesturectl.desktop.held import Held
from gesturectl.desktop.wayland_wire import WaylandConnection
from gesturectl.desktop.xkb_keymap import MODIFIER_BITS, POSITIONS, SPARE, keymap_text
from gesturectl.errors import DesktopError
from gesturectl.keys import character_keysym, key, keysym

_KEYBOARDS, _POINTERS, _SEAT = "zwp_virtual_keyboard_manager_v1", "zwlr_virtual_pointer_manager_v1", "wl_seat"

_CREATE = 0
_GET_KEYBOARD = 1
_KEYMAP, _KEY, _MODIFIERS, _KEYBOARD_DESTROY = 0, 1, 2, 3
_MOTION, _BUTTON, _AXIS, _FRAME, _AXIS_SOURCE, _AXIS_DISCRETE, _POINTER_DESTROY = 0, 2, 3, 4, 5, 7, 8
"""Requests of virtual-keyboard-unstable-v1 and wlr-virtual-pointer-unstable-v1."""
_XKB_V1, _WHEEL = 1, 0
_POINTER_AND_KEYBOARD = 3
_STEP = 15.0
"""What a notch of a wheel scrolls, in the compositor's units; libinput's value for a mouse."""

_SETTLE_S = 0.25
"""What programs get to notice that the seat has a keyboard now. On an idle machine foot needs less than 0.05 s."""


class WlrootsInjector(Injector):
    """Presses keys through zwp_virtual_keyboard_v1. If we die, the compositor releases what was held."""

    name = "wlroots"
    capabilities = frozenset(Capability)

    def __init__(self) -> None:
        self._wayland = WaylandConnection()
        capabilities = [0]
        seat = self._wayland.bind(_SEAT, 1, {0: ("u", capabilities.append)})
        self._wayland.roundtrip()
        self._is_ours = False
        """Whether the keymap in force is the one we sent last."""
        self._keymap_name = ""
        is_news = capabilities[-1] & _POINTER_AND_KEYBOARD != _POINTER_AND_KEYBOARD
        manager = self._wayland.bind(_KEYBOARDS, 1)
        self._keyboard = self._wayland.new_id()
        self._wayland.request(manager, _CREATE, "uu", seat, self._keyboard)
        pointers = self._wayland.bind(_POINTERS, 2)
        self._pointer = self._wayland.new_id()
        self._wayland.request(pointers, _CREATE, "uu", seat, self._pointer)
        self._spare: dict[int, int] = {}
        """Keysyms with the codes they borrow, the longest unused first."""
        self._held: Held[int] = Held()
        self._mask = 0
        """The modifiers that are down, as XKB's bits."""
        self._buttons: list[str] = []
        self._closed = False
        # A keyboard that listens, beside the one that presses: to hear which keymap is in force.
        self._wayland.request(seat, _GET_KEYBOARD, "u", self._wayland.new_id({0: ("uhu", self._hear_keymap)}))
        self._send_keymap()
        if is_news:
            time.sleep(_SETTLE_S)

    @classmethod
    def rank(cls) -> int | Unavailable:
        return wayland_wire.unavailable(_KEYBOARDS, _POINTERS) or 60

    def press(self, chord: tuple[str, ...]) -> None:
        self._ready()
        codes = self._codes(chord)
        try:
            for code in self._held.press(chord, codes):
                self._send(code, True)
            self._wayland.roundtrip()
        except DesktopError:
            self.release_all()
            raise

    def release(self, chord: tuple[str, ...]) -> None:
        for code in self._held.release(chord):
            self._send(code, False)
        self._wayland.roundtrip()

    def type_text(self, text: str) -> None:
        self._check_open()
        held = self._held.chords
        self.release_all()  # with Ctrl down, letters would be shortcuts
        self._ready()
        for symbols in self._parts([character_keysym(character) for character in text]):
            self._borrow(dict.fromkeys(symbol for symbol in symbols if symbol not in POSITIONS))
            for symbol in symbols:
                self._go_on()
                code, shifted = POSITIONS.get(symbol) or (self._spare[symbol], False)
                codes = (CODES["shift"], code) if shifted else (code,)
                for one in self._held.press(("text",), codes):
                    self._send(one, True)
                for one in self._held.release(("text",)):
                    self._send(one, False)
            self._wayland.roundtrip()
        for chord in held:
            self.press(chord)

    def scroll(self, dx: int, dy: int) -> None:
        self._check_open()
        for axis, steps in ((0, -dy), (1, dx)):  # Wayland's vertical axis points down
            for _ in range(abs(steps)):
                way = 1 if steps > 0 else -1
                self._wayland.request(self._pointer, _AXIS_SOURCE, "u", _WHEEL)
                self._wayland.request(self._pointer, _AXIS_DISCRETE, "uufi", _now_ms(), axis, way * _STEP, way)
                self._wayland.request(self._pointer, _FRAME)
        self._wayland.roundtrip()

    def move(self, dx: int, dy: int) -> None:
        self._check_open()
        self._wayland.request(self._pointer, _MOTION, "uff", _now_ms(), dx, dy)
        self._wayland.request(self._pointer, _FRAME)
        self._wayland.dispatch()

    def press_button(self, button: str) -> None:
        self._check_open()
        if button not in self._buttons:
            self._buttons.append(button)
            self._send_button(button, True)

    def release_button(self, button: str) -> None:
        if button in self._buttons:
            self._buttons.remove(button)
            self._send_button(button, False)

    def release_all(self) -> None:
        try:
            for chord in reversed(self._held.chords):
                self.release(chord)
            for button in tuple(self._buttons):
                self.release_button(button)
        except DesktopError:  # the compositor is gone, and with it the keys
            self._held, self._buttons, self._mask = Held(), [], 0

    def close(self) -> None:
        if self._closed:
            return
        self.release_all()
        self._closed = True
        with suppress(DesktopError):
            self._wayland.request(self._keyboard, _KEYBOARD_DESTROY)
            self._wayland.request(self._pointer, _POINTER_DESTROY)
            self._wayland.roundtrip()
        self._wayland.close()

    def _codes(self, chord: tuple[str, ...]) -> list[int]:
        """The codes to press for a chord, with the Shift that a sign needs."""
        foreign = {keysym(name): None for name in chord if keysym(name) not in POSITIONS}
        if foreign.keys() - self._spare.keys():
            if self._held.chords:  # another keymap would forget them
                raise DesktopError(
                    f"key {key(chord[-1]).label}", "it can't be pressed while others are held", "Let go of those first."
                )
            self._borrow(foreign)
        codes: list[int] = []
        for name in chord:
            code, shifted = POSITIONS.get(keysym(name)) or (self._spare[keysym(name)], False)
            codes += [CODES["shift"], code] if shifted else [code]
        return codes

    def _parts(self, symbols: list[int]) -> list[list[int]]:
        """The text in parts whose foreign characters fit into the codes there are."""
        parts: list[list[int]] = [[]]
        foreign: set[int] = set()
        for symbol in symbols:
            if symbol not in POSITIONS and symbol not in foreign:
                if len(foreign) == len(SPARE):
                    parts.append([])
                    foreign = set()
                foreign.add(symbol)
            parts[-1].append(symbol)
        return parts

    def _borrow(self, symbols: dict[int, None]) -> None:
        """Make sure that each keysym has a code of its own. Programs get the keymap before the keys that follow it."""
        for symbol in symbols:
            if symbol in self._spare:
                self._spare[symbol] = self._spare.pop(symbol)  # used last
        missing = [symbol for symbol in symbols if symbol not in self._spare]
        free = [code for code in SPARE if code not in self._spare.values()]
        for symbol in missing:
            if free:
                code = free.pop(0)
            else:
                code = self._spare.pop(next(known for known in self._spare if known not in symbols))
            self._spare[symbol] = code
        if missing:
            self._send_keymap()

    def _ready(self) -> None:
        """Make sure that our keymap is in force. sway (1.7) gives our keyboard the person's layout at every change of
        its settings; that can't be told from a key that the person typed, and sending it once more does no harm.
        """
        self._check_open()
        self._wayland.roundtrip()
        if not self._is_ours and not self._held.chords:
            self._send_keymap()

    def _send_keymap(self) -> None:
        number = int(self._keymap_name.rpartition(" ")[2] or 0) + 1
        self._keymap_name = f"gesturectl {os.getpid()} {number}"
        text = keymap_text({code: symbol for symbol, code in self._spare.items()}, self._keymap_name).encode() + b"\0"
        descriptor = os.memfd_create("gesturectl-keymap")  # type: ignore[attr-defined,unused-ignore]
        try:
            os.write(descriptor, text)
            self._wayland.request(self._keyboard, _KEYMAP, "uhu", _XKB_V1, descriptor, len(text))
            self._wayland.roundtrip()
        finally:
            os.close(descriptor)

    def _hear_keymap(self, form: int, descriptor: int, size: int) -> None:
        try:
            with mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as text:
                self._is_ours = text.find(f'"{self._keymap_name}"'.encode()) >= 0
        except (OSError, ValueError):  # no keymap at all
            self._is_ours = False
        finally:
            os.close(descriptor)

    def _send(self, code: int, down: bool) -> None:
        self._wayland.request(self._keyboard, _KEY, "uuu", _now_ms(), code, int(down))
        bit = _MODIFIER_BITS.get(code, 0)
        if bit:  # the compositor leaves the state of modifiers to us
            self._mask = self._mask | bit if down else self._mask & ~bit
            self._wayland.request(self._keyboard, _MODIFIERS, "uuuu", self._mask, 0, 0, 0)

    def _send_button(self, button: str, down: bool) -> None:
        self._wayland.request(self._pointer, _BUTTON, "uuu", _now_ms(), BUTTONS[button], int(down))
        self._wayland.request(self._pointer, _FRAME)
        self._wayland.roundtrip()

    def _check_open(self) -> None:
        if self._closed:
            raise DesktopError("wlroots", "the injector is closed", AGAIN)


_MODIFIER_BITS = {CODES[name]: bit for name, bit in MODIFIER_BITS.items()}


def _now_ms() -> int:
    return int(time.monotonic() * 1000) & 0xFFFFFFFF
