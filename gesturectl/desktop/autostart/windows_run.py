"""The Run key of the user's registry on Windows. Unverified: nobody has run it yet."""

import subprocess
import sys

from gesturectl.desktop.autostart.base import Autostart, start_command
from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.errors import DesktopError

KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
VALUE = "gesturectl"


class WindowsRunKey(Autostart):
    """A value in HKEY_CURRENT_USER's Run key."""

    name = "run key"

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 80 if sys.platform == "win32" else Unavailable("the Run key is Windows's", NOTHING_TO_DO)

    @property
    def place(self) -> str:
        return rf"HKEY_CURRENT_USER\{KEY}\{VALUE}"

    def enable(self, network: bool = False) -> None:
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, KEY) as key:
                    winreg.SetValueEx(key, VALUE, 0, winreg.REG_SZ, subprocess.list2cmdline(start_command()))
            except OSError as error:
                raise DesktopError(
                    self.place, f"it can't be written ({error})", "Ask who manages this machine."
                ) from error

    def disable(self) -> None:
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, KEY, 0, winreg.KEY_SET_VALUE) as key:
                    winreg.DeleteValue(key, VALUE)
            except FileNotFoundError:
                return
            except OSError as error:
                raise DesktopError(
                    self.place, f"it can't be removed ({error})", "Ask who manages this machine."
                ) from error

    def enabled(self) -> bool:
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, KEY) as key:
                    winreg.QueryValueEx(key, VALUE)
            except OSError:
                return False
            return True
        else:  # noqa: RET505  a type checker for the other system must not see this as code that is never reached
            return False
