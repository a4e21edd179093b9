"""How much of a processor the program has needed lately, all its processes together."""

import time
from collections import deque

_LATELY_S = 10.0


class Cost:
    """Reports of the process that watches, put together with the time of the process this runs in."""

    def __init__(self) -> None:
        self._spent: deque[tuple[float, float]] = deque()
        """When, and the seconds of processor time that had been spent by then."""

    def note(self, now_s: float, vision_s: float) -> None:
        """The process that watches has spent `vision_s` of processor time by `now_s` of our clock."""
        spent_s = time.process_time() + vision_s
        if self._spent and spent_s < self._spent[-1][1]:
            self._spent.clear()  # another process watches
        self._spent.append((now_s, spent_s))
        while now_s - self._spent[0][0] > _LATELY_S:
            self._spent.popleft()

    @property
    def percent(self) -> float | None:
        """Percent of one core in the last seconds; None while that isn't known."""
        if len(self._spent) < 2 or self._spent[-1][0] <= self._spent[0][0]:
            return None
        (first_s, before_s), (last_s, spent_s) = self._spent[0], self._spent[-1]
        return round(100 * (spent_s - before_s) / (last_s - first_s), 1)
