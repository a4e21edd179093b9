"""How far a training is, on stderr: a bar that is redrawn on a terminal, a line for each epoch elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from gesturectl.verbs.importing.progress import in_words

_REDRAW_S = 0.2
_WIDTH = 24


class Bar:
    """One bar over several trainings, each as long as the others."""

    def __init__(
        self,
        trainings: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        quiet: bool = False,
    ) -> None:
        self._count, self._clock, self._quiet = trainings, clock, quiet
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._what, self._number, self._last = "", 1, ""
        self._drawn_s = float("-inf")

    def begin(self, what: str, number: int) -> None:
        """The training `what` begins, the `number`th."""
        self._what, self._number, self._last = what, number, ""

    def tick(self, share: float, left_s: float) -> None:
        """This training is at `share`, and probably over in `left_s`."""
        now_s = self._clock()
        if self._quiet or not self._terminal or now_s - self._drawn_s < _REDRAW_S:
            return
        self._drawn_s = now_s
        self._stream.write(f"\r\x1b[K{self.drawn(share, left_s)}")
        self._stream.flush()

    def drawn(self, share: float, left_s: float) -> str:
        """The bar as a line."""
        whole = (self._number - 1 + share) / self._count
        full = round(_WIDTH * whole)
        one = left_s / max(1e-6, 1 - share) if share < 1 else 0.0
        left = in_words(left_s + one * (self._count - self._number))
        which = f"{self._what}, {self._number} of {self._count}" if self._count > 1 else self._what
        return f"[{'█' * full}{'·' * (_WIDTH - full)}] {100 * whole:3.0f} %  {left} left  {which}  {self._last}"[:150]

    def line(self, text: str) -> None:
        """A sentence about the training."""
        self._last = text.split(", about")[0].rsplit(", ", 2)[0] if text.startswith("epoch") else text
        if not self._quiet and not self._terminal:
            self._stream.write(f"{self._what}: {text}\n")
            self._stream.flush()

    def close(self) -> None:
        """Leave the line to whoever writes next."""
        if self._terminal and not self._quiet:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
