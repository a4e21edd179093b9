"""The hands around what fired lately, so that "that was no gesture" can be filed: landmarks, in memory only."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from gesturectl.types import GestureEvent, Hands, Phase

BEFORE_MS, AFTER_MS = 2000, 500
"""Kept around an event: a gesture's own length at most, and what tells how it went on."""
_EVENTS = 60
"""As many as the history on the page shows at once; some five megabytes at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One event and the hands around it."""

    event: GestureEvent
    frames: list[Hands] = field(default_factory=list)
    """By time; they end up to AFTER_MS after the event."""


class Remembered:
    """Filled by vision's thread, asked by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recent: deque[Hands] = deque()
        self._scenes: deque[Scene] = deque(maxlen=_EVENTS)

    def see(self, hands: Hands, events: Sequence[GestureEvent]) -> None:
        """One frame's hands, and what they brought about."""
        with self._lock:
            if self._recent and hands.t_ms < self._recent[-1].t_ms:
                self._recent.clear()
            for scene in self._scenes:
                if 0 < hands.t_ms - scene.event.t_ms <= AFTER_MS:
                    scene.frames.append(hands)
            self._recent.append(hands)
            while self._recent[0].t_ms < hands.t_ms - BEFORE_MS:
                self._recent.popleft()
            for event in events:
                if event.phase is Phase.BEGIN:
                    self._scenes.append(Scene(event, list(self._recent)))

    def scene(self, t_ms: int | None = None) -> Scene | None:
        """The event that began at `t_ms`, or the last one; None if it isn't remembered."""
        with self._lock:
            fitting = [scene for scene in self._scenes if t_ms is None or scene.event.t_ms == t_ms]
            return Scene(fitting[-1].event, list(fitting[-1].frames)) if fitting else None
