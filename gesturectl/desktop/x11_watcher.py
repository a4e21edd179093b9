"""The focused app on an X11 desktop, by PropertyNotify events."""

import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gesturectl.desktop import x11_display
from gesturectl.desktop.base import UNKNOWN_APP, App, Unavailable, WindowWatcher
from gesturectl.desktop.x11_display import Display, ServerGoneError
from gesturectl.errors import DesktopError

_TRANSIENT_S = 0.1
"""How long no window may be active before we say so: window managers pass through that state at every change."""


class X11WindowWatcher(WindowWatcher):
    """Follows _NET_ACTIVE_WINDOW of the root and the title of that window (Extended Window Manager Hints 1.5).

    While the X server is gone, `watch` knows of no app, and goes on when the server is back. Without a window manager
    there is no active window.
    """

    name = "x11"

    def __init__(self) -> None:
        self._lock = threading.Lock()  # python-xlib's connection is for one thread at a time
        self._watching = False
        self._closed = False
        self._app = UNKNOWN_APP
        self._display: Display | None = None
        """None while the server is gone, and in the end."""
        self._ended = False
        self._window: Any = None
        """The active window, whose title we follow."""
        self._use(x11_display.open_display())
        self._woken, self._wake = os.pipe()

    @classmethod
    def rank(cls) -> int | Unavailable:
        return x11_display.unavailable() or 50

    def current(self) -> App:
        with self._lock:
            if self._display is not None and not self._watching:
                try:
                    with x11_display.translated():
                        self._app = self._look(self._display)
                except DesktopError:
                    self._app = UNKNOWN_APP
            return self._app

    def watch(self, changed: Callable[[App], None]) -> None:
        with self._lock:
            if self._ended:
                return
            self._watching = True
        try:
            while not self._closed:
                try:
                    if self._display is not None:
                        self._follow(self._display, changed)
                except ServerGoneError:
                    self._display = None
                    self._note(UNKNOWN_APP, changed)
                if not self._closed and (display := x11_display.reopen(self._woken)) is not None:
                    with suppress(ServerGoneError):
                        self._use(display)
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
            if not self._watching and not self._ended:
                self._disconnect()

    def _use(self, display: Display) -> None:
        """Have the active window told over this connection. Raises DesktopError."""
        from Xlib import X, Xatom

        with x11_display.translated():
            display.set_error_handler(lambda *_: None)  # a window that closes while we ask is no error
            intern = display.intern_atom
            self._active, self._title, self._utf8 = map(intern, ("_NET_ACTIVE_WINDOW", "_NET_WM_NAME", "UTF8_STRING"))
            self._telling = {self._active, self._title, Xatom.WM_NAME, Xatom.WM_CLASS}
            self._root = display.screen().root
            self._root.change_attributes(event_mask=X.PropertyChangeMask)
            display.sync()
        self._display, self._window = display, None

    def _follow(self, display: Display, changed: Callable[[App], None]) -> None:
        """Call `changed` whenever another app than the one last told is active, until `close`. Raises DesktopError."""
        with x11_display.translated():
            while not self._closed:
                app = self._look(display)
                if app == UNKNOWN_APP != self._app and self._wait(display, _TRANSIENT_S):
                    continue
                self._note(app, changed)
                self._wait(display, None)

    def _note(self, app: App, changed: Callable[[App], None]) -> None:
        if app != self._app and not self._closed:
            self._app = app
            changed(app)

    def _wait(self, display: Display, timeout_s: float | None) -> bool:
        """Wait for an event that may change the active app. False when the time is over or `close` was called."""
        from Xlib import X

        until = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._closed:
            while display.pending_events():
                event = display.next_event()
                # Other properties change with every key that is typed. Some window managers (openbox) go on calling
                # a window active that was destroyed.
                if event.type == X.DestroyNotify or getattr(event, "atom", None) in self._telling:
                    return True
            left = None if until is None else max(0.0, until - time.monotonic())
            ready, _, _ = select.select([display.fileno(), self._woken], [], [], left)
            if not ready:
                return False
        return False

    def _look(self, display: Display) -> App:
        """The active app, as its window says; from now on the title of that window is followed too."""
        from Xlib import X
        from Xlib.error import XError

        active = self._root.get_full_property(self._active, X.AnyPropertyType)
        if active is None or not active.value or not active.value[0]:
            return UNKNOWN_APP
        window = display.create_resource_object("window", active.value[0])
        try:
            if window != self._window:
                window.change_attributes(event_mask=X.PropertyChangeMask | X.StructureNotifyMask)
                if self._window is not None:
                    self._window.change_attributes(event_mask=X.NoEventMask)
                self._window = window
            named = window.get_wm_class()
            title = window.get_full_property(self._title, self._utf8)
            words = title.value if title is not None else window.get_wm_name()
        except XError:  # it closed meanwhile; the next event names its successor
            self._window = None
            return UNKNOWN_APP
        return App(wm_class=named[1] if named else "", title=_text(words))

    def _disconnect(self) -> None:
        """Close the connection; once, with the lock held."""
        if self._display is not None:
            with suppress(DesktopError), x11_display.translated():  # the server may have gone first
                self._display.close()
        self._app, self._display, self._ended = UNKNOWN_APP, None, True
        os.close(self._woken)


def _text(value: object) -> str:
    """A property's bytes as text; old programs give Latin-1 or nothing."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
