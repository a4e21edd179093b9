"""Keys and pointer on Windows (SendInput). Windows of programs that run as administrator ignore us."""

import platform

from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.desktop.pynput_injector import PynputInjector


class WindowsInjector(PynputInjector):
    """Presses keys on Windows. A held key doesn't repeat by itself there."""

    name = "windows"

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 50 if platform.system() == "Windows" else Unavailable("this isn't Windows", NOTHING_TO_DO)
