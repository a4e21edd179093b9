"""A chord of the keyboard on an X11 desktop, by a passive grab: the server tells of this chord and of no other key."""

import os
import select
from collections.abc import Callable
from contextlib import suppress

from gesturectl.desktop import x11_display
from gesturectl.desktop.base import HotKey, Unavailable
from gesturectl.desktop.x11_display import Display, ServerGoneError
from gesturectl.errors import DesktopError
from gesturectl.keys import describe, key, keysym

_ALL_MODIFIERS = 0xFF
"""Shift, Lock, Control and Mod1 to Mod5 (X11 core protocol)."""


class X11HotKey(HotKey):
    """Heard whatever other modifiers are down: Caps Lock, Num Lock, and those that gesturectl itself holds just then.

    Not heard while another program has the whole keyboard for itself: a virtual machine, an open menu, a locked screen.
    XTEST's keys count as the keyboard's.
    """

    name = "x11"

    def __init__(self, chord: tuple[str, ...]) -> None:
        self._chord = chord
        self._watching = self._closed = self._ended = False
        self._display = _grabbed(chord)
        self._woken, self._wake = os.pipe()

    @classmethod
    def rank(cls) -> int | Unavailable:
        return x11_display.unavailable() or 50

    def watch(self, pressed: Callable[[], None]) -> None:
        if self._ended:
            return
        self._watching = True
        try:
            while not self._closed:
                with suppress(ServerGoneError):
                    self._follow(pressed)
                if not self._closed and (display := x11_display.reopen(self._woken)) is not None:
                    with suppress(ServerGoneError):
                        _grab(display, self._chord)
                        self._display = display
        finally:
            self._disconnect()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        os.close(self._wake)  # `watch` sees the end of the pipe
        if not self._watching:
            self._disconnect()

    def _follow(self, pressed: Callable[[], None]) -> None:
        from Xlib import X

        display = self._display
        while not self._closed:
            with x11_display.translated():
                told = False
                while display.pending_events():
                    event = display.next_event()
                    if event.type == X.MappingNotify:
                        display.refresh_keyboard_mapping(event)
                        display.screen().root.ungrab_key(X.AnyKey, X.AnyModifier)
                        _grab(display, self._chord)
                    told |= event.type == X.KeyPress
                if told:
                    # What is released from now on is for the window that saw it pressed, not for us.
                    display.ungrab_keyboard(X.CurrentTime)
                    display.sync()
            if told:
                pressed()
            select.select([display.fileno(), self._woken], [], [])

    def _disconnect(self) -> None:
        if self._ended:
            return
        self._ended = True
        with suppress(DesktopError), x11_display.translated():
            self._display.close()
        os.close(self._woken)


def _grabbed(chord: tuple[str, ...]) -> Display:
    """A connection that is told of the chord. Raises DesktopError."""
    display = x11_display.open_display()
    try:
        _grab(display, chord)
    except DesktopError:
        display.close()
        raise
    return display


def _grab(display: Display, chord: tuple[str, ...]) -> None:
    from Xlib import X
    from Xlib.error import CatchError

    with x11_display.translated():
        code = int(display.keysym_to_keycode(keysym(chord[-1])))
        wanted = sum({_bit(display, name) for name in chord[:-1]})
        if not code:
            raise _lacks(chord[-1])
        refusals = {}
        for mask in range(_ALL_MODIFIERS + 1):
            if mask & wanted == wanted:
                refusals[mask] = CatchError()
                display.screen().root.grab_key(
                    code, mask, False, X.GrabModeAsync, X.GrabModeAsync, onerror=refusals[mask]
                )
        display.sync()
    if refusals[wanted].get_error() is not None:  # with further modifiers it may be another's
        remedy = "Choose another one: gesturectl settings panic_chord Ctrl+Alt+F12"
        raise DesktopError("panic chord", f"another program has {describe(chord)} for itself", remedy)


def _bit(display: Display, name: str) -> int:
    """The bit of a modifier's key in the state of events. Raises DesktopError if the layout has no such modifier."""
    codes = {code for code, _ in display.keysym_to_keycodes(keysym(name))}
    for row, modifiers in enumerate(display.get_modifier_mapping()):
        if codes & set(modifiers) - {0}:
            return 1 << row
    raise _lacks(name)


def _lacks(name: str) -> DesktopError:
    fact = f"the keyboard's layout has no key {key(name).label}"
    return DesktopError("panic chord", fact, "Choose another one: gesturectl settings panic_chord Ctrl+Alt+F12")
