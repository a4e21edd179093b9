"""What fired lately and what came of it: in memory only, gone when the daemon ends."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from gesturectl.daemon.performer import Report
from gesturectl.types import GestureEvent, Phase

_KEPT = 500
"""A day of moderate use; a few hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One gesture that fired."""

    number: int
    """Counts up from 1 since the daemon started."""
    at_s: float
    """When, in seconds since 1970."""
    t_ms: int
    """When, on the source's clock."""
    gesture: str
    hand: str
    score: float
    app: str
    """The app that had the focus, without its title; empty if unknown."""
    action: str | None
    """What was done; None if nothing."""
    reason: str
    """Why nothing was done."""

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return asdict(self)


class History:
    """Remembers the last gestures that fired. Written by the engine's thread, read by any."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._count = 0

    def note(self, report: Report, app: str) -> Entry | None:
        """Remember a gesture's beginning; None for what is no beginning."""
        event = report.event
        if event.phase is not Phase.BEGIN:
            return None
        score = round(event.score, 3)
        with self._lock:
            self._count += 1
            entry = Entry(
                self._count, self._clock(), event.t_ms, event.gesture, event.hand, score, app, report.action,
                report.reason,
            )  # fmt: skip
            self._entries.append(entry)
        return entry

    def find(self, event: GestureEvent) -> Entry | None:
        """The newest entry of this event; None if it is no beginning, or long ago."""
        if event.phase is not Phase.BEGIN:
            return None
        key = event.t_ms, event.gesture, event.hand
        return next((e for e in reversed(self.entries) if (e.t_ms, e.gesture, e.hand) == key), None)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Oldest first."""
        with self._lock:
            return tuple(self._entries)
