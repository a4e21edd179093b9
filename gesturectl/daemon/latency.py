"""How long after a picture was taken its gesture did something."""

import math
from collections import deque
from statistics import median

_KEPT = 200
"""Actions whose latency is kept."""
_LONGEST_MS = 10_000
"""More is no latency: a recording has a time of its own."""


class Latencies:
    """From the frame that decided to the action, for the latest of them."""

    def __init__(self) -> None:
        self._ms: deque[float] = deque(maxlen=_KEPT)

    def note(self, ms: float) -> None:
        """An action was carried out so long after its frame came from the camera."""
        if 0 <= ms < _LONGEST_MS:
            self._ms.append(ms)

    def as_json(self) -> dict[str, float]:
        """Their number, median and 95th percentile; nothing before the first."""
        if not self._ms:
            return {}
        ordered = sorted(self._ms)
        high = ordered[math.ceil(0.95 * len(ordered)) - 1]
        return {"actions": len(ordered), "median": round(median(ordered), 1), "p95": round(high, 1)}
