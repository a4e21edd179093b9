"""When keyboard or mouse were last used on an X11 desktop, by the screen saver's own count."""

import time
from contextlib import suppress
from typing import Any

from gesturectl.desktop import x11_display
from gesturectl.desktop.base import InputWatcher, Unavailable
from gesturectl.errors import DesktopError

_EXTENSION = "MIT-SCREEN-SAVER"
_AGAIN_S = 1.0
"""Between two tries to reach a server that went away."""


class X11InputWatcher(InputWatcher):
    """Asks the server how long it has been idle, which takes 0.03 ms and needs no thread.

    XTEST counts as input there, and so does a key repeating while XTEST holds it down. While the server is gone nobody
    can tell; once it is back it is asked again.
    """

    name = "x11"

    def __init__(self) -> None:
        self._closed = False
        self._display: Any = None
        """None while the server is gone."""
        self._connect()

    @classmethod
    def rank(cls) -> int | Unavailable:
        if (reason := x11_display.unavailable()) is not None:
            return reason
        try:
            display = x11_display.open_display()
        except DesktopError as error:
            return Unavailable(error.fact, error.remedy)
        found = display.has_extension(_EXTENSION)
        display.close()
        return (
            50 if found else Unavailable(f"the X server has no {_EXTENSION} extension", "Start the X server with it.")
        )

    def idle_ms(self) -> int | None:
        if self._closed:
            return None
        try:
            if self._display is None:
                if time.monotonic() < self._tried_s + _AGAIN_S:
                    return None
                self._connect()
            with x11_display.translated():
                return int(self._root.screensaver_query_info().idle)
        except DesktopError:
            self._display = None
            return None

    def close(self) -> None:
        self._closed = True
        if self._display is None:
            return
        display, self._display = self._display, None
        with suppress(DesktopError), x11_display.translated():
            display.close()

    def _connect(self) -> None:
        self._tried_s = time.monotonic()
        self._display = x11_display.open_display()
        with x11_display.translated():
            self._root = self._display.screen().root
