"""Keys and pointer on an X11 desktop, through the XTEST extension: to every program they are a real keyboard's.

What a program sends with XSendEvent instead, terminals and global shortcuts ignore.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from gesturectl.desktop import x11_display
from gesturectl.desktop.base import AGAIN, Capability, Down, Injector, Unavailable
from gesturectl.desktop.held import Held
from gesturectl.desktop.x11_display import Display, ServerGoneError
from gesturectl.desktop.x11_text import Typist
from gesturectl.errors import DesktopError
from gesturectl.keys import key, keysym

_KEY_PRESS, _KEY_RELEASE, _BUTTON_PRESS, _BUTTON_RELEASE, _MOTION = range(2, 7)
"""Kinds of events (X11 core protocol)."""
_BUTTONS = {"left": 1, "middle": 2, "right": 3}
_WHEEL_UP, _WHEEL_DOWN, _WHEEL_LEFT, _WHEEL_RIGHT = 4, 5, 6, 7
_NUM_LOCKED = range(0xFFAA, 0xFFBA)
"""Keysyms of the keypad's digits and signs: Num Lock gives what Shift gives without it."""
_NUM_LOCK = 1 << 4
"""Mod2 of the pointer's state; XKB's own layouts all have Num Lock there."""
_FIRST_BUTTON = 1 << 8
"""Button 1 of the pointer's state; the next ones follow."""


