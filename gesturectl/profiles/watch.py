"""Profiles that follow their files: a good change comes into force, a bad one changes nothing."""

import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from gesturectl.errors import ConfigError
from gesturectl.profiles.load import load, profile_files
from gesturectl.profiles.schema import Profiles

_Signature = tuple[tuple[str, int, int, int, tuple[int, ...]], ...]
"""Path, inode, size, time of change and permissions of every file; of folders only their permissions count."""


@dataclass(frozen=True, slots=True)
class Change:
    """Files changed and were read."""

    profiles: Profiles
    """The profiles in force from now on."""
    error: ConfigError | None
    """The mistakes because of which these are still the old ones."""


class ProfileWatch:
    """Reads the profiles of some folders, and again when a file changes. No thread: whoever owns it polls.

    Raises ConfigError when made while there are mistakes, as there is no last good state then.
    """

    def __init__(self, folders: Sequence[Path], gestures: Collection[str] | None = None) -> None:
        self._folders, self._gestures = tuple(folders), gestures
        self._read = self._seen = self._signature()
        self.current = load(self._folders, gestures)
        """The profiles in force."""

    def poll(self) -> Change | None:
        """The change since the last one, if any. Cheap (a `stat` of each file); about once a second is right.

        A change counts when two polls in a row see the same: an editor may be halfway through writing.
        """
        signature = self._signature()
        settled = signature == self._seen
        self._seen = signature
        if signature == self._read or not settled:
            return None
        return self.reload()

    def reload(self, gestures: Collection[str] | None = None) -> Change:
        """Read again, now; with `gestures`, these are all labels there are from now on."""
        if gestures is not None:
            self._gestures = gestures
        self._read = self._seen = self._signature()
        try:
            self.current = load(self._folders, self._gestures)
        except ConfigError as error:
            return Change(self.current, error)
        return Change(self.current, None)

    def _signature(self) -> _Signature:
        signature = []
        for path in (path for folder in self._folders for path in (folder, *profile_files(folder))):
            try:
                status = path.stat()
            except OSError:  # gone since it was listed
                continue
            is_file = stat.S_ISREG(status.st_mode)
            size, changed = (status.st_size, status.st_mtime_ns) if is_file else (0, 0)
            rights = (status.st_mode, status.st_uid, status.st_gid)
            signature.append((str(path), status.st_ino, size, changed, rights))
        return tuple(signature)
