"""A launch agent of the user on macOS. Unverified: nobody has run it yet."""

import plistlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gesturectl.atomic import whole_file
from gesturectl.desktop.autostart.base import Autostart, start_command
from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.errors import DesktopError

LABEL = "org.gesturectl.daemon"


class LaunchAgent(Autostart):
    """A property list in ~/Library/LaunchAgents; launchd reads it at the next login."""

    name = "launchd"

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 80 if sys.platform == "darwin" else Unavailable("launchd is macOS's", NOTHING_TO_DO)

    @property
    def place(self) -> str:
        return str(_path())

    def enable(self, network: bool = False) -> None:
        try:
            _path().parent.mkdir(parents=True, exist_ok=True)
            with whole_file(_path()) as file:
                file.write(agent_plist(start_command()))
        except OSError as error:
            raise DesktopError(
                str(_path()), f"it can't be written ({error.strerror})", "Look at the folder."
            ) from error

    def disable(self) -> None:
        if _path().exists():
            # Forgets the agent for this session, too; not loaded yet is no trouble.
            subprocess.run(["launchctl", "remove", LABEL], capture_output=True, check=False)
            _path().unlink(missing_ok=True)

    def enabled(self) -> bool:
        return _path().exists()


def agent_plist(command: Sequence[str]) -> bytes:
    """The property list that starts `command` in the user's graphical session."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 30,
            "LimitLoadToSessionType": "Aqua",
            "ProcessType": "Interactive",
            "EnvironmentVariables": {"ORT_DISABLE_TELEMETRY": "1"},
        }
    )


def _path() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
