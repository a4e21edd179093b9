"""A tray icon through pystray: Windows, macOS, and GTK on Linux where PyGObject is installed.

pystray chooses its own back-end while it is imported, and without PyGObject takes one for X11 that has no menu and
whose clicks never arrive: that one is refused. On macOS menus may be touched in the main thread only.
"""

import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gesturectl.desktop.base import Unavailable
from gesturectl.errors import DesktopError
from gesturectl.ui.icons import draw
from gesturectl.ui.tray.base import Appearance, TrayBackend
from gesturectl.ui.tray.deeds import Deed
from gesturectl.ui.tray.menu import Item

if TYPE_CHECKING:
    from PIL.Image import Image

_REMEDY = "See that a panel with a place for icons runs; all else works without one."
_SIZE = 64
"""Windows and GTK scale it down well; macOS shows it at 22 points of two pixels."""


class PystrayIcon(TrayBackend):
    """Shows the icon as pystray can."""

    name = "pystray"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._icon: Any = None
        self._shown: Appearance | None = None
        self._chosen: Callable[[Deed], None] = lambda _: None
        self._stopped = False

    @classmethod
    def rank(cls) -> int | Unavailable:
        if sys.platform not in ("win32", "darwin"):
            if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
                return Unavailable("there is no display", "Start it within your desktop's session.")
            if not _has_gtk():
                return Unavailable(
                    "PyGObject isn't installed, and without it pystray has no menu",
                    "Nothing to do where a panel shows StatusNotifierItems; else install python3-gi and "
                    "gir1.2-ayatanaappindicator3-0.1 and a virtual environment that sees them.",
                )
        try:
            pystray = _pystray()
        except DesktopError as error:
            return Unavailable(error.fact, error.remedy)
        if not pystray.Icon.HAS_MENU:
            return Unavailable("pystray's back-end here has no menu", "Set PYSTRAY_BACKEND to another one.")
        return 50

    @property
    def words(self) -> str:
        return f"pystray ({_pystray().Icon.__module__.rpartition('.')[2].lstrip('_')})"

    def run(self, first: Appearance, chosen: Callable[[Deed], None]) -> None:
        pystray = _pystray()
        self._chosen = chosen
        try:
            icon = pystray.Icon("gesturectl", _picture(first), _title(first), self._menu(first))
            with self._lock:
                self._icon, self._shown = icon, first
                if self._stopped:
                    return
            icon.run(setup=_make_visible)
        except Exception as error:
            raise DesktopError("tray", f"pystray can't show an icon ({error})", _REMEDY) from error
        finally:
            with self._lock:
                self._icon = None

    def show(self, appearance: Appearance) -> None:
        with self._lock:
            icon, before, self._shown = self._icon, self._shown, appearance
        if icon is None or before is None:
            return

        def change() -> None:
            if (before.look, before.progress) != (appearance.look, appearance.progress):
                icon.icon = _picture(appearance)
            if before.title != appearance.title:
                icon.title = _title(appearance)
            if before.menu != appearance.menu:
                icon.menu = self._menu(appearance)
                icon.update_menu()

        _in_its_thread(change)

    def notify(self, text: str) -> None:
        with self._lock:
            icon = self._icon
        if icon is not None and icon.HAS_NOTIFICATION:
            _in_its_thread(lambda: icon.notify(text[:200], "gesturectl"))

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            icon = self._icon
        if icon is not None:
            _in_its_thread(icon.stop)

    def _menu(self, appearance: Appearance) -> Any:
        return _pystray().Menu(*(self._entry(item) for item in appearance.menu))

    def _entry(self, item: Item) -> Any:
        pystray = _pystray()
        if item.kind == "separator":
            return pystray.Menu.SEPARATOR
        label = item.label.replace("&", "&&") if sys.platform == "win32" else item.label
        if item.children:
            below = pystray.Menu(*(self._entry(child) for child in item.children))
            return pystray.MenuItem(label, below, enabled=item.enabled)
        deed = item.deed
        return pystray.MenuItem(
            label,
            None if deed is None else lambda icon, entry: self._chosen(deed),
            checked=(lambda entry: item.on) if item.kind in ("check", "radio") else None,
            radio=item.kind == "radio",
            enabled=item.enabled,
        )


def _make_visible(icon: Any) -> None:
    icon.visible = True  # on Windows it stays hidden otherwise


def _title(appearance: Appearance) -> str:
    return f"gesturectl: {appearance.title}"[:127]  # all that Windows takes


def _picture(appearance: Appearance) -> "Image":
    from PIL import Image

    return Image.fromarray(draw(appearance.look, _SIZE, appearance.progress), "RGBA")


def _in_its_thread(call: Callable[[], None]) -> None:
    """Call it where the system wants it: macOS ends a program that touches a menu in another thread."""
    if sys.platform == "darwin":
        from PyObjCTools import AppHelper

        AppHelper.callAfter(call)
    else:
        call()


def _has_gtk() -> bool:
    from importlib.util import find_spec

    return find_spec("gi") is not None


def _pystray() -> Any:
    """pystray. Raises DesktopError: importing it connects to the display."""
    try:
        import pystray
    except Exception as error:
        raise DesktopError("tray", f"pystray can't be used ({error or type(error).__name__})", _REMEDY) from error
    return pystray
