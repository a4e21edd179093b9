"""A desktop file in the autostart folder (freedesktop.org, Desktop Application Autostart Specification)."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from gesturectl.atomic import whole_file
from gesturectl.desktop.autostart.base import Autostart, start_command
from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.errors import DesktopError

_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")


class XdgAutostart(Autostart):
    """`gesturectl.desktop` in the user's autostart folder."""

    name = "xdg"

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 50 if platform.system() == "Linux" else Unavailable("autostart folders are Linux's", NOTHING_TO_DO)

    @property
    def place(self) -> str:
        return str(_path())

    def enable(self, network: bool = False) -> None:
        path = _path()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as file:
                file.write(entry_text(start_command()).encode())
        except OSError as error:
            raise DesktopError(str(path), f"it can't be written ({error.strerror})", "Look at the folder.") from error

    def disable(self) -> None:
        _path().unlink(missing_ok=True)

    def enabled(self) -> bool:
        return _path().exists()


def entry_text(command: Sequence[str]) -> str:
    """The desktop file that starts `command`."""
    return _ENTRY.format(command=" ".join(map(_quoted, command)))


_ENTRY = """\
[Desktop Entry]
Type=Application
Name=gesturectl
Comment=Hands-free control by webcam gestures
Exec={command}
Terminal=false
X-GNOME-Autostart-enabled=true
"""


def _quoted(word: str) -> str:
    """A word of Exec, by the Desktop Entry Specification; the backslash is escaped once more as in every value."""
    word = word.replace("%", "%%")
    if not set(word) & _RESERVED:
        return word
    inner = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return '"' + inner.replace("\\", "\\\\") + '"'


def _path() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "autostart" / "gesturectl.desktop"
