"""One daemon a user: a locked file that says who has it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from gesturectl.daemon import endpoint
from gesturectl.errors import DaemonError

_LOCKED_BYTE = 1 << 20
"""Windows forbids reading what is locked, so the lock lies far behind the process id."""


LOCK_NAME = "gesturectl.lock"


@contextmanager
def only_daemon() -> Iterator[Path]:
    """The user's runtime folder, while no other daemon of this user runs. Raises DaemonError if one does."""
    folder = endpoint.private_folder(endpoint.folder())
    with SingleInstance(folder / LOCK_NAME):
        yield folder


class SingleInstance:
    """The lock that only one process can hold; the system drops it even when that process is killed.

    Taken on entering, given back and removed on leaving. Entering raises DaemonError if another process has it.
    """

    def __init__(self, path: Path) -> None:
        """`path`: a file in a folder that exists and only the user may enter."""
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> Self:
        while self._file is None:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _lock(file)
            except OSError as error:
                holder = os.read(file, 20).decode("ascii", "replace").strip()
                os.close(file)
                who = f"process {holder}" if holder else "another process"
                remedy = "Use it ('gesturectl status'), or stop it first ('gesturectl quit')."
                raise DaemonError("gesturectl run", f"it is already running as {who}", remedy) from error
            if _is_still(self._path, file):
                self._file = file
            else:  # the last holder removed the file between our open and our lock
                os.close(file)
        os.truncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is None:
            return
        if sys.platform == "win32":  # an open file can't be removed there
            os.close(self._file)
            self._path.unlink(missing_ok=True)
        else:  # removed while still locked, so that nobody's new file is removed
            self._path.unlink(missing_ok=True)
            os.close(self._file)
        self._file = None


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_still(path: Path, file: int) -> bool:
    try:
        there, ours = path.stat(), os.fstat(file)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
