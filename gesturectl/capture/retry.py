"""When to try a lost camera again. A pure object: whoever waits brings the clock."""

FIRST_MS = 250
CEILING_MS = 2_000
"""A camera that is plugged in again is noticed within two seconds; docs/reliability.md says what trying costs."""


class BackOff:
    """Delays that double from `first_ms` up to `ceiling_ms`."""

    def __init__(self, first_ms: int = FIRST_MS, ceiling_ms: int = CEILING_MS) -> None:
        self._first_ms = first_ms
        self._ceiling_ms = ceiling_ms
        self._next_ms = first_ms

    def next_delay_ms(self, spent_ms: int = 0) -> int:
        """How long to wait before the next attempt; the wait after that is twice as long.

        An attempt that took `spent_ms` was itself a wait.
        """
        delay_ms = self._next_ms
        self._next_ms = min(2 * delay_ms, self._ceiling_ms)
        return max(self._first_ms, delay_ms - spent_ms)

    def reset(self) -> None:
        """Start over: frames keep coming (not merely: the device could be opened)."""
        self._next_ms = self._first_ms
