"""The focused app on KDE's Wayland sessions: a script of ours that KWin runs tells us over D-Bus."""

import os
from typing import Any

from gesturectl.desktop import dbus
from gesturectl.desktop.base import NOTHING_TO_DO, App, Unavailable
from gesturectl.desktop.dbus import Bus
from gesturectl.desktop.dbus_watcher import DBusWatcher
from gesturectl.errors import DesktopError
from gesturectl.paths import asset

NAME = "org.gesturectl.KWinFocus"
_KWIN, _SCRIPTING = "org.kde.KWin", "org.kde.kwin.Scripting"
_SCRIPT = "gesturectl-focus"


class KWinWindowWatcher(DBusWatcher):
    """Loads the script into KWin (Plasma 5 and 6) and unloads it at the end."""

    name = "kwin"

    @classmethod
    def rank(cls) -> int | Unavailable:
        if "KDE" not in os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":"):
            return Unavailable("this isn't KDE", NOTHING_TO_DO)
        running = dbus.owned(_KWIN)
        if isinstance(running, Unavailable):
            return running
        return 60 if running else Unavailable("KWin isn't on the D-Bus session", "Log in to a Plasma session.")

    def _start(self, bus: Bus) -> None:
        bus.serve(NAME, "Focused", self._told)
        bus.own(NAME)
        self._end(bus)  # one that a predecessor left behind
        (number,) = bus.call(_KWIN, "/Scripting", _SCRIPTING, "loadScript", "ss", str(asset("kwin-focus.js")), _SCRIPT)
        if number < 0:
            raise DesktopError("KWin", "it didn't load our script", "Look at its journal: journalctl --user -t kwin")
        try:
            bus.call(_KWIN, f"/Scripting/Script{number}", "org.kde.kwin.Script", "run")
        except DesktopError:  # Plasma 5 has them elsewhere
            bus.call(_KWIN, f"/{number}", "org.kde.kwin.Script", "run")
        bus.wait(0.2)  # it tells the focused window at once

    def _end(self, bus: Bus) -> None:
        bus.call(_KWIN, "/Scripting", _SCRIPTING, "unloadScript", "s", _SCRIPT)

    def _told(self, body: list[Any]) -> None:
        app_class, title = (str(part) for part in body[:2])
        self._focused(App(wm_class=app_class, title=title))
