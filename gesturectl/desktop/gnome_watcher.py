"""The focused app on GNOME, which tells it to extensions of its Shell only: ours is in packaging/gnome-shell."""

import os
from typing import TYPE_CHECKING

from gesturectl.desktop import dbus
from gesturectl.desktop.base import NOTHING_TO_DO, App, Unavailable
from gesturectl.desktop.dbus import Bus
from gesturectl.desktop.dbus_watcher import DBusWatcher
from gesturectl.paths import bundled

if TYPE_CHECKING:
    from dbus_fast import Message

NAME, PATH = "org.gesturectl.GnomeFocus", "/org/gesturectl/GnomeFocus"
EXTENSION = "gesturectl@gesturectl.org"


class GnomeWindowWatcher(DBusWatcher):
    """Asks the extension once and hears its signal after that. Wayland app ids and X11 classes, as WM_CLASS is."""

    name = "gnome"

    @classmethod
    def rank(cls) -> int | Unavailable:
        if "GNOME" not in os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":"):
            return Unavailable("this isn't GNOME", NOTHING_TO_DO)
        running = dbus.owned(NAME)
        if isinstance(running, Unavailable):
            return running
        if not running:
            folder = bundled("packaging/gnome-shell") / EXTENSION
            remedy = (
                f"cp -r {folder} ~/.local/share/gnome-shell/extensions/, log out and in again, and run "
                f"gnome-extensions enable {EXTENSION}"
            )
            return Unavailable("GNOME tells the focused app to an extension of its Shell only", remedy)
        return 60

    def _start(self, bus: Bus) -> None:
        bus.listen(f"interface='{NAME}'", self._hear)
        app_id, title = bus.call(NAME, PATH, NAME, "Get")
        self._focused(App(wm_class=app_id, title=title))

    def _hear(self, message: "Message") -> None:
        if message.interface == NAME and message.member == "Changed":
            app_id, title = message.body
            self._focused(App(wm_class=app_id, title=title))
