"""What a means of starting at login does, and what is started."""

import platform
import sys
from abc import ABC, abstractmethod
from pathlib import Path

from gesturectl.desktop.base import Unavailable


class Autostart(ABC):
    """One means of starting at login. Methods raise DesktopError if the system refuses."""

    name: str

    @classmethod
    @abstractmethod
    def rank(cls) -> int | Unavailable:
        """How good it is here (larger is better), or why it can't be used. Must not raise."""

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is written."""

    @abstractmethod
    def enable(self, network: bool = False) -> None:
        """Start at every login from now on. `network` lifts the limits to this machine, where the means has any."""

    @abstractmethod
    def disable(self) -> None:
        """Start no longer. What runs goes on running. Does nothing if it isn't enabled."""

    @abstractmethod
    def enabled(self) -> bool:
        """Whether it starts at login."""


def start_command() -> list[str]:
    """What starts the daemon: the program of this installation, whatever the PATH at login is."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "run"]
    python = Path(sys.executable)
    if platform.system() == "Windows":  # without a console window
        windowed = python.with_name("pythonw.exe")
        return [str(windowed if windowed.exists() else python), "-m", "gesturectl.cli", "run"]
    program = python.with_name("gesturectl")
    return [str(program), "run"] if program.exists() else [str(python), "-m", "gesturectl.cli", "run"]
