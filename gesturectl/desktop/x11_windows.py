"""Windows on X11, by the requests that taskbars make of window managers (Extended Window Manager Hints 1.5)."""

from typing import Any

from gesturectl.desktop import x11_display
from gesturectl.desktop.base import Unavailable, WindowManager
from gesturectl.errors import DesktopError

_TOGGLE, _PAGER, _ICONIC = 2, 2, 3
"""_NET_WM_STATE_TOGGLE; source indication of pagers; ICCCM's IconicState."""


class X11WindowManager(WindowManager):
    """Asks the window manager; one that doesn't know a request ignores it."""

    name = "x11"

    def __init__(self) -> None:
        self._display: Any = x11_display.open_display()

    @classmethod
    def rank(cls) -> int | Unavailable:
        return x11_display.unavailable() or 50

    def do(self, command: str) -> None:
        with x11_display.translated():
            if command in ("workspace_next", "workspace_previous"):
                self._go(1 if command == "workspace_next" else -1)
            elif command == "next":
                self._activate_next()
            else:
                self._change(self._active(), command)
            self._display.sync()

    def close(self) -> None:
        self._display.close()

    def _change(self, window: Any, command: str) -> None:
        if command == "close":
            self._ask(window, "_NET_CLOSE_WINDOW", 0, _PAGER)
        elif command == "minimize":
            self._ask(window, "WM_CHANGE_STATE", _ICONIC)
        elif command == "fullscreen":
            self._ask(window, "_NET_WM_STATE", _TOGGLE, self._atom("_NET_WM_STATE_FULLSCREEN"), 0, _PAGER)
        else:  # maximize
            sides = (self._atom(f"_NET_WM_STATE_MAXIMIZED_{side}") for side in ("HORZ", "VERT"))
            self._ask(window, "_NET_WM_STATE", _TOGGLE, *sides, _PAGER)

    def _go(self, by: int) -> None:
        count, now = self._root_values("_NET_NUMBER_OF_DESKTOPS"), self._root_values("_NET_CURRENT_DESKTOP")
        if count and now:
            self._ask(self._root, "_NET_CURRENT_DESKTOP", (now[0] + by) % count[0])

    def _activate_next(self) -> None:
        windows = self._root_values("_NET_CLIENT_LIST")
        active = self._root_values("_NET_ACTIVE_WINDOW")
        if windows:
            after = windows.index(active[0]) + 1 if active and active[0] in windows else 0
            window = self._display.create_resource_object("window", windows[after % len(windows)])
            self._ask(window, "_NET_ACTIVE_WINDOW", _PAGER)

    def _active(self) -> Any:
        active = self._root_values("_NET_ACTIVE_WINDOW")
        if not active or not active[0]:
            raise DesktopError("window", "no window has the focus", "Click one, or start a window manager.")
        return self._display.create_resource_object("window", active[0])

    def _ask(self, window: Any, message: str, *values: int) -> None:
        from Xlib import X
        from Xlib.protocol import event

        data = (32, [*values, *[0] * (5 - len(values))])
        told = event.ClientMessage(window=window, client_type=self._atom(message), data=data)
        self._root.send_event(told, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)

    def _root_values(self, name: str) -> list[int]:
        from Xlib import X

        found = self._root.get_full_property(self._atom(name), X.AnyPropertyType)
        return list(found.value) if found is not None else []

    def _atom(self, name: str) -> int:
        return int(self._display.intern_atom(name))

    @property
    def _root(self) -> Any:
        return self._display.screen().root
