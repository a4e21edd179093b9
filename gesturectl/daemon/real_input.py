"""How long ago the person used keyboard or mouse, what we pressed ourselves left out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gesturectl.desktop.base import InputWatcher

_SLACK_S = 0.05
"""A desktop stamps what we press a moment after we have pressed it."""


class RealInput:
    """Tells a person's input from ours by its time: whatever came while we pressed was ours. For one thread.

    While we hold a key down, a person who types isn't noticed: the held key may repeat, which looks the same.
    """

    def __init__(self, watcher: InputWatcher, clock: Callable[[], float]) -> None:
        self._watcher, self._clock = watcher, clock
        self._ours_from_s, self._ours_until_s = -1.0, -1.0
        self._real_s: float | None = None
        self.holding = False
        """Whether we hold a key down; a desktop may repeat it, which is input, too."""

    @contextmanager
    def ours(self) -> Iterator[None]:
        """What is pressed within is ours."""
        if not self.holding:
            self._look()
            self._ours_from_s = self._clock()
        try:
            yield
        finally:
            self._ours_until_s = self._clock()

    def ago_ms(self) -> int | None:
        """How long ago the person did something; None if they did nothing yet, or nobody can tell."""
        self._look()
        return None if self._real_s is None else round((self._clock() - self._real_s) * 1000)

    def _look(self) -> None:
        idle_ms = self._watcher.idle_ms()
        if idle_ms is None:
            return
        at_s = self._clock() - idle_ms / 1000
        until_s = self._clock() if self.holding else self._ours_until_s
        if not self._ours_from_s - _SLACK_S <= at_s <= until_s + _SLACK_S:
            self._real_s = at_s
