"""Deleting files that are ours, and the folders that are empty then; never through a link."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gesturectl.paths import data_dir
from gesturectl.verbs.forgetting.belongings import Found, folders

_LOG = "gesturectl.log"


@dataclass
class Removal:
    """What was deleted, and what wasn't."""

    deleted: list[Path] = field(default_factory=list)
    emptied: list[Path] = field(default_factory=list)
    """In use by a program that runs: without content now."""
    links: list[tuple[Path, str]] = field(default_factory=list)
    """Of what was deleted, the links, with where they led; that is left."""
    failed: list[tuple[Path, str]] = field(default_factory=list)
    """With what the system says."""


def remove(found: Iterable[Found], running: bool) -> Removal:
    """Delete the files. While the daemon is `running`, its log is emptied. Locks among the data are their holders'."""
    removal = Removal()
    for one in found:
        for path in one.files:
            try:
                target = str(path.readlink()) if path.is_symlink() else None
                if path.parent == data_dir() and path.suffix == ".lock":
                    continue
                if running and path.name == _LOG and target is None:
                    os.truncate(path, 0)
                    removal.emptied.append(path)
                else:
                    path.unlink()
                    removal.deleted.append(path)
                    removal.links += [] if target is None else [(path, target)]
            except FileNotFoundError:  # somebody else was quicker
                continue
            except OSError as error:
                removal.failed.append((path, error.strerror or str(error)))
    return removal


def remove_empty_folders(running: bool) -> None:
    """Those within the program's own folders, and these.

    While the daemon is `running` they stay themselves: what its boxed-in process may read is this very folder, and no
    other that is made in its place.
    """
    for root in folders():
        for folder, _, _ in os.walk(root, topdown=False, followlinks=False):
            if not Path(folder).is_symlink() and not (running and Path(folder) == root):
                with suppress(OSError):  # something is in it
                    Path(folder).rmdir()
