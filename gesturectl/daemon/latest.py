"""A slot for the newest frame: who is slow misses frames, and never lags behind."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """Holds one value between two threads; a new one replaces one that nobody took."""

    def __init__(self) -> None:
        self._value: T | None = None
        self._filled = threading.Condition()
        self.dropped = 0
        """Values that were replaced before anyone took them."""

    def put(self, value: T) -> None:
        """Leave `value` for the taker. Never waits."""
        with self._filled:
            self.dropped += self._value is not None
            self._value = value
            self._filled.notify()

    def take(self, timeout_s: float) -> T | None:
        """The newest value, at once or within `timeout_s`; None if nothing came or somebody called `wake`."""
        with self._filled:
            if self._value is None:
                self._filled.wait(timeout_s)
            value, self._value = self._value, None
            return value

    def wake(self) -> None:
        """Forget the value and let a waiting taker go."""
        with self._filled:
            self._value = None
            self._filled.notify_all()
