"""Keys and pointer on macOS (Quartz events)."""

import importlib
import platform

from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.desktop.pynput_injector import PynputInjector


class MacInjector(PynputInjector):
    """Presses keys on macOS, which drops them silently unless the program that runs us may control the computer."""

    name = "macos"

    @classmethod
    def rank(cls) -> int | Unavailable:
        if platform.system() != "Darwin":
            return Unavailable("this isn't macOS", NOTHING_TO_DO)
        try:
            trusted = importlib.import_module("HIServices").AXIsProcessTrusted()
        except (ImportError, AttributeError) as error:
            return Unavailable(f"pyobjc is incomplete ({error})", "Run: pip install pynput")
        if not trusted:
            remedy = "Allow your terminal (or gesturectl) in System Settings, Privacy & Security, Accessibility."
            return Unavailable("macOS doesn't allow us to press keys", remedy)
        return 50
