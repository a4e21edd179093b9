"""The hands around what fired lately, so that "that was no gesture" can be filed: landmarks, in memory only."""

import threading
import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from gesturectl.daemon.wire import pack, unpacked
from gesturectl.types import GestureEvent, Hands, Phase

BEFORE_MS, AFTER_MS = 2000, 500
"""Kept around an event: a gesture's own length at most, and what tells how it went on."""
_EVENTS = 60
"""As many as the history on the page shows at once; some two megabytes at most."""
_WAITING = 16
"""Scenes that wait to be taken; where nobody takes any, as in front of a recording, the older ones are dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One event and the hands around it."""

    event: GestureEvent
    frames: tuple[Hands, ...]
    """By time; they end up to AFTER_MS after the event."""


class Surroundings:
    """Gathers scenes as the hands go by. For vision's thread."""

    def __init__(self) -> None:
        self._recent: deque[Hands] = deque()
        self._open: list[tuple[GestureEvent, list[Hands]]] = []
        self._scenes: deque[Scene] = deque(maxlen=_WAITING)

    def see(self, hands: Hands, events: Sequence[GestureEvent]) -> None:
        """One frame's hands, and what they brought about."""
        if self._recent and hands.t_ms < self._recent[-1].t_ms:
            self._recent.clear()
            self.end()
        for event, frames in list(self._open):
            if hands.t_ms - event.t_ms <= AFTER_MS:
                frames.append(hands)
            else:
                self._open.remove((event, frames))
                self._scenes.append(Scene(event, tuple(frames)))
        self._recent.append(hands)
        while self._recent[0].t_ms < hands.t_ms - BEFORE_MS:
            self._recent.popleft()
        for event in events:
            if event.phase is Phase.BEGIN:
                self._open.append((event, list(self._recent)))
                self._scenes.append(Scene(event, tuple(self._recent)))

    def end(self) -> None:
        """The stream breaks off: scenes go on no longer."""
        self._scenes += [Scene(event, tuple(frames)) for event, frames in self._open]
        self._open.clear()

    def take(self) -> list[Scene]:
        """Scenes since this was last called: each comes when it begins, and again when it is whole."""
        taken = list(self._scenes)
        self._scenes.clear()
        return taken


class Remembered:
    """The last scenes. Filled by one thread, asked by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scenes: dict[tuple[str, str, int], bytes] = {}
        """Packed: mostly nobody ever asks."""

    def note(self, scene: Scene) -> None:
        """Remember it, in the place of what was known of the same event."""
        event, packed = scene.event, zlib.compress(pack(scene), 1)
        with self._lock:
            self._scenes[event.gesture, event.hand, event.t_ms] = packed
            while len(self._scenes) > _EVENTS:
                del self._scenes[next(iter(self._scenes))]

    def scene(self, t_ms: int | None = None) -> Scene | None:
        """The event that began at `t_ms`, or the last one; None if it isn't remembered."""
        with self._lock:
            fitting = [packed for (_, _, at_ms), packed in self._scenes.items() if t_ms is None or at_ms == t_ms]
        if not fitting:
            return None
        return unpacked(zlib.decompress(fitting[-1]), Scene)
