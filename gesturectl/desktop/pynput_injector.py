"""Keys and pointer through pynput, as Windows and macOS have it. Not run on either system yet: nobody here has one."""

from collections.abc import Callable
from typing import Any

from gesturectl.desktop.base import Capability, Down, Injector
from gesturectl.errors import DesktopError
from gesturectl.keys import KEYS, describe, key

_FIRST_REPEAT_S, _REPEAT_S = 0.5, 1 / 30
"""Windows' own defaults for a key that is held."""

_OTHER_NAMES = {
    "super": "cmd",
    "altgr": "alt_gr",
    "volume_down": "media_volume_down",
    "volume_mute": "media_volume_mute",
    "volume_up": "media_volume_up",
}
"""Keys that pynput calls otherwise."""


class PynputInjector(Injector):
    """What the systems have in common; each adds its `name` and `rank`."""

    capabilities = frozenset(Capability)
    stays_down = True

    def __init__(self) -> None:
        try:
            from pynput import keyboard, mouse

            self._keys: Any = keyboard
            self._buttons: Any = mouse.Button
            self._keyboard: Any = keyboard.Controller()
            self._mouse: Any = mouse.Controller()
        except (ImportError, OSError) as error:
            raise DesktopError(self.name, f"pynput can't start ({error})", "Run: pip install pynput") from error
        self._held: list[tuple[str, ...]] = []
        """Chords that are down, oldest first."""
        self._repeat_s: float | None = None
        """When the last key is to be sent again."""
        self._pressed: list[str] = []
        """Buttons that are down."""
        self._tell: Callable[[Down], None] = lambda _: None

    @classmethod
    def let_go(cls, down: Down) -> None:
        injector = cls()
        for name in down.keys:
            injector._send(injector._code(name), False, describe((name,)))
        for button in down.buttons:
            injector._mouse.release(getattr(injector._buttons, button))

    def tell_holds(self, tell: Callable[[Down], None]) -> None:
        self._tell = tell

    def press(self, chord: tuple[str, ...]) -> None:
        codes = [self._code(name) for name in chord]
        already = {name for held in self._held for name in held}
        self._held.append(chord)
        self._tell_all()
        self._repeat_s = None
        try:
            for name, code in zip(chord, codes, strict=True):
                if name not in already:
                    self._send(code, True, describe(chord))
        except DesktopError:
            self.release_all()
            raise

    def release(self, chord: tuple[str, ...]) -> None:
        if chord not in self._held:
            return
        self._held.remove(chord)
        still = {name for held in self._held for name in held}
        for name in reversed(chord):
            if name not in still:
                self._send(self._code(name), False, describe(chord))
        self._tell_all()

    def keep_up(self, now_s: float) -> float | None:
        held = self._held[-1][-1] if self._held else ""
        if not held or key(held).modifier:  # on a keyboard, too, the last key repeats and modifiers don't
            self._repeat_s = None
        elif self._repeat_s is None:
            self._repeat_s = now_s + _FIRST_REPEAT_S
        elif now_s >= self._repeat_s:
            self._send(self._code(held), True, describe(self._held[-1]))
            self._repeat_s = now_s + _REPEAT_S
        return self._repeat_s

    def type_text(self, text: str) -> None:
        for character in text:
            self._go_on()
            named = {"\n": "enter", "\t": "tab"}.get(character)
            code = self._code(named) if named else self._keys.KeyCode.from_char(character)
            self._send(code, True, "text")
            self._send(code, False, "text")

    def scroll(self, dx: int, dy: int) -> None:
        self._mouse.scroll(dx, dy)

    def move(self, dx: int, dy: int) -> None:
        self._mouse.move(dx, dy)

    def press_button(self, button: str) -> None:
        if button not in self._pressed:
            self._pressed.append(button)
            self._tell_all()
            self._mouse.press(getattr(self._buttons, button))

    def release_button(self, button: str) -> None:
        if button in self._pressed:
            self._pressed.remove(button)
            self._mouse.release(getattr(self._buttons, button))
            self._tell_all()

    def click(self, button: str, count: int) -> None:
        self._mouse.click(getattr(self._buttons, button), count)  # marks double clicks where the system wants that

    def release_all(self) -> None:
        while self._held:
            try:
                self.release(self._held[-1])
            except DesktopError:  # released as far as the system lets us
                continue
        for button in self._pressed.copy():
            self.release_button(button)

    def close(self) -> None:
        self.release_all()

    def _tell_all(self) -> None:
        held = dict.fromkeys(name for chord in self._held for name in chord)
        self._tell(Down(tuple(held), tuple(self._pressed)))

    def _code(self, name: str) -> Any:
        """pynput's key of a name. Raises DesktopError if this system has none."""
        found = getattr(self._keys.Key, _OTHER_NAMES.get(name, name), None)
        if found is not None:
            return found
        symbol = key(name).keysym
        if 0x20 < symbol < 0x100 or name not in KEYS:
            return self._keys.KeyCode.from_char(chr(symbol & 0xFFFFFF))
        raise DesktopError(f"key {key(name).label}", "this system doesn't have it", "Choose another in the profile.")

    def _send(self, code: Any, down: bool, words: str) -> None:
        try:
            if down:
                self._keyboard.press(code)
            else:
                self._keyboard.release(code)
        except (self._keyboard.InvalidKeyException, self._keyboard.InvalidCharacterException, OSError) as error:
            raise DesktopError(words, f"the system refused it ({error})", "Try another key.") from error
