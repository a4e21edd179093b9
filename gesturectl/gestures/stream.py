"""The sidecar of a stream: which gestures happen when in a long take."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gesturectl.atomic import made_folder, whole_file
from gesturectl.gestures.names import BadNameError, checked_name
from gesturectl.gestures.take import TakeError

SUFFIX = ".events.csv"
"""Follows the take's name."""
HEADER = ("gesture", "start_ms", "end_ms")

_LARGEST = 1 << 26
_FORMAT = f"Its first line must be {','.join(HEADER)}, each other one a gesture and two whole numbers"


@dataclass(frozen=True, slots=True)
class LabelledEvent:
    """A gesture in a stream, as whoever labelled it saw it."""

    gesture: str
    start_ms: int
    """When it begins, on the take's clock."""
    end_ms: int
    """When it is over; never before `start_ms`."""


def events_path(take: Path) -> Path:
    """Where the events of the stream `take` are."""
    return take.with_name(f"{take.stem}{SUFFIX}")


def read_events(take: Path) -> tuple[LabelledEvent, ...]:
    """The events of the stream `take` in order of their start; none if it has no sidecar. Raises TakeError."""
    path = events_path(take)
    try:
        if path.stat().st_size > _LARGEST:
            raise TakeError(str(path), "it is larger than 64 MB", _FORMAT)
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise TakeError(str(path), f"can't be read ({error.strerror})", "Check its permissions") from error
    except UnicodeDecodeError as error:
        raise TakeError(str(path), "it isn't text in UTF-8", _FORMAT) from error
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise TakeError(str(path), f"it is no CSV ({error})", _FORMAT) from error
    if rows and tuple(word.strip() for word in rows[0]) != HEADER:
        raise TakeError(str(path), f"its first line is {','.join(rows[0])[:80]!a}", _FORMAT)
    events = [_event(row, f"{path}, event {number}") for number, row in enumerate(rows[1:], 1)]
    return tuple(sorted(events, key=lambda event: (event.start_ms, event.end_ms)))


def write_events(take: Path, events: Sequence[LabelledEvent]) -> None:
    """Write the sidecar of the stream `take`, whole or not at all. Raises TakeError."""
    path = events_path(take)
    rows = io.StringIO(newline="")
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((event.gesture, event.start_ms, event.end_ms) for event in events)
    try:
        made_folder(path.parent)
        with whole_file(path) as file:
            file.write(rows.getvalue().encode("utf-8"))
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk"
        raise TakeError(str(path), f"can't be written ({error.strerror or error})", remedy) from error


def _event(row: Sequence[str], place: str) -> LabelledEvent:
    if len(row) != len(HEADER):
        raise TakeError(place, f"it has {len(row)} values instead of {len(HEADER)}", _FORMAT)
    try:
        event = LabelledEvent(checked_name(row[0].strip()), int(row[1]), int(row[2]))
    except BadNameError as error:
        raise TakeError(place, str(error), _FORMAT) from error
    except ValueError as error:
        raise TakeError(place, "its times are no whole numbers", _FORMAT) from error
    if event.end_ms < event.start_ms:
        raise TakeError(place, f"it ends at {event.end_ms}, before it starts at {event.start_ms}", _FORMAT)
    return event
