"""What actions left to be done later, as a sequence with pauses does. No thread and no clock."""

from collections.abc import Callable


class Later:
    """Calls and when they are due, in seconds of whoever's clock."""

    def __init__(self) -> None:
        self._calls: list[tuple[float, Callable[[], None]]] = []

    def add(self, due_s: float, call: Callable[[], None]) -> None:
        """Leave a call."""
        self._calls.append((due_s, call))

    def due(self, now_s: float) -> list[Callable[[], None]]:
        """The calls whose time has come, the earliest first; they are no longer kept."""
        due = sorted((entry for entry in self._calls if entry[0] <= now_s), key=lambda entry: entry[0])
        self._calls = [entry for entry in self._calls if entry[0] > now_s]
        return [call for _, call in due]

    def clear(self) -> None:
        """Nothing of it is to be done any more."""
        self._calls.clear()

    @property
    def next_s(self) -> float | None:
        """When the next one is due; None if there is none."""
        return min((due_s for due_s, _ in self._calls), default=None)
