"""How far a retraining is: a bar on stderr, or lines of JSON on stdout for whoever started it."""

import json
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gesturectl.verbs.training.bar import Bar

if TYPE_CHECKING:
    from gesturectl.training.plan import Watchers

_TRAINING = (0.06, 0.7)
"""From which share of all the work to which the networks are trained."""
_STEPS = {"learning": 0.02, "choosing": 0.72, "comparing": 0.85}
"""At which share the steps around that begin, by the first word of what is said then."""
_EVERY_S = 0.5


class Progress:
    """Tells, while it is entered."""

    def __init__(self, lines: bool) -> None:
        """`lines` prints JSON instead of drawing a bar."""
        self._lines = lines
        self._bar = Bar(1, quiet=lines)
        self._started_s = self._told_s = time.monotonic()
        self._what, self._share = "", 0.0

    def __enter__(self) -> Self:
        self._bar.begin("retraining", 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    @property
    def watchers(self) -> "Watchers":
        """Who to tell."""
        from gesturectl.training.plan import Watchers

        return Watchers(line=self._line, tick=self._tick)

    def _line(self, text: str) -> None:
        word = text.split()[0]
        if word in _STEPS:
            self._what, self._share = text, _STEPS[word]
        self._bar.line(text)
        self._tell(always=word in _STEPS)

    def _tick(self, share: float, left_s: float) -> None:
        low, high = _TRAINING
        self._what, self._share = "training", low + (high - low) * share
        self._tell()

    def _tell(self, always: bool = False) -> None:
        now_s = time.monotonic()
        left_s = (now_s - self._started_s) * (1 - self._share) / max(self._share, 0.01)
        self._bar.tick(self._share, left_s)
        if self._lines and (always or now_s - self._told_s >= _EVERY_S):
            self._told_s = now_s
            told = {"type": "progress", "share": round(self._share, 3), "left_s": round(left_s), "what": self._what}
            print(json.dumps(told), flush=True)
