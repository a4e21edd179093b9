"""Who else may write a file that says what is typed and run here: whoever may, may do whatever the user may."""

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MOST_LINKS = 40
"""As many as Linux follows."""
_ACCESS_LIST = "system.posix_acl_access"


@dataclass(frozen=True, slots=True)
class OtherWriter:
    """Somebody who may write what only the user should."""

    place: Path
    """The file or folder."""
    may: str
    """By whom it may be written, as a verb phrase."""
    remedy: str


def other_writer(path: Path) -> OtherWriter | None:
    """Who besides the user and root may write the file at `path`, or put another in its place; None if nobody may.

    Looked at are the file, its folder and, within the user's home, the folders above it; for links those of what they
    lead to, too. A folder in which only owners may rename (/tmp) is no way in. None on Windows, where access lists
    say it, and where profiles lie in the user's own folder.
    """
    if sys.platform == "win32":
        return None
    return next((found for place in _places(path) if (found := _writer(place)) is not None), None)


def _places(path: Path) -> Iterator[Path]:
    """Whatever decides what is found at `path`."""
    seen = []
    for _ in range(_MOST_LINKS):
        seen.append(path.absolute())
        if not path.is_symlink():
            seen.append(path.resolve())
            break
        path = path.parent / path.readlink()
    for place in dict.fromkeys(seen):
        if not place.is_symlink():  # a link has no permissions of its own
            yield place
        yield place.parent
        yield from _up_to_home(place.parent)


def _up_to_home(folder: Path) -> Iterator[Path]:
    try:
        home = Path.home()
    except RuntimeError:  # a user without one
        return
    for place in folder.parents:
        if not place.is_relative_to(home):
            return
        yield place


def _writer(place: Path) -> OtherWriter | None:
    try:
        status = place.stat()
    except FileNotFoundError:  # it isn't there yet; its folder is looked at, too
        return None
    except OSError as error:
        return OtherWriter(place, f"can't be examined ({error.strerror})", "Look at its folder.")
    mode = status.st_mode
    if status.st_uid not in (os.getuid(), 0):  # type: ignore[attr-defined,unused-ignore]
        return OtherWriter(place, "belongs to another user", f"If it should be yours: sudo chown $USER '{place}'")
    if stat.S_ISDIR(mode) and mode & stat.S_ISVTX:
        return None
    if mode & stat.S_IWOTH:
        return OtherWriter(place, "may be written by everyone", f"If it is yours: chmod go-w '{place}'")
    if not mode & stat.S_IWGRP:
        return None
    if _has_access_list(place):  # what then looks like the group's permission is that of whom it names
        return OtherWriter(place, "may be written by others, says its access list", f"setfacl -b '{place}'")
    if not _is_private(status.st_gid):
        return OtherWriter(place, "may be written by its group", f"If it is yours: chmod g-w '{place}'")
    return None


def _has_access_list(place: Path) -> bool:
    if sys.platform != "linux":
        return False
    try:
        return bool(os.getxattr(place, _ACCESS_LIST))
    except OSError:  # it has none, or its disk knows none
        return False


def _is_private(group: int) -> bool:
    """Whether a group has nobody in it but the user, as many Linux systems give everybody one; or but root."""
    import grp  # not on Windows
    import pwd

    if group == 0:
        return True
    try:
        user, found = pwd.getpwuid(os.getuid()), grp.getgrgid(group)  # type: ignore[attr-defined,unused-ignore]
    except KeyError:  # no such names, as in containers
        return bool(group == os.getuid())  # type: ignore[attr-defined,unused-ignore]
    return found.gr_name == user.pw_name and set(found.gr_mem) <= {user.pw_name}
