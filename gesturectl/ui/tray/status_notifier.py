"""A tray icon over D-Bus alone (StatusNotifierItem): no GTK and no display needed, so any virtual environment has it.

The panel's side is a StatusNotifierWatcher. Panels start late and crash: the icon is registered whenever one appears.
"""

import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from gesturectl.desktop.base import Unavailable
from gesturectl.desktop.dbus import Bus, unavailable
from gesturectl.errors import DesktopError
from gesturectl.ui.tray.base import Appearance, TrayBackend
from gesturectl.ui.tray.deeds import Deed
from gesturectl.ui.tray.notifier_item import NotifierItem

if TYPE_CHECKING:
    from dbus_fast import Message

_log = logging.getLogger(__name__)

_WATCHER, _WATCHER_PATH = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
_NOTES, _NOTES_PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_OWNERS = f"sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{_WATCHER}'"


class StatusNotifier(TrayBackend):
    """Shows the icon in every panel that reads StatusNotifierItems."""

    name = "status notifier"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bus: Bus | None = None
        self._next: Appearance | None = None
        """What is to be shown as soon as the thread of the bus gets to it."""
        self._notes: list[str] = []
        """What is to be told of likewise."""
        self._stopped = False
        self._panel_came = False

    @classmethod
    def rank(cls) -> int | Unavailable:
        why = unavailable()
        if why is not None:
            return why
        try:
            return 80 if _has_panel() else 10
        except DesktopError as error:
            return Unavailable(f"{error.place}: {error.fact}", error.remedy)

    @property
    def words(self) -> str:
        try:
            shown = _has_panel()
        except DesktopError:
            shown = False
        return self.name if shown else "none yet: no panel shows icons (GNOME needs the AppIndicator extension)"

    def run(self, first: Appearance, chosen: Callable[[Deed], None]) -> None:
        bus = Bus()
        try:
            item = NotifierItem(bus.emit, chosen)
            item.show(first)
            bus.answer(item.answer)
            bus.own(name := f"org.kde.StatusNotifierItem-{os.getpid()}-1")
            bus.listen(_OWNERS, self._hear)
            with self._lock:
                self._bus = bus
            _register(bus, name)
            while not self._stopped:
                bus.wait(None)
                with self._lock:
                    appearance, self._next = self._next, None
                    panel_came, self._panel_came = self._panel_came, False
                    notes, self._notes = self._notes, []
                if panel_came:
                    _register(bus, name)
                if appearance is not None:
                    item.show(appearance)
                for text in notes:
                    _notify(bus, text)
        finally:
            with self._lock:
                self._bus = None
            bus.close()

    def show(self, appearance: Appearance) -> None:
        with self._lock:
            if self._bus is not None:
                self._next = appearance
                self._bus.wake()

    def notify(self, text: str) -> None:
        with self._lock:
            if self._bus is not None:
                self._notes.append(text)
                self._bus.wake()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._bus is not None:
                self._bus.wake()

    def _hear(self, message: "Message") -> None:
        """In the thread of the bus: a panel came, maybe again, or went."""
        if message.member == "NameOwnerChanged" and message.body[0] == _WATCHER and message.body[2]:
            self._panel_came = True
            if self._bus is not None:
                self._bus.wake()


def _has_panel() -> bool:
    """Whether a panel that shows icons runs. Raises DesktopError."""
    bus = Bus()
    try:
        return bus.has_owner(_WATCHER)
    finally:
        bus.close()


def _register(bus: Bus, name: str) -> None:
    """Tell the panel of our icon, if there is one."""
    try:
        bus.call(_WATCHER, _WATCHER_PATH, _WATCHER, "RegisterStatusNotifierItem", "s", name)
    except DesktopError as error:
        _log.info("no panel shows the icon yet: %s", error.fact)


def _notify(bus: Bus, text: str) -> None:
    """Have the desktop tell it, by its Desktop Notifications Specification."""
    try:
        bus.call(
            _NOTES, _NOTES_PATH, _NOTES, "Notify", "susssasa{sv}i", "gesturectl", 0, "", "gesturectl", text, [], {}, -1
        )
    except DesktopError as error:
        _log.info("%s (no notification: %s)", text, error.fact)