class X11Injector(Injector):
    """Presses keys as a real keyboard would. Connecting releases what a crashed predecessor left down.

    A server that went away takes all keys with it; `tend`, or the next press, connects again once it is back.
    """

    name = "x11"
    capabilities = frozenset(Capability)
    stays_down = True

    def __init__(self) -> None:
        self._held: Held[int] = Held()
        """Chords with their keycodes: the same keys go up again, whatever becomes of the layout."""
        self._buttons: list[str] = []
        self._tell: Callable[[Down], None] = lambda _: None
        self._closed = False
        self._refusals: list[str] = []
        """What the server refused lately; it says so when we next wait for it."""
        self._display: Display | None = None
        """None while the server is gone."""
        self._typist: Typist
        self._connect()

    @classmethod
    def rank(cls) -> int | Unavailable:
        return x11_display.unavailable() or 50

    @classmethod
    def let_go(cls, down: Down) -> None:
        display = x11_display.open_display()
        with x11_display.translated():
            _send(display, _KEY_RELEASE, [int(code) for code in down.keys])
            _send(display, _BUTTON_RELEASE, [_BUTTONS[button] for button in down.buttons])
            display.sync()
            display.close()

    def tell_holds(self, tell: Callable[[Down], None]) -> None:
        self._tell = tell

    def tend(self) -> str:
        if self._closed:
            return ""
        try:
            with self._connected() as display:
                x11_display.drain(display)
        except DesktopError as error:
            return str(error)
        return ""

    def press(self, chord: tuple[str, ...]) -> None:
        with self._connected() as display:
            x11_display.drain(display)
            codes = self._held.press(chord, self._keycodes(display, chord))
            self._tell_all()
            self._do(display, _KEY_PRESS, codes)

    def release(self, chord: tuple[str, ...]) -> None:
        codes = self._held.release(chord)
        if codes:
            with self._connected() as display:
                self._do(display, _KEY_RELEASE, codes)
            self._tell_all()

    def tap(self, chord: tuple[str, ...]) -> None:
        """In one piece: wherever we are stopped, what went down goes up."""
        with self._connected() as display:
            x11_display.drain(display)
            down = self._held.down
            codes = [code for code in self._keycodes(display, chord) if code not in down]
            _send(display, _KEY_PRESS, codes)
            self._do(display, _KEY_RELEASE, codes[::-1])

    def type_text(self, text: str) -> None:
        held = self._held.chords
        self.release_all()  # with Ctrl down, letters would be shortcuts
        with self._connected():
            self._typist.type(text, self._go_on)
        for chord in held:
            self.press(chord)

    def scroll(self, dx: int, dy: int) -> None:
        self._push(_WHEEL_UP if dy > 0 else _WHEEL_DOWN, abs(dy))
        self._push(_WHEEL_RIGHT if dx > 0 else _WHEEL_LEFT, abs(dx))

    def move(self, dx: int, dy: int) -> None:
        from Xlib.ext import xtest

        with self._connected() as display:
            xtest.fake_input(display, _MOTION, detail=True, x=dx, y=dy)
            display.flush()

    def click(self, button: str, count: int) -> None:
        self._push(_BUTTONS[button], count)

    def press_button(self, button: str) -> None:
        if button not in self._buttons:
            with self._connected() as display:
                self._buttons.append(button)
                self._tell_all()
                self._do(display, _BUTTON_PRESS, [_BUTTONS[button]])

    def release_button(self, button: str) -> None:
        if button in self._buttons:
            self._buttons.remove(button)
            with self._connected() as display:
                self._do(display, _BUTTON_RELEASE, [_BUTTONS[button]])
            self._tell_all()

    def release_all(self) -> None:
        for chord in reversed(self._held.chords):
            with suppress(DesktopError):  # a server that is gone holds nothing
                self.release(chord)
        for button in self._buttons.copy():
            with suppress(DesktopError):
                self.release_button(button)

    def close(self) -> None:
        if self._closed:
            return
        self.release_all()
        self._closed = True
        if self._display is not None:
            with suppress(DesktopError), x11_display.translated():
                self._typist.close()
                self._display.close()

    def _connect(self) -> Display:
        """A new connection, with nothing held. Raises DesktopError."""
        display = x11_display.open_display()
        with x11_display.translated():
            display.set_error_handler(lambda error, _: self._refusals.append(type(error).__name__))
            self._typist = Typist(display)
            _release_leftovers(display)
        self._display = display
        return display

    @contextmanager
    def _connected(self) -> Iterator[Display]:
        """The connection, made anew if the server went away and is back. Raises DesktopError if it isn't."""
        if self._closed:
            raise DesktopError("X11", "the injector is closed", AGAIN)
        if self._display is None:
            try:
                self._connect()
            except DesktopError as error:
                raise ServerGoneError from error
        try:
            with x11_display.translated():
                yield self._display
        except ServerGoneError:
            self._display = None
            self._held, self._buttons = Held(), []
            self._tell_all()
            raise

    def _do(self, display: Display, kind: int, details: Sequence[int]) -> None:
        """Press or release, and wait until the server has done it. Raises DesktopError, with all released, if not."""
        self._refusals.clear()
        _send(display, kind, details)
        display.sync()
        if self._refusals:
            refusal = self._refusals[0]
            self.release_all()
            raise DesktopError("X11", f"the server refused a key or button ({refusal})", "Try again.")

    def _push(self, button: int, count: int) -> None:
        with self._connected() as display:
            for _ in range(count):
                _send(display, _BUTTON_PRESS, [button])
                _send(display, _BUTTON_RELEASE, [button])
            display.sync()

    def _tell_all(self) -> None:
        self._tell(Down(tuple(map(str, self._held.down)), tuple(self._buttons)))

    def _keycodes(self, display: Display, chord: tuple[str, ...]) -> list[int]:
        """The keycodes to press for a chord, with the Shift or AltGr that a key needs on this layout."""
        codes: list[int] = []
        level: list[str] = []
        for name in chord:
            positions = list(display.keysym_to_keycodes(keysym(name)))
            if not positions:
                raise DesktopError(
                    f"key {key(name).label}",
                    "the keyboard's layout doesn't have it",
                    "Choose another key in the profile, or give it a keycode (xmodmap, setxkbmap).",
                )
            code, column = positions[0]  # column even: plain, odd: with Shift, from 4 on: with AltGr
            if keysym(name) in _NUM_LOCKED and _num_lock(display):
                column = 0
            codes.append(code)
            level += ["altgr"] * (column >= 4) + ["shift"] * (column % 2)
        before = [int(display.keysym_to_keycode(keysym(name))) for name in level]
        return list(dict.fromkeys([*(code for code in before if code not in codes), *codes]))


def _send(display: Display, kind: int, details: Sequence[int]) -> None:
    """Have keys or buttons pressed or released with the next `sync`."""
    from Xlib.ext import xtest

    for detail in details:
        xtest.fake_input(display, kind, detail)


def _num_lock(display: Display) -> bool:
    return bool(display.screen().root.query_pointer().mask & _NUM_LOCK)


def _release_leftovers(display: Display) -> None:
    """Release what the XTEST devices hold, such as the Ctrl of a predecessor that was killed within a chord.

    XTEST has a keyboard and a mouse of its own in the server: what the person holds on real ones stays down.
    """
    keymap = enumerate(display.query_keymap())
    _send(display, _KEY_RELEASE, [byte * 8 + bit for byte, bits in keymap for bit in range(8) if bits >> bit & 1])
    mask = display.screen().root.query_pointer().mask
    _send(display, _BUTTON_RELEASE, [one for one in _BUTTONS.values() if mask & _FIRST_BUTTON << (one - 1)])
    display.sync()
