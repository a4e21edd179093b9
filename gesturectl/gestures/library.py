"""The library: a folder of gestures, each a folder of takes. It is read lazily, so that it may hold any number."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gesturectl.atomic import made_folder, replace_whole
from gesturectl.errors import GesturectlError
from gesturectl.gestures.names import BadNameError, checked_name
from gesturectl.gestures.take import Take, TakeError, read_take
from gesturectl.types import NOTHING

TAKE_SUFFIX = ".npz"
ASIDE = ".damaged"
"""Within the library, a folder for each gesture; one that begins with a dot is no gesture."""
FRAMES_SUFFIX = ".frames"
"""Ends the name of the folder beside a take that holds its pictures, where they were kept."""


class LibraryError(GesturectlError):
    """There is no library where one is wanted, or it can't be read."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredTake:
    """A take and where it is."""

    gesture: str
    """The gesture it shows; "nothing" for negatives."""
    path: Path
    take: Take

    @property
    def name(self) -> str:
        """What its file is called."""
        return self.path.stem


class Library:
    """The gestures and takes in `folder`. Nothing is kept in memory: what changes on disk is seen at once."""

    def __init__(self, folder: Path) -> None:
        """Raises LibraryError if `folder` can't be listed."""
        self.folder = folder
        self._folders()

    @property
    def gestures(self) -> tuple[str, ...]:
        """The gestures that have a folder, in alphabetical order, "nothing" included; empty ones, too."""
        return tuple(name for name in self._folders() if not _objection(name))

    def problems(self) -> list[GesturectlError]:
        """Folders whose names can't be gestures; they are left out everywhere."""
        found = ((name, _objection(name)) for name in self._folders())
        return [
            LibraryError(str(self.folder / name), str(error), "Give the folder another name.")
            for name, error in found
            if error
        ]

    def counts(self) -> dict[str, int]:
        """How many takes each gesture has, damaged ones included. No take is opened."""
        return {gesture: sum(1 for _ in self._entries(gesture)) for gesture in self.gestures}

    def paths(self, gesture: str) -> list[Path]:
        """The takes of `gesture` by name; none if it has no folder. Raises LibraryError, BadNameError."""
        checked_name(gesture)
        return sorted(self._entries(gesture))

    def takes(self, problems: list[GesturectlError], gesture: str | None = None) -> Iterator[StoredTake]:
        """All takes, or those of `gesture`, one after the other in a fixed order.

        Damaged ones are left out and added to `problems`, one error each.
        """
        for name in self.gestures if gesture is None else (gesture,):
            for path in self.paths(name):
                try:
                    yield StoredTake(name, path, read_take(path))
                except TakeError as error:
                    problems.append(error)

    def set_aside(self, path: Path) -> Path:
        """Move the take at `path`, which is damaged, to where nobody looks for takes; where it is now. Raises OSError.

        Nothing is ever deleted: a part of it may be saved, or the disk it lies on mended.
        """
        folder = made_folder(self.folder / ASIDE / path.parent.name)
        number, target = 1, folder / path.name
        while target.exists():
            number += 1
            target = folder / f"{path.stem} {number}{path.suffix}"
        replace_whole(path, target)
        return target

    def path_of(self, gesture: str, name: str) -> Path:
        """Where the take `name` of `gesture` is, or would be. Raises BadNameError."""
        return self.folder / checked_name(gesture) / f"{checked_name(name, 'take')}{TAKE_SUFFIX}"

    @property
    def negatives(self) -> list[Path]:
        """The takes of "nothing"."""
        return self.paths(NOTHING)

    def _folders(self) -> list[str]:
        try:
            with os.scandir(self.folder) as entries:
                return sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
        except OSError as error:
            fact = (
                "there is no such folder"
                if isinstance(error, FileNotFoundError)
                else f"can't be listed ({error.strerror})"
            )
            remedy = "Give the folder that holds a folder for each gesture; gesturectl import makes one"
            raise LibraryError(str(self.folder), fact, remedy) from error

    def _entries(self, gesture: str) -> Iterator[Path]:
        folder = self.folder / gesture
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(TAKE_SUFFIX) and not entry.name.startswith("."):
                        yield folder / entry.name
        except FileNotFoundError:
            return
        except OSError as error:
            raise LibraryError(str(folder), f"can't be listed ({error.strerror})", "Check its permissions") from error


def _objection(name: str) -> BadNameError | None:
    try:
        checked_name(name)
    except BadNameError as error:
        return error
    return None
