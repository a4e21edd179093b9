"""A systemd user unit, where the desktop starts systemd's graphical session (GNOME, KDE, others by their own units)."""

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from gesturectl.atomic import whole_file
from gesturectl.desktop.autostart.base import Autostart, start_command
from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.errors import DesktopError

UNIT = "gesturectl.service"
_PATIENCE_S = 10.0


class SystemdUnit(Autostart):
    """`gesturectl.service` of the user."""

    name = "systemd"

    @classmethod
    def rank(cls) -> int | Unavailable:
        if platform.system() != "Linux":
            return Unavailable("systemd is Linux's", NOTHING_TO_DO)
        if shutil.which("systemctl") is None or not os.environ.get("XDG_RUNTIME_DIR"):
            return Unavailable("systemd doesn't manage this session", "XDG autostart does it as well.")
        if _systemctl("is-active", "--quiet", "graphical-session.target"):
            fact = "this desktop doesn't start systemd's graphical-session.target"
            return Unavailable(fact, "XDG autostart does it as well.")
        return 80

    @property
    def place(self) -> str:
        return str(_path())

    def enable(self, network: bool = False) -> None:
        path = _path()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as file:
                file.write(unit_text(start_command(), network).encode())
        except OSError as error:
            raise DesktopError(str(path), f"it can't be written ({error.strerror})", "Look at the folder.") from error
        for arguments in (("daemon-reload",), ("enable", UNIT)):
            if words := _systemctl(*arguments):
                raise DesktopError(UNIT, f"systemd refuses it ({words})", "Try 'gesturectl autostart enable --by xdg'.")

    def disable(self) -> None:
        if not _path().exists():
            return
        _systemctl("disable", UNIT)
        (_path().parent / "graphical-session.target.wants" / UNIT).unlink(missing_ok=True)  # where systemd isn't asked
        _path().unlink(missing_ok=True)
        _systemctl("daemon-reload")

    def enabled(self) -> bool:
        return _path().exists() and not _systemctl("is-enabled", "--quiet", UNIT)


def unit_text(command: Sequence[str], network: bool = False) -> str:
    """The unit that starts `command`. Without `network` it is kept to this machine where systemd can do that.

    Programs that gestures start inherit all limits, so there is none here that a browser needs (namespaces, say).
    """
    limits = "" if network else _THIS_MACHINE_ONLY
    if set(command[0]) & set("\"'\\$"):  # systemd takes no such program, however it is quoted
        command = ["/usr/bin/env", *command]
    return _UNIT.format(command=" ".join(map(_quoted, command)), limits=limits)


_UNIT = """\
[Unit]
Description=gesturectl: hands-free control by webcam gestures
PartOf=graphical-session.target
After=graphical-session.target

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=5
# Exit codes that trying again can't mend: wrong usage, mistakes in files, a missing model, another daemon.
RestartPreventExitStatus=2 3 5 7
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
{limits}Environment=ORT_DISABLE_TELEMETRY=1

[Install]
WantedBy=graphical-session.target
"""

_THIS_MACHINE_ONLY = """\
# The control socket, the studio on loopback, news of cameras. The second pair counts where systemd may filter packets.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
IPAddressDeny=any
IPAddressAllow=localhost
"""


def _quoted(word: str) -> str:
    """A word of ExecStart: systemd expands % and $, and splits at spaces."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or " " in word else word


def _path() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "systemd" / "user" / UNIT


def _systemctl(*arguments: str) -> str:
    """What `systemctl --user` complains of; empty if it did as told."""
    try:
        done = subprocess.run(
            ["systemctl", "--user", *arguments], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (done.stderr.strip() or f"exit code {done.returncode}") if done.returncode else ""
