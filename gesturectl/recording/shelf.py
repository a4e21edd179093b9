"""The library as a recording uses it: which names are free, takes written all or none, and taken back."""

import contextlib
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from gesturectl.atomic import forget_leftovers, partial_of, replace_whole
from gesturectl.errors import GesturectlError, UsageError
from gesturectl.gestures.library import TAKE_SUFFIX, Library, LibraryError
from gesturectl.gestures.names import checked_name
from gesturectl.gestures.take import Take, TakeError, write_take
from gesturectl.types import NOTHING


class Shelf:
    """A library folder; it needn't be there yet. Nothing is kept in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def counts(self) -> dict[str, int]:
        """How many takes each gesture has; empty without a library. Raises LibraryError if it can't be read."""
        return Library(self.folder).counts() if self.folder.exists() else {}

    def check(self, name: str, adds: bool, enrolled: Collection[str] = ()) -> None:
        """Whether takes of `name` may be recorded. `enrolled` are the person's gestures from wherever they are.

        Raises BadNameError, UsageError, LibraryError.
        """
        checked_name(name)
        counts = self.counts()
        if name == NOTHING:
            return
        if adds:
            if not counts.get(name):
                known = ", ".join(sorted(gesture for gesture in counts if gesture != NOTHING)) or "none yet"
                raise UsageError(name, "there are no takes of it to add to", f"Leave --add out. There are: {known}.")
            return
        same = next((known for known in counts if known.casefold() == name.casefold()), None)
        if same is not None and (counts[same] or same != name):
            takes = f"{counts[same]} take{'s' if counts[same] != 1 else ''}"
            remedy = f"Add takes to it: gesturectl record {_shell(same)} --add. Or give the new one another name."
            raise UsageError(name, f'there is a gesture "{same}" already, with {takes}', remedy)
        if name in enrolled:
            fact = "a gesture of this name is enrolled from another folder"
            raise UsageError(name, fact, "Give the new one another name, or see 'gesturectl enrol --list'.")

    def write(self, name: str, takes: Sequence[Take]) -> list[Path]:
        """Write `takes` of `name`, all or none of them, beside those that are there. Raises TakeError, LibraryError."""
        target = self.folder / checked_name(name)
        partial = partial_of(target)
        written: list[Path] = []
        try:
            forget_leftovers(self.folder)
            for number, take in enumerate(takes, 1):
                write_take(partial / f"{number}{TAKE_SUFFIX}", take)
            if not target.exists():  # a new gesture appears with all of its takes, whatever happens
                replace_whole(partial, target)
                return [target / f"{number}{TAKE_SUFFIX}" for number in range(1, len(takes) + 1)]
            for number in range(1, len(takes) + 1):
                path = _free(target)
                replace_whole(partial / f"{number}{TAKE_SUFFIX}", path)
                written.append(path)
        except (OSError, TakeError) as error:
            self.remove(written)
            if isinstance(error, TakeError):
                raise
            remedy = "Check its permissions, and the space left on the disk; nothing was changed"
            raise LibraryError(str(target), f"can't be written ({error.strerror or error})", remedy) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return written

    def remove(self, paths: Sequence[Path]) -> None:
        """Take back what `write` wrote; what can't be removed stays. A gesture without takes goes, too."""
        for path in paths:
            with contextlib.suppress(OSError):
                path.unlink()
        for folder in {path.parent for path in paths}:
            with contextlib.suppress(OSError):  # it holds other takes
                folder.rmdir()


def vanished(
    shelf: Shelf, enrolled: Collection[str], found: Collection[str], problems: Sequence[GesturectlError] = ()
) -> GesturectlError | None:
    """The error of enrolled gestures whose takes are gone or damaged (`problems`): learning would forget them."""
    gone = sorted(set(enrolled) - set(found))
    if not gone:
        return None
    named = ", ".join(f'"{name}"' for name in gone)
    remedy = (
        "Put the folder back; or, if they are to be forgotten: gesturectl enrol --remove "
        f"{' '.join(_shell(name) for name in gone)}"
    )
    why = "; ".join(f"{problem.place}: {problem.fact}" for problem in problems)
    fact = f"the takes of {named} are gone{f' or damaged ({why})' if why else ''}; learning now would forget them"
    return GesturectlError(str(shelf.folder), fact, remedy)


def _free(folder: Path) -> Path:
    """The first numbered name that isn't taken."""
    number = 1
    while (path := folder / f"{number}{TAKE_SUFFIX}").exists():
        number += 1
    return path


def _shell(name: str) -> str:
    return f'"{name}"' if not name.isidentifier() else name
