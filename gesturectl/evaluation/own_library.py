"""Which gestures of a person's own are in use: some are left out for a while, some are taken away with a way back."""

import shutil
import time
from collections.abc import Collection
from pathlib import Path

from gesturectl.atomic import made_folder, replace_whole
from gesturectl.errors import GesturectlError, UsageError
from gesturectl.evaluation.enrolment import Warned, enrolled_from
from gesturectl.gestures.library import Library, LibraryError
from gesturectl.gestures.names import checked_name
from gesturectl.paths import data_dir
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal_file import NAME, Stored, read_personal, write_personal
from gesturectl.toml_schema import nearest
from gesturectl.types import NOTHING

REMOVED = ".removed"
"""Within the library; a folder that begins with a dot is no gesture."""


def library_folder() -> Path:
    """Where the user's own takes are; it may be missing."""
    return data_dir() / "library"


class OwnLibrary:
    """The takes in a library, and the file of what was learnt from them."""

    def __init__(self, folder: Path | None = None, file: Path | None = None) -> None:
        """`folder` and `file` are the user's if left out."""
        self.folder = folder or library_folder()
        self.file = file or data_dir() / NAME

    @property
    def gestures(self) -> dict[str, int]:
        """How many takes each gesture has; empty if there is no library."""
        try:
            counts = Library(self.folder).counts()
        except LibraryError:
            return {}
        return {name: count for name, count in counts.items() if name != NOTHING}

    @property
    def used(self) -> tuple[str, ...]:
        """The gestures that are recognised. Raises PersonalFileError."""
        stored = read_personal(self.file)
        return stored.personal.labels if stored else ()

    def use(self, classifier: Classifier, wanted: Collection[str]) -> tuple[Warned | GesturectlError, ...]:
        """Recognise just these gestures of one's own, learning them from their takes. Raises GesturectlError.

        What there is to say about them, and about takes that can't be read and are left out.
        """
        stored = read_personal(self.file)
        if not wanted:
            self.file.unlink(missing_ok=True)
            return ()
        sources = self._sources(stored)
        there = {name for source in sources for name in _gestures_in(source)}
        for name in wanted:
            if name not in there:
                raise UsageError(name, "there are no takes of this gesture", nearest(name, there))
        learnt = enrolled_from(
            classifier,
            sources,
            [Path(folder) for folder in stored.idle] if stored else [],
            left_out=sorted(there - set(wanted)),
            either_hand=bool(stored and stored.either_hand),
        )
        write_personal(self.file, learnt.stored)
        return (*learnt.warnings, *learnt.problems)

    def remove(self, name: str) -> str:
        """Take a gesture's takes out of the library; returns a ticket for `restore`. Raises GesturectlError.

        It is recognised until `use` says otherwise.
        """
        source = self.folder / checked_name(name)
        if not source.is_dir():
            raise UsageError(name, "there is no such gesture in the library", nearest(name, self.gestures))
        ticket = f"{name}.{time.time_ns()}"
        try:
            replace_whole(source, made_folder(self.folder / REMOVED) / ticket)
        except OSError as error:
            raise GesturectlError(
                str(source), f"it can't be moved ({error.strerror})", "Look at its folder."
            ) from error
        return ticket

    def restore(self, ticket: str) -> str:
        """Put a gesture back that `remove` took away; returns its name. Raises GesturectlError."""
        name = checked_name(ticket.rpartition(".")[0])
        source, target = self.folder / REMOVED / f"{name}.{ticket.rpartition('.')[2]}", self.folder / name
        if "/" in ticket or "\\" in ticket or not source.is_dir():
            raise UsageError(name, "its takes aren't there any more", "Record it again.")
        if target.exists():
            raise UsageError(name, "there is another gesture of this name now", "Remove or rename that one first.")
        replace_whole(source, target)
        return name

    def removed(self, name: str) -> str | None:
        """The ticket of what `remove` took away last under this name; None if nothing is left of it."""
        made = [
            ticket for path in (self.folder / REMOVED).glob("*.*") if (ticket := path.name).rpartition(".")[0] == name
        ]
        return max(made, key=lambda ticket: int(ticket.rpartition(".")[2]), default=None)

    def delete(self, classifier: Classifier, name: str) -> str:
        """Remove a gesture and recognise it no longer; returns a ticket for `restore`. Raises GesturectlError."""
        ticket = self.remove(name)
        if name in self.used:
            self.use(classifier, [other for other in self.used if other != name])
        return ticket

    def forget_removed(self, older_than_s: float = 30 * 86400.0) -> None:
        """Delete what was removed long ago."""
        for path in (self.folder / REMOVED).glob("*.*"):
            age_s = time.time() - int(path.name.rpartition(".")[2]) / 1e9
            if age_s > older_than_s:
                shutil.rmtree(path, ignore_errors=True)

    def _sources(self, stored: Stored | None) -> list[Path]:
        known = [Path(folder) for folder in stored.sources] if stored else []
        own = [self.folder] if self.folder.is_dir() and self.folder.resolve() not in known else []
        return [folder for folder in (*known, *own) if folder.is_dir()]


def _gestures_in(source: Path) -> list[str]:
    """What a source of takes holds: a library, or the folder of one gesture."""
    if any(source.glob("*.npz")):
        return [source.name]
    library = Library(source)
    return [name for name in library.gestures if name != NOTHING and library.paths(name)]
