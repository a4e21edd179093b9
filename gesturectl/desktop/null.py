"""A desktop that can't be reached: what is left when every other back-end has a reason not to run."""

import threading
from collections.abc import Callable
from typing import NoReturn

from gesturectl.desktop.base import UNKNOWN_APP, App, Capability, Injector, InputWatcher, Unavailable, WindowWatcher
from gesturectl.errors import DesktopError


class NullInjector(Injector):
    """Refuses every press with the reason, so that nothing is lost silently. Holds nothing, so releasing is fine."""

    name = "null"
    capabilities: frozenset[Capability] = frozenset()

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 0

    def press(self, chord: tuple[str, ...]) -> None:
        self._refuse()

    def release(self, chord: tuple[str, ...]) -> None:
        """Nothing: nothing is held."""

    def type_text(self, text: str) -> None:
        self._refuse()

    def scroll(self, dx: int, dy: int) -> None:
        self._refuse()

    def move(self, dx: int, dy: int) -> None:
        self._refuse()

    def press_button(self, button: str) -> None:
        self._refuse()

    def release_button(self, button: str) -> None:
        """Nothing: nothing is held."""

    def release_all(self) -> None:
        """Nothing: nothing is held."""

    def close(self) -> None:
        """Nothing to disconnect from."""

    def _refuse(self) -> NoReturn:
        raise DesktopError(
            "desktop", "there is no way to press keys here", "`gesturectl doctor` says why and what to do."
        )


class NullWindowWatcher(WindowWatcher):
    """Sees no window: profiles for apps don't apply, all others do."""

    name = "null"

    def __init__(self) -> None:
        self._closed = threading.Event()

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 0

    def current(self) -> App:
        return UNKNOWN_APP

    def watch(self, changed: Callable[[App], None]) -> None:
        self._closed.wait()

    def close(self) -> None:
        self._closed.set()


class NullInputWatcher(InputWatcher):
    """Can't tell whether anybody types: gestures act all the same."""

    name = "null"

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 0

    def idle_ms(self) -> int | None:
        return None

    def close(self) -> None:
        """Nothing to disconnect from."""
