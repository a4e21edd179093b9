"""What an importer is: it recognises a layout and lists what is in it; reading each take comes later."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gesturectl.errors import GesturectlError
from gesturectl.gestures.stream import LabelledEvent
from gesturectl.gestures.take import Take

_LARGEST_LIST = 1 << 20
"""Bytes of a list of names."""


class ImportFailedError(GesturectlError):
    """A source, or one take of it, can't be imported."""

    def __init__(self, place: str, fact: str, remedy: str = "Leave it out, or name its layout: --format") -> None:
        super().__init__(place, fact, remedy)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user knows that sources don't say."""

    fps: float | None = None
    """Frames a second, for sources without times; None for the layout's own guess."""


@dataclass(frozen=True, slots=True)
class KnownTake:
    """A take whose points the source holds."""

    gesture: str
    """As the source calls it; "nothing" where the source says that it is none."""
    name: str
    """As the source calls it; unique within the gesture."""
    read: Callable[[], Take]
    """Reads it. Raises GesturectlError."""
    events: tuple[LabelledEvent, ...] | None = None
    """Not None for a stream with gestures in it."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording in which hands must still be looked for."""

    gesture: str
    """As the source calls it."""
    name: str
    """As the source calls it; unique within the gesture."""
    path: Path
    """A video, or a folder of pictures."""
    fps: float | None
    """Frames a second of pictures; videos have their own times."""
    meta: dict[str, Any]
    """What is known of it."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the source that didn't become a take."""

    place: str
    """Which file, folder or row."""
    fact: str
    """Why not; the same words for the same reason, so that it can be counted."""


Item = KnownTake | Clip | Skipped


class Importer(Protocol):
    """One layout. Its module has a function for each of these."""

    def detects(self, source: Path) -> str | None:
        """Why `source` looks like this layout, in a few words; None if it doesn't. Quick; never raises."""

    def items(self, source: Path, wishes: Wishes) -> Iterator[Item]:
        """Everything in `source`, in a fixed order. Raises GesturectlError if it can't be listed at all."""


def about(layout: str, source: Path, fps: float, *, fps_known: bool = True, **more: Any) -> dict[str, Any]:
    """A take's meta; what is None or empty is left out."""
    meta = {"format": layout, "source": source.name or str(source), "fps": round(float(fps), 3), "mirrored": False}
    if not fps_known:
        meta["fps_assumed"] = True
    return meta | {key: value for key, value in more.items() if value not in (None, "")}


def folders(parent: Path) -> list[Path]:
    """The folders in `parent` by name, hidden ones left out. Raises ImportFailedError."""
    return _listed(parent, wants_folders=True)


def files(parent: Path) -> list[Path]:
    """The files in `parent` by name, hidden ones left out. Raises ImportFailedError."""
    return _listed(parent, wants_folders=False)


def peek(parent: Path, limit: int = 200) -> list[Path]:
    """Up to `limit` entries of `parent` in no order; none if it can't be listed."""
    try:
        with os.scandir(parent) as entries:
            return [Path(entry.path) for entry, _ in zip(entries, range(limit), strict=False)]
    except OSError:
        return []


def small_text(path: Path) -> str | None:
    """What stands in a list beside a source; None if it is none: missing, no file, no text in UTF-8, or above 1 MB."""
    try:
        if not path.is_file():  # to read a pipe might never end
            return None
        with path.open("rb") as file:
            content = file.read(_LARGEST_LIST + 1)
        return content.decode("utf-8-sig") if len(content) <= _LARGEST_LIST else None
    except (OSError, UnicodeDecodeError):
        return None


def by_number(path: Path) -> tuple[int, str]:
    """Sorts files called 0, 1, … 10 by value, and others after them by name."""
    return (int(path.stem), "") if path.stem.isascii() and path.stem.isdigit() else (1 << 62, path.name)


def _listed(parent: Path, wants_folders: bool) -> list[Path]:
    try:
        with os.scandir(parent) as entries:
            return sorted(
                (
                    Path(entry.path)
                    for entry in entries
                    if not entry.name.startswith(".") and (entry.is_dir() if wants_folders else entry.is_file())
                ),
                key=by_number,
            )
    except OSError as error:
        remedy = "Check its name and its permissions"
        raise ImportFailedError(str(parent), f"can't be listed ({error.strerror})", remedy) from error
