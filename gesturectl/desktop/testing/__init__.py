"""A desktop that only writes down what was asked of it, for dry runs and tests."""

from gesturectl.desktop.base import AGAIN, Capability, Injector, Unavailable
from gesturectl.errors import DesktopError
from gesturectl.keys import describe, keysym


class RecordingInjector(Injector):
    """Keeps one line for each thing done, and the chords that are down. Never chosen by itself."""

    name = "recording"
    capabilities = frozenset(Capability)

    def __init__(self) -> None:
        self.done: list[str] = []
        """"press Ctrl+Tab", "release Ctrl+Tab", "type hi", "scroll 0 3", "click left 2", in order."""
        self.held: list[tuple[str, ...]] = []
        """Chords that are down, oldest first."""
        self.buttons: list[str] = []
        """Buttons that are down."""
        self.closed = False

    @classmethod
    def rank(cls) -> int | Unavailable:
        return Unavailable("it only writes down what it would press", "It is for dry runs and tests.")

    def press(self, chord: tuple[str, ...]) -> None:
        self._check_open()
        for name in chord:
            keysym(name)  # an unknown name is a mistake of the caller's
        self.held.append(chord)
        self.done.append(f"press {describe(chord)}")

    def release(self, chord: tuple[str, ...]) -> None:
        if chord in self.held:
            self.held.remove(chord)
            self.done.append(f"release {describe(chord)}")

    def type_text(self, text: str) -> None:
        self._check_open()
        self.done.append(f"type {text}")

    def scroll(self, dx: int, dy: int) -> None:
        self._check_open()
        self.done.append(f"scroll {dx} {dy}")

    def move(self, dx: int, dy: int) -> None:
        self._check_open()
        self.done.append(f"move {dx} {dy}")

    def press_button(self, button: str) -> None:
        self._check_open()
        self.buttons.append(button)
        self.done.append(f"press {button}")

    def release_button(self, button: str) -> None:
        if button in self.buttons:
            self.buttons.remove(button)
            self.done.append(f"release {button}")

    def click(self, button: str, count: int) -> None:
        self._check_open()
        self.done.append(f"click {button} {count}")

    def release_all(self) -> None:
        for chord in reversed(self.held.copy()):
            self.release(chord)
        for button in self.buttons.copy():
            self.release_button(button)

    def close(self) -> None:
        self.release_all()
        self.closed = True

    def _check_open(self) -> None:
        if self.closed:
            raise DesktopError("recording", "the injector is closed", AGAIN)
