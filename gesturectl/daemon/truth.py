"""Comparing what was recognised with what a recording truly shows, as it plays."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gesturectl.errors import SourceError
from gesturectl.types import GestureEvent

LATE_MS = 500
"""How long after its end a gesture may still be recognised."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One gesture that a recording truly shows."""

    gesture: str
    start_ms: int
    end_ms: int


def read_truth(path: Path) -> tuple[Truth, ...]:
    """The gestures in a sidecar `NAME.events.csv` (gesture,start_ms,end_ms), by time. Raises SourceError."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [Truth(row["gesture"], int(row["start_ms"]), int(row["end_ms"])) for row in csv.DictReader(file)]
    except (OSError, KeyError, TypeError, ValueError) as error:
        fact = f"the true gestures can't be read ({error})"
        raise SourceError(str(path), fact, "It has the columns gesture,start_ms,end_ms.") from error
    return tuple(sorted(rows, key=lambda row: row.start_ms))


class Comparison:
    """A true gesture is found by the first event of its name within [start, end + LATE_MS]; other events are false."""

    def __init__(self, truth: Iterable[Truth]) -> None:
        self._open = list(truth)
        self.total = len(self._open)
        """Gestures that the recording truly shows."""
        self.found = 0
        """Those of them that were recognised."""
        self.others = 0
        """Events that were no such gesture."""

    def judge(self, event: GestureEvent) -> Truth | None:
        """The true gesture that this beginning event recognises; None if it is false. Events come by time."""
        match = next((row for row in self._open if row.gesture == event.gesture and _fits(row, event.t_ms)), None)
        if match is None:
            self.others += 1
            return None
        self._open.remove(match)
        self.found += 1
        return match

    def missed(self, t_ms: int | None = None) -> list[Truth]:
        """True gestures that can't be recognised any more at `t_ms` (None: at the end); each is given once."""
        gone = [row for row in self._open if t_ms is None or t_ms > row.end_ms + LATE_MS]
        self._open = [row for row in self._open if row not in gone]
        return gone

    @property
    def perfect(self) -> bool:
        """Whether everything was recognised and nothing else; to be asked at the end."""
        return self.found == self.total and self.others == 0


def _fits(row: Truth, t_ms: int) -> bool:
    return row.start_ms <= t_ms <= row.end_ms + LATE_MS
