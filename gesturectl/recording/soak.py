"""Recording a soak: landmarks of a person at ordinary work, and what fires meanwhile, written in parts."""

from collections.abc import Callable, Iterable
from pathlib import Path

from gesturectl.evaluation.soak import Heard, Part, write_part
from gesturectl.evaluation.streaming import watched_s
from gesturectl.gestures.take import write_take
from gesturectl.recording.stroke import plain_take
from gesturectl.types import GestureEvent, Hands, Phase

PART_MS = 15 * 60 * 1000
"""Of one file: what a power cut costs at most."""
QUIET_MS = 900
"""Frames without hands that are kept: one in so long tells that somebody watched."""


class SoakRecording:
    """A soak under way. Writes a part whenever one is long enough, and the last when closed."""

    def __init__(self, folder: Path, name: str, tell: Callable[[Path], None] = lambda path: None) -> None:
        """`tell` hears of each file that was written."""
        self._folder, self._name, self._tell = folder, name, tell
        self._frames: list[Hands] = []
        self._heard: list[Heard] = []
        self._written = 0
        self.parts: list[Part] = []
        """What has been written."""

    def see(self, hands: Hands, events: Iterable[GestureEvent]) -> list[Heard]:
        """One frame, and what it brought about; what of that is a gesture's beginning. Raises TakeError."""
        if self._frames and hands.t_ms <= self._frames[-1].t_ms:
            if hands.t_ms < self._frames[-1].t_ms:  # another clock: another file
                self.close()
        elif not self._frames or hands.present.any() or self._frames[-1].present.any() or self._is_due(hands.t_ms):
            self._frames.append(hands)
        start = self._frames[0].t_ms if self._frames else hands.t_ms
        begun = [
            Heard(event.gesture, event.hand, event.t_ms - start, round(event.score, 3))
            for event in events
            if event.phase is Phase.BEGIN
        ]
        self._heard += begun
        if self._frames and hands.t_ms - start >= PART_MS:
            self.close()
        return begun

    def close(self) -> None:
        """Write what isn't written. Raises TakeError."""
        frames, heard = self._frames, self._heard
        self._frames, self._heard = [], []
        if len(frames) < 2:
            return
        self._written += 1
        path = self._folder / f"{self._name}-{self._written:02d}.npz"
        take = plain_take(frames)
        part = Part(path, watched_s(take.t_ms), tuple(heard))
        write_part(part)  # first, since a part is there once its take is
        write_take(path, take)
        self.parts.append(part)
        self._tell(path)

    def _is_due(self, t_ms: int) -> bool:
        return t_ms - self._frames[-1].t_ms >= QUIET_MS
