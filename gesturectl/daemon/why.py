"""What came of the last gestures that were made or seemed to be: the rules' verdicts, then what the binding did."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesturectl.daemon.performer import Report
from gesturectl.errors import UsageError
from gesturectl.recognition.attempts import Attempt
from gesturectl.types import Phase

KEPT = 32
"""Attempts that are remembered; their answer fits a line of the control socket."""


@dataclass(slots=True)
class Entry:
    """One attempt and what came of it."""

    attempt: Attempt
    at_s: float
    """When it was heard of, by the engine's clock."""
    app: str
    profile: str
    """In use at that moment."""
    number: int | None = None
    """Grows; None while what comes of it isn't known (a pose that must be held longer)."""
    action: str | None = None
    """What was done; None if nothing."""
    reason: str = ""
    """Why nothing was done, though it fired."""

    def as_json(self, now_s: float) -> dict[str, Any]:
        """Everything, ready for JSON; `reason` is the first that stopped it, a rule's or the binding's."""
        told = self.attempt.as_json()
        return {
            **told,
            "ago_s": round(now_s - self.at_s, 1),
            "number": self.number,
            "app": self.app,
            "profile": self.profile,
            "action": self.action,
            "reason": told["reason"] or self.reason or None,
        }


class Why:
    """The last attempts, oldest first. For one thread."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def tried(self, attempt: Attempt, now_s: float, app: str, profile: str) -> None:
        """A hand tried something; if it fired, its event comes next."""
        entry = Entry(attempt, now_s, app, profile)
        self._entries.append(entry)
        if not attempt.fired:
            self._settle(entry)

    def came_of(self, report: Report) -> None:
        """What came of a gesture that fired."""
        event = report.event
        if event.phase is not Phase.BEGIN:
            return
        for entry in reversed(self._entries):
            attempt = entry.attempt
            if entry.number is None and (attempt.gesture, attempt.hand, attempt.t_ms) == (
                event.gesture, event.hand, event.t_ms,
            ):  # fmt: skip
                entry.action, entry.reason = report.action, report.reason
                self._settle(entry)
                return

    def answer(self, arguments: Mapping[str, object], now_s: float) -> dict[str, Any]:
        """The newest `last` of them, or those settled after the number `after`. Raises UsageError."""
        last, after = arguments.get("last", KEPT), arguments.get("after")
        if type(last) is not int or last < 1 or not (after is None or type(after) is int):
            raise UsageError("why", "'last' and 'after' are whole numbers", 'Send {"last": 5}, or none.')
        chosen = [entry for entry in self._entries if after is None or (entry.number or 0) > after]
        return {"candidates": [entry.as_json(now_s) for entry in chosen[-last:]], "newest": self._count}

    def _settle(self, entry: Entry) -> None:
        self._count += 1
        entry.number = self._count
