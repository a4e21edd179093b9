"""Connecting to an X server: what its back-ends share."""

import importlib.util
import os
import platform
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.errors import DesktopError

Display = Any
"""python-xlib's Display, which has no types."""

_PAUSES_S = (0.5, 1.0, 2.0)
"""Before each try to reach a server that went away; the last holds from then on. A try takes 0.2 ms."""


class ServerGoneError(DesktopError):
    """The X server hung up: it ended, crashed or was restarted. The connection is of no use any more."""

    def __init__(self) -> None:
        super().__init__(_place(), "the X server is gone", "As soon as it is back, gesturectl connects again.")


def unavailable() -> Unavailable | None:
    """Why nothing can be done through X here; None if it can."""
    if platform.system() in ("Windows", "Darwin"):
        return Unavailable("X11 isn't this system's desktop", NOTHING_TO_DO)
    if importlib.util.find_spec("Xlib") is None:
        return Unavailable("python-xlib isn't installed", "Run: pip install python-xlib")
    if not os.environ.get("DISPLAY"):
        return Unavailable("no DISPLAY is set", "Start gesturectl from within your desktop session.")
    if os.environ.get("WAYLAND_DISPLAY") and os.environ.get("XDG_SESSION_TYPE") == "wayland":
        return Unavailable(
            "this is a Wayland session: only the apps that run through XWayland would notice",
            "Choose an X11 (“Xorg”) session when logging in; or unset WAYLAND_DISPLAY to act on those apps alone.",
        )
    try:
        display = open_display()
    except DesktopError as error:
        return Unavailable(error.fact, error.remedy)
    has_test = display.has_extension("XTEST")
    display.close()
    return None if has_test else Unavailable("the X server has no XTEST extension", "Start the X server with XTEST.")


def open_display() -> Display:
    """A connection to the X server of DISPLAY. Raises DesktopError."""
    with translated(), quiet():
        import Xlib.display

        return repaired(Xlib.display.Display())


def reopen(woken: int) -> Display | None:
    """A new connection once the server of DISPLAY is there again; None if the file `woken` can be read before."""
    tries = 0
    while not select.select([woken], [], [], _PAUSES_S[min(tries, len(_PAUSES_S) - 1)])[0]:
        tries += 1
        try:
            return open_display()
        except DesktopError:
            continue
    return None


def drain(display: Display) -> None:
    """Take the events that came: nobody else does, and a change of the keyboard's layout has to be read."""
    from Xlib import X

    while display.pending_events():
        event = display.next_event()
        if event.type == X.MappingNotify:
            display.refresh_keyboard_mapping(event)


def repaired(display: Display) -> Display:
    """The display, able to read the X server's error messages.

    In python-xlib 0.33 the classes of RandR's and Damage's errors take the numbers of three core errors, so that a
    BadValue raises AttributeError within the reader and the connection is stuck for ever.
    """
    from Xlib.error import xerror_class

    display.display.error_classes.update(xerror_class)
    return display


@contextmanager
def quiet() -> Iterator[None]:
    """Sends python-xlib's warnings about an empty Xauthority, which it prints, where they don't spoil our output."""
    with redirect_stdout(sys.stderr):
        yield


@contextmanager
def translated() -> Iterator[None]:
    """Turns whatever python-xlib raises when an X server refuses or goes away into DesktopError."""
    import Xlib.error

    try:
        yield
    except Xlib.error.ConnectionClosedError as error:
        raise ServerGoneError from error
    except (Xlib.error.DisplayError, ImportError, OSError) as error:
        fact = f"it can't be reached ({str(error).strip() or type(error).__name__})"
        raise DesktopError(_place(), fact, "Check DISPLAY and XAUTHORITY, and that the X server runs.") from error
    except Xlib.error.XError as error:
        raise DesktopError(_place(), f"it refused ({type(error).__name__})", "Try again.") from error


def _place() -> str:
    return f"X display {os.environ.get('DISPLAY', '')}"
