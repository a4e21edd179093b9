"""The focused app on Wayland desktops that list their windows (sway, Hyprland, labwc … wlroots and its kin)."""

import os
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from gesturectl.desktop import wayland_wire
from gesturectl.desktop.base import UNKNOWN_APP, App, Unavailable, WindowWatcher
from gesturectl.desktop.wayland_wire import WaylandConnection
from gesturectl.errors import DesktopError

_MANAGER = "zwlr_foreign_toplevel_manager_v1"
_TITLE, _APP_ID, _STATE, _DONE, _CLOSED = 0, 1, 4, 5, 6
_DESTROY = 7
_ACTIVATED = 2
"""wlr-foreign-toplevel-management-unstable-v1."""


@dataclass(slots=True)
class _Window:
    app_id: str = ""
    title: str = ""
    active: bool = False


class WlrootsWindowWatcher(WindowWatcher):
    """Follows zwlr_foreign_toplevel_manager_v1. `watch` raises DesktopError if the compositor goes away."""

    name = "wlroots"

    def __init__(self) -> None:
        self._lock = threading.Lock()  # the connection is for one thread at a time
        self._windows: dict[int, _Window] = {}
        self._watching = self._closed = False
        self._connected = True
        self._app = UNKNOWN_APP
        self._changed: Callable[[App], None] = lambda _: None
        self._woken, self._wake = os.pipe()
        try:
            self._wayland = WaylandConnection()
            self._wayland.bind(_MANAGER, 1, {0: ("u", self._opened)})
            self._wayland.roundtrip()
            self._wayland.roundtrip()
        except DesktopError:
            os.close(self._wake)
            os.close(self._woken)
            raise

    @classmethod
    def rank(cls) -> int | Unavailable:
        return wayland_wire.unavailable(_MANAGER) or 60

    def current(self) -> App:
        with self._lock:
            if self._connected and not self._watching:
                with suppress(DesktopError):
                    self._wayland.roundtrip()
            return self._app

    def watch(self, changed: Callable[[App], None]) -> None:
        with self._lock:
            if not self._connected:
                return
            self._watching = True
        self._changed = changed
        try:
            if self._app != UNKNOWN_APP:
                changed(self._app)
            while not self._closed:
                self._wayland.dispatch(None, also=self._woken)
        finally:
            with self._lock:
                self._watching = False
                self._disconnect()

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            os.close(self._wake)  # `watch` sees the end of the pipe
            if self._connected and not self._watching:
                self._disconnect()

    def _opened(self, number: int) -> None:
        window = self._windows[number] = _Window()
        self._wayland.listen(
            number,
            {
                _TITLE: ("s", lambda title: setattr(window, "title", title)),
                _APP_ID: ("s", lambda app_id: setattr(window, "app_id", app_id)),
                _STATE: ("a", lambda states: setattr(window, "active", _ACTIVATED in _unpacked(states))),
                _DONE: ("", self._look),
                _CLOSED: ("", lambda: self._gone(number)),
            },
        )

    def _gone(self, number: int) -> None:
        del self._windows[number]
        self._wayland.request(number, _DESTROY)
        self._look()

    def _look(self) -> None:
        window = next((window for window in self._windows.values() if window.active), None)
        app = App(wm_class=window.app_id, title=window.title) if window else UNKNOWN_APP
        if app != self._app and not self._closed:
            self._app = app
            self._changed(app)

    def _disconnect(self) -> None:
        """Close the connection; once, with the lock held."""
        if self._connected:
            self._wayland.close()
            os.close(self._woken)
        self._app = UNKNOWN_APP
        self._connected = False


def _unpacked(states: bytes) -> tuple[int, ...]:
    return struct.unpack(f"={len(states) // 4}I", states)
