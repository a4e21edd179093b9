"""Where the control socket is and who may use it: a Unix socket, or on Windows a loopback port with a secret.

Only the same user gets through: the folder and the socket are closed to others, and Linux and macOS name the peer's
user. Windows has neither; there, a request without the secret, which only the user can read, is refused.
"""

import json
import os
import secrets
import socket
import stat
import struct
import sys
import time
import warnings
from pathlib import Path

from gesturectl import paths
from gesturectl.atomic import whole_file
from gesturectl.errors import DaemonError

NAME = "control.sock"
"""The socket on Unix; on Windows a file with the port and the secret."""


def folder() -> Path:
    """The user's runtime folder."""
    with warnings.catch_warnings():  # without XDG_RUNTIME_DIR there is a folder for us all the same
        warnings.simplefilter("ignore", UserWarning)
        return paths.runtime_dir()


def private_folder(path: Path) -> Path:
    """`path`, made if needed, and closed to other users. Raises DaemonError if that can't be had."""
    remedy = "Set XDG_RUNTIME_DIR to a folder that only you can enter."
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if sys.platform != "win32":
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise DaemonError(str(path), "it belongs to somebody else or is no folder", remedy)
            if path.parent.stat().st_uid not in (os.getuid(), 0):
                raise DaemonError(str(path.parent), "it belongs to somebody else", remedy)
            path.chmod(0o700)
    except OSError as error:
        raise DaemonError(str(path), f"it can't be made or opened ({error.strerror})", remedy) from error
    return path


def listen(path: Path) -> socket.socket:
    """A listening socket at `path`; a stale one is replaced (hold the single-instance lock). Raises DaemonError."""
    try:
        path.unlink(missing_ok=True)
        if sys.platform == "win32":
            server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            server.bind(("127.0.0.1", 0))
            secret = {"port": server.getsockname()[1], "token": secrets.token_urlsafe(32)}
            with whole_file(path) as file:  # a client never reads half of it
                file.write(json.dumps(secret).encode())
        else:
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            mask = os.umask(0o177)  # the socket is 0600 from its first moment
            try:
                server.bind(str(path))
            finally:
                os.umask(mask)
        server.listen(64)
    except OSError as error:
        fact = f"no control socket can be made there ({error.strerror or error})"
        raise DaemonError(str(path), fact, "Set XDG_RUNTIME_DIR to a short path of a folder of yours.") from error
    return server


def connect(path: Path, timeout_s: float) -> tuple[socket.socket, str]:
    """A connection to the daemon that listens at `path`, and the secret to send along. Raises OSError, ValueError."""
    if sys.platform == "win32":
        secret = json.loads(path.read_text(encoding="utf-8"))
        client = socket.create_connection(("127.0.0.1", int(secret["port"])), timeout_s)
        return client, str(secret["token"])
    else:  # noqa: RET505  a type checker for the other system must not see this as code that is never reached
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(timeout_s)
        end_s = time.monotonic() + timeout_s
        while True:
            try:
                client.connect(str(path))
            except BlockingIOError:  # the queue at its door is full: with a time-out set, Linux doesn't wait for that
                if time.monotonic() < end_s:
                    time.sleep(0.02)
                    continue
                client.close()
                raise
            except OSError:
                client.close()
                raise
            return client, ""


def secret_at(path: Path) -> str:
    """The secret that requests must carry; empty where the system itself keeps others out."""
    if sys.platform == "win32":
        return str(json.loads(path.read_text(encoding="utf-8"))["token"])
    else:  # noqa: RET505
        return ""


def is_same_user(connection: socket.socket) -> bool:
    """Whether the peer is this user, by what the system says of it. True where only the secret keeps others out."""
    try:
        if sys.platform == "linux":
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            _, user, _ = struct.unpack("3i", credentials)
            return bool(user == os.getuid())
        elif sys.platform == "darwin":  # noqa: RET505  a type checker for one system must not see the other's as code
            return user_in(connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES)) == os.getuid()
        else:
            return True
    except OSError:  # it is gone already
        return False


_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES = 0, 1, 76
"""Of macOS' sys/un.h and sys/ucred.h; Python has no names for them."""


def user_in(xucred: bytes) -> int | None:
    """The user's number in what macOS tells of a peer: version, user, and groups. None if it is told otherwise."""
    if len(xucred) < struct.calcsize("=II"):
        return None
    version, user = struct.unpack_from("=II", xucred)
    return int(user) if version == 0 else None
