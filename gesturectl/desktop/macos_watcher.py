"""The focused app on macOS, by the window list. Not run on a Mac yet: nobody here has one."""

import importlib
import platform
from typing import Any

from gesturectl.desktop.asking_watcher import AskingWatcher
from gesturectl.desktop.base import NOTHING_TO_DO, UNKNOWN_APP, App, Unavailable

_ON_SCREEN_WITHOUT_DESKTOP = 1 | 16
"""kCGWindowListOptionOnScreenOnly and kCGWindowListExcludeDesktopElements."""


class MacWindowWatcher(AskingWatcher):
    """Names the bundle of the frontmost ordinary window.

    NSWorkspace's frontmostApplication stands still in a process whose main thread runs no Cocoa loop, as ours without a
    tray; the window list doesn't. Titles come only with the permission to record the screen, which we never ask for.
    """

    name = "macos"

    def __init__(self) -> None:
        super().__init__()
        self._quartz: Any = importlib.import_module("Quartz")
        self._apps: Any = importlib.import_module("AppKit").NSRunningApplication

    @classmethod
    def rank(cls) -> int | Unavailable:
        if platform.system() != "Darwin":
            return Unavailable("this isn't macOS", NOTHING_TO_DO)
        try:
            importlib.import_module("Quartz")
            importlib.import_module("AppKit")
        except ImportError as error:
            return Unavailable(f"pyobjc is incomplete ({error})", "Run: pip install pynput")
        return 50

    def _look(self) -> App:
        windows = self._quartz.CGWindowListCopyWindowInfo(_ON_SCREEN_WITHOUT_DESKTOP, 0) or ()
        # From front to back; menus, the Dock and overlays like our own are on other layers than 0.
        front = next((window for window in windows if window.get("kCGWindowLayer") == 0), None)
        if front is None:
            return UNKNOWN_APP
        app = self._apps.runningApplicationWithProcessIdentifier_(front["kCGWindowOwnerPID"])
        bundle = app.bundleIdentifier() if app is not None else None
        return App(bundle=str(bundle or ""), title=str(front.get("kCGWindowName") or ""))
