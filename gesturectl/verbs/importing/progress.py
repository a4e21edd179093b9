"""How far an import is, on stderr: a line that is rewritten on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

_TERMINAL_S, _LOG_S = 0.2, 15.0


class Progress:
    """Counts items and says how long the rest will take, judged by the items so far that took work."""

    def __init__(self, total: int, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._clock = total, clock
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._started_s = self._said_s = clock()
        self._done = self._worked = 0

    def step(self, worked: bool = True) -> None:
        """One item more; `worked` is false for those that were there already."""
        self._done += 1
        self._worked += worked
        now_s = self._clock()
        if now_s - self._said_s >= (_TERMINAL_S if self._terminal else _LOG_S):
            self._said_s = now_s
            self._say(self.line(now_s))

    def line(self, now_s: float) -> str:
        """ "120 of 1000 (12 %), 3 min left"."""
        share = self._done / max(self._total, 1)
        left = ""
        if self._worked:
            left_s = (now_s - self._started_s) / self._worked * (self._total - self._done)
            left = f", {in_words(left_s)} left"
        return f"{self._done} of {self._total} ({share:.0%}){left}"

    def close(self) -> None:
        """Leave the terminal's line to whoever writes next."""
        if self._terminal and self._said_s > self._started_s:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _say(self, line: str) -> None:
        self._stream.write(f"\r\x1b[K{line}" if self._terminal else f"gesturectl: {line}\n")
        self._stream.flush()


def in_words(seconds: float) -> str:
    """A duration as a person would say it."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
