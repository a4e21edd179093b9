"""Windows on sway and i3, by the commands that their key bindings use (sway-ipc(7))."""

import json
import os
import socket
import struct

from gesturectl.desktop.base import Unavailable, WindowManager
from gesturectl.errors import DesktopError

_COMMANDS = {
    "close": "kill",
    "minimize": "move scratchpad",
    "fullscreen": "fullscreen toggle",
    "next": "focus next",
    "workspace_next": "workspace next",
    "workspace_previous": "workspace prev",
}
_MAGIC, _RUN_COMMAND = b"i3-ipc", 0
_HEADER = struct.Struct("=6sII")
_ANSWER_S = 1.0


class SwayWindowManager(WindowManager):
    """Speaks to the socket that SWAYSOCK or I3SOCK names."""

    name = "sway"

    def __init__(self) -> None:
        path = os.environ.get("SWAYSOCK") or os.environ.get("I3SOCK") or ""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)  # type: ignore[attr-defined,unused-ignore]
        self._socket.settimeout(_ANSWER_S)
        try:
            self._socket.connect(path)
        except OSError as error:
            self._socket.close()
            remedy = "Start gesturectl from within your session."
            raise DesktopError("sway", f"{path} can't be reached ({error.strerror or error})", remedy) from error

    @classmethod
    def rank(cls) -> int | Unavailable:
        if os.environ.get("SWAYSOCK") or os.environ.get("I3SOCK"):
            return 60
        return Unavailable("SWAYSOCK and I3SOCK aren't set", "On sway, start gesturectl from within your session.")

    def do(self, command: str) -> None:
        words = _COMMANDS.get(command)
        if words is None:
            raise DesktopError(f"window {command}", "a tiling desktop has no such thing", "Use fullscreen.")
        payload = words.encode()
        try:
            self._socket.sendall(_HEADER.pack(_MAGIC, len(payload), _RUN_COMMAND) + payload)
            _, size, _ = _HEADER.unpack(self._received(_HEADER.size))
            results = json.loads(self._received(size))
        except (OSError, EOFError, ValueError, struct.error) as error:
            raise DesktopError("sway", f"it didn't answer ({error})", "Try again.") from error
        failed = [result.get("error", "") for result in results if not result.get("success")]
        if failed:
            raise DesktopError(
                f"window {command}", f"sway refused ({failed[0]})", "Try it with swaymsg; its words say why."
            )

    def close(self) -> None:
        self._socket.close()

    def _received(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            if not part:
                raise EOFError("it hung up")
            data += part
        return data
