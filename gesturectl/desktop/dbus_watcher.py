"""What the watchers have in common whose desktop tells the focused app over D-Bus."""

import threading
from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress

from gesturectl.desktop.base import UNKNOWN_APP, App, WindowWatcher
from gesturectl.desktop.dbus import Bus
from gesturectl.errors import DesktopError


class DBusWatcher(WindowWatcher):
    """A subclass says in `_start` how its desktop tells, and calls `_focused` when it does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # the bus is for one thread at a time
        self._app = UNKNOWN_APP
        self._changed: Callable[[App], None] = lambda _: None
        self._watching = self._closed = False
        self._bus = Bus()
        try:
            self._start(self._bus)
        except DesktopError:
            self._bus.close()
            raise

    @abstractmethod
    def _start(self, bus: Bus) -> None:
        """Have the desktop tell us. Raises DesktopError."""

    def _end(self, bus: Bus) -> None:
        """Undo what `_start` left in the desktop."""

    def _focused(self, app: App) -> None:
        if app != self._app and not self._closed:
            self._app = app
            self._changed(app)

    def current(self) -> App:
        with self._lock:
            if not self._watching and not self._closed:
                with suppress(DesktopError):
                    self._bus.wait(0)
            return self._app

    def watch(self, changed: Callable[[App], None]) -> None:
        with self._lock:
            if self._closed:
                return
            self._watching = True
        self._changed = changed
        try:
            if self._app != UNKNOWN_APP:
                changed(self._app)
            while not self._closed:
                self._bus.wait(None)
        finally:
            with self._lock:
                self._watching = False
                self._disconnect()

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._watching:
                self._bus.wake()
            else:
                self._disconnect()

    def _disconnect(self) -> None:
        self._closed = True
        self._app = UNKNOWN_APP
        with suppress(DesktopError):
            self._end(self._bus)
        self._bus.close()
