"""Who may write a file that runs programs: whoever may do so may do whatever the user may."""

import os
import stat
import sys
from pathlib import Path


def other_writer(path: Path) -> str:
    """Who besides the user and root may write the file at `path` or replace it, as a sentence part; else empty."""
    if sys.platform == "win32":  # access lists, not modes; a profile of ours lies in the user's own folder there
        return ""
    return next((f"{place} {who}" for place in (path, path.parent) if (who := _writer(place))), "")


def _writer(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "can't be examined"
    if status.st_uid not in (os.getuid(), 0):  # type: ignore[attr-defined,unused-ignore]
        return "belongs to another user"
    sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX
    if status.st_mode & stat.S_IWOTH and not sticky:
        return "may be written by everyone"
    # Many Linux systems give each user a group of their own, and new files that group's write permission.
    if status.st_mode & stat.S_IWGRP and status.st_gid not in (os.getgid(), 0):  # type: ignore[attr-defined,unused-ignore]
        return "may be written by its group"
    return ""
