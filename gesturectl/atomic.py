"""Writing a file whole or not at all: whatever happens meanwhile, it is the old one or the new one.

A process may be killed, a disk full, the power cut at any point. What is written goes to a file of another name in the
same folder, is on the disk before it gets its name, and the folder is on the disk before anybody hears of it.
"""

import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_FILE_MODE, _FOLDER_MODE = 0o644, 0o755
"""Of what is made anew, less the umask: what may start programs mustn't be writable for others, whatever the umask."""
_LEFTOVER_S = 3600.0
"""What is partial and so old was left by a process that was killed: nothing of ours takes an hour to write."""
_PARTIAL = re.compile(r"\..+\.\d+-[0-9a-f]{8}\.partial")
"""The names that `partial_of` gives."""
_tidied: set[Path] = set()


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that becomes `path` at the end. Whatever fails, `path` stays as it was.

    Where `path` is a link, what it points to is replaced; what replaces a file has its permissions. Raises OSError.
    """
    path = path.resolve() if path.is_symlink() else path
    _tidy(path.parent)
    partial = partial_of(path)
    try:
        with os.fdopen(_created(partial), "wb") as file:
            _copy_mode(path, file)
            yield file
            file.flush()
            os.fsync(file.fileno())  # without it a crash could leave the new name with no content
        partial.replace(path)
    finally:
        with suppress(OSError):  # the error that brought us here says more
            partial.unlink(missing_ok=True)
    _sync(path.parent)


def replace_whole(source: Path, path: Path) -> None:
    """Give the file or folder `source`, whose content is on the disk, the name `path`, to last. Raises OSError."""
    source.replace(path)
    _sync(path.parent)
    if source.parent != path.parent:
        _sync(source.parent)


def made_folder(path: Path) -> Path:
    """`path`, made with its parents where they are missing, to last. Raises OSError."""
    if not path.is_dir():
        if path != path.parent:
            made_folder(path.parent)
        path.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        _sync(path.parent)
    return path


def partial_of(path: Path) -> Path:
    """A hidden name beside `path` for what isn't whole yet; another one each time, as threads may write at once."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.partial")


def forget_leftovers(folder: Path) -> None:
    """Remove what processes that were killed left in `folder` under a `partial_of` something."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not _PARTIAL.fullmatch(entry.name):
                continue
            if time.time() - entry.stat(follow_symlinks=False).st_mtime <= _LEFTOVER_S:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                Path(entry.path).unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    """`forget_leftovers` once in the life of a process: an import writes thousands of takes into a folder."""
    if folder not in _tidied:
        _tidied.add(folder)
        forget_leftovers(folder)


def _created(partial: Path) -> int:
    return os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _FILE_MODE)


def _copy_mode(path: Path, file: BinaryIO) -> None:
    if hasattr(os, "fchmod"):
        with suppress(OSError):  # there is no such file yet, or the disk knows no modes
            os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))


def _sync(folder: Path) -> None:
    """Have the names in `folder` on the disk. A disk that can't promise that keeps the file all the same."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows writes them by itself, and opens no folders
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
