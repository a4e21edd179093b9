"""Whether the person is away, as Linux desktops tell it over D-Bus: locked, asleep, lid closed."""

import logging
import os
import threading
from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from gesturectl.desktop import dbus
from gesturectl.desktop.base import SessionWatcher, Unavailable
from gesturectl.desktop.dbus import Bus, Which, plain
from gesturectl.errors import DesktopError

if TYPE_CHECKING:
    from dbus_fast import Message

_log = logging.getLogger(__name__)

_LOGIN, _LOGIN_PATH, _MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_POWER, _POWER_PATH = "org.freedesktop.UPower", "/org/freedesktop/UPower"
_SAVERS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")


class _DBusSession(SessionWatcher):
    """What both have in common; a subclass listens in `_start` and calls `_note`."""

    which: Which
    takes_files = False

    def __init__(self) -> None:
        self._bus = Bus(self.which, self.takes_files)
        self._facts: dict[str, bool] = {}
        """What is the case, by its words: {"the screen is locked": True}."""
        self._told = ""
        self._changed: Callable[[str], None] = lambda _: None
        self._watching = self._closed = False
        try:
            self._start(self._bus)
        except DesktopError:
            self._bus.close()
            raise

    @classmethod
    def rank(cls) -> int | Unavailable:
        return dbus.unavailable(cls.which) or 50

    def watch(self, changed: Callable[[str], None]) -> None:
        if self._closed:
            return
        self._changed, self._watching = changed, True
        try:
            if self._told:
                changed(self._told)
            while not self._closed:
                self._tend()
                self._bus.wait(None)
        finally:
            self._bus.close()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._watching:
            self._bus.wake()
        else:
            self._bus.close()

    @abstractmethod
    def _start(self, bus: Bus) -> None:
        """Listen. Raises DesktopError."""

    def _tend(self) -> None:
        """What is to be done in the bus' thread after each time it was woken."""

    def _note(self, words: str, holds: bool) -> None:
        self._facts[words] = holds
        away = next((words for words, holds in self._facts.items() if holds), "")
        if away != self._told:
            self._told = away
            self._changed(away)


class LogindSessionWatcher(_DBusSession):
    """systemd-logind's own signals, and UPower's for the lid.

    While the camera is in use it holds a delay lock (logind's Inhibit): the computer goes to sleep when the camera has
    been let go, or after logind's InhibitDelayMaxSec (5 s), not in the midst of it.
    """

    name = "logind"
    which = "system"
    takes_files = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = False
        """Whether falling asleep has to wait for us."""
        self._delay: int | None = None
        """The open file that is the delay lock; logind sees it being closed."""
        super().__init__()

    def camera_in_use(self, on: bool) -> None:
        with self._lock:
            self._wanted = on
            self._settle()
        if on:
            self._bus.wake()  # the bus belongs to the thread that watches

    def watch(self, changed: Callable[[str], None]) -> None:
        try:
            super().watch(changed)
        finally:
            self.camera_in_use(False)

    def _tend(self) -> None:
        with self._lock:
            if not self._wanted or self._delay is not None:
                return
        try:
            why = ("sleep", "gesturectl", "The camera is let go first", "delay")
            delay = self._bus.call_for_file(_LOGIN, _LOGIN_PATH, _MANAGER, "Inhibit", "ssss", *why)
        except DesktopError as error:  # then the camera is let go while the computer falls asleep, as without logind
            _log.info("sleep won't wait for the camera: %s", error)
            with self._lock:
                self._wanted = False
            return
        with self._lock:
            self._delay = delay
            self._settle()  # the camera may have been let go meanwhile

    def _settle(self) -> None:
        """Give the delay lock back if it isn't wanted; with `_lock` held."""
        if not self._wanted and self._delay is not None:
            os.close(self._delay)
            self._delay = None

    def _start(self, bus: Bus) -> None:
        (path,) = bus.call(_LOGIN, _LOGIN_PATH, _MANAGER, "GetSession", "s", "auto")
        self._path = path
        bus.listen(f"sender='{_LOGIN}'", self._hear)
        bus.listen(f"sender='{_POWER}',path='{_POWER_PATH}'", self._hear_power)
        with suppress(DesktopError):
            self._note("the screen is locked", bool(bus.get(_LOGIN, path, _SESSION, "LockedHint")))
        with suppress(DesktopError):  # no UPower, no lid
            self._note("the lid is closed", bool(bus.get(_POWER, _POWER_PATH, _POWER, "LidIsClosed")))

    def _hear(self, message: "Message") -> None:
        if message.member == "PrepareForSleep" and message.interface == _MANAGER:
            self._note("the computer goes to sleep", bool(message.body[0]))
        elif message.path != self._path:
            return
        elif message.interface == _SESSION and message.member in ("Lock", "Unlock"):
            self._note("the screen is locked", message.member == "Lock")
        elif message.member == "PropertiesChanged" and message.body[0] == _SESSION:
            changed = plain(message.body[1])
            if "LockedHint" in changed:
                self._note("the screen is locked", bool(changed["LockedHint"]))

    def _hear_power(self, message: "Message") -> None:
        if message.member == "PropertiesChanged" and message.path == _POWER_PATH:
            changed = plain(message.body[1])
            if "LidIsClosed" in changed:
                self._note("the lid is closed", bool(changed["LidIsClosed"]))


class ScreenSaverSessionWatcher(_DBusSession):
    """The screen saver's own signal, for desktops that lock without telling logind."""

    name = "screensaver"
    which = "session"

    def _start(self, bus: Bus) -> None:
        for saver in _SAVERS:
            bus.listen(f"interface='{saver}',member='ActiveChanged'", self._hear)
        for saver in _SAVERS:
            path = "/" + saver.replace(".", "/")
            with suppress(DesktopError):
                self._note("the screen saver is on", bool(bus.call(saver, path, saver, "GetActive")[0]))
                return

    def _hear(self, message: "Message") -> None:
        if message.member == "ActiveChanged" and message.interface in _SAVERS:
            self._note("the screen saver is on", bool(message.body[0]))
