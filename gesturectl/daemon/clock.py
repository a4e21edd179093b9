"""The source's time, between its frames: repeats and holds are due then too."""

_AHEAD_MS = 250
"""How far time may run on without a frame. A camera that stands still must not keep a key repeating."""
_JUMP_MS = 2000
"""How far a source's time may run ahead of the engine's own clock, or back: messages come late, but not that late."""


class SourceClock:
    """Follows the source's `t_ms` and runs on with the engine's own clock in between."""

    def __init__(self) -> None:
        self._t_ms = 0
        self._at_s: float | None = None

    def jumped(self, t_ms: int, now_s: float) -> bool:
        """Whether the source's time leaps to `t_ms`: a suspended machine, another camera, a set clock."""
        if self._at_s is None:
            return False
        passed_ms = t_ms - self._t_ms
        return passed_ms < -_JUMP_MS or passed_ms - (now_s - self._at_s) * 1000 > _JUMP_MS

    def saw(self, t_ms: int, now_s: float) -> None:
        """The source's time is `t_ms` now."""
        self._t_ms, self._at_s = t_ms, now_s

    def now_ms(self, now_s: float) -> int:
        """The source's time at `now_s`."""
        if self._at_s is None:
            return self._t_ms
        return self._t_ms + min(_AHEAD_MS, max(0, int((now_s - self._at_s) * 1000)))

    def silent_s(self, now_s: float) -> float:
        """For how long the source has said nothing."""
        return 0.0 if self._at_s is None else now_s - self._at_s
