"""How much may be asked: a bucket of requests that fills again with time."""


class Allowance:
    """Not for several threads."""

    def __init__(self, burst: int, a_second: float) -> None:
        self._burst, self._a_second = burst, a_second
        self._left = float(burst)
        self._at_s: float | None = None

    def take(self, now_s: float) -> bool:
        """Whether one more request may be answered now."""
        if self.left(now_s) < 1:
            return False
        self._left -= 1
        return True

    def left(self, now_s: float) -> float:
        """How many may be answered now."""
        passed_s = now_s - self._at_s if self._at_s is not None else 0.0
        self._at_s = now_s
        self._left = min(self._burst, self._left + passed_s * self._a_second)
        return self._left
