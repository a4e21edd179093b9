"""Asking the running daemon something: one line of JSON there, one back."""

import json
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gesturectl.daemon import endpoint
from gesturectl.daemon.connection import LINE_BYTES
from gesturectl.errors import ConfigError, DaemonError, GesturectlError


def ask(
    command: str,
    arguments: Mapping[str, object] | None = None,
    folder: Path | None = None,
    timeout_s: float = 3.0,
) -> dict[str, Any]:
    """The daemon's answer to `command`. `folder`: where its socket is, by default the user's runtime folder.

    Raises DaemonError if none runs, it doesn't answer in time, or it refuses (then with the refusal's exit code);
    ConfigError if it refuses because of mistakes in profiles.
    """
    path = (folder or endpoint.folder()) / endpoint.NAME
    try:
        client, token = endpoint.connect(path, timeout_s)
    except (OSError, ValueError, KeyError) as error:
        raise DaemonError("daemon", "it isn't running", "Start it with 'gesturectl run'.") from error
    with client:
        client.settimeout(timeout_s)
        request = {"command": command, **(arguments or {}), **({"token": token} if token else {})}
        try:
            client.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(_line(client, timeout_s))
            if not isinstance(answer, dict):
                raise ValueError("the answer is no object")
        except (ConnectionError, EOFError) as error:
            remedy = "See whether it still runs with 'gesturectl status'."
            raise DaemonError("daemon", f"it hung up before it answered '{command}'", remedy) from error
        except (OSError, ValueError, RecursionError) as error:
            remedy = "If it stays silent, end its process (its id is in the lock file) and start it again."
            raise DaemonError("daemon", f"it runs but didn't answer '{command}'", remedy) from error
    if not answer.get("ok"):
        raise _refusal(answer.get("error", {}))
    return dict(answer)


def is_running(folder: Path | None = None) -> bool:
    """Whether a daemon listens."""
    try:
        client, _ = endpoint.connect((folder or endpoint.folder()) / endpoint.NAME, timeout_s=1.0)
    except (OSError, ValueError, KeyError):
        return False
    client.close()
    return True


def _refusal(told: dict[str, Any]) -> GesturectlError:
    """The error that the daemon met, with all its mistakes if it has many."""
    if problems := told.get("problems"):
        return ConfigError(str(told.get("place", "")), [_refusal(problem) for problem in problems])
    refusal = DaemonError(str(told.get("place", "")), str(told.get("fact", "refused")), str(told.get("remedy", "")))
    refusal.exit_code = int(told.get("exit_code", refusal.exit_code))
    return refusal


def _line(client: socket.socket, timeout_s: float) -> bytes:
    """One line, all of it within the time: a daemon that dribbles is as bad as a silent one."""
    received, end_s = b"", time.monotonic() + timeout_s
    while not received.endswith(b"\n"):
        client.settimeout(max(0.001, end_s - time.monotonic()))
        part = client.recv(4096)
        received += part
        if not part:
            raise EOFError("the answer breaks off")
        if len(received) > LINE_BYTES:
            raise ValueError("the answer is too long")
    return received
