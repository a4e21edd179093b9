"""A window watcher for systems that are quickly asked, and whose events want a message loop of their own."""

import threading
from abc import abstractmethod
from collections.abc import Callable

from gesturectl.desktop.base import UNKNOWN_APP, App, WindowWatcher

_EVERY_S = 0.2
"""Between two looks: a person who changes windows takes longer to begin a gesture."""


class AskingWatcher(WindowWatcher):
    """Asks for the focused app five times a second. A subclass says how in `_look`."""

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._told = UNKNOWN_APP

    def current(self) -> App:
        self._told = self._look()
        return self._told

    def watch(self, changed: Callable[[App], None]) -> None:
        while not self._closed.is_set():
            app = self._look()
            if app != self._told:
                self._told = app
                changed(app)
            self._closed.wait(_EVERY_S)

    def close(self) -> None:
        self._closed.set()

    @abstractmethod
    def _look(self) -> App:
        """The focused app now; UNKNOWN_APP if there is none. Quick; never raises."""
