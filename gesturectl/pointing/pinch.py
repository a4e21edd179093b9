"""A pinch of thumb and index as a button, with hysteresis."""

PRESS, RELEASE = 0.32, 0.45
"""Gaps between the tips, in palms, below which the button goes down and above which it comes up again. Made-up hands
(`synthesis.poses`, each angle 5° off at random) pinch at 0.2 and within 0.43 in 19 of 20; a fist is at 0.55, an open
pinch and a claw at 0.7, open hands beyond 0.8."""
_LASTS_MS = 30
"""How long it must last to be meant: two looks at 30 fps, so that one bad frame, or a hand on its way to a fist,
presses nothing."""


class Pinch:
    """Follows the gap of one hand. It starts locked: a hand that comes pinched must open once before it can press."""

    def __init__(self) -> None:
        self.pressed = False
        self._opened = False
        self._since_ms: int | None = None

    def restart(self) -> None:
        """Another hand, or the same one anew: nothing is pressed, and it must open first."""
        self.pressed, self._opened, self._since_ms = False, False, None

    def follow(self, t_ms: int, gap: float) -> bool:
        """Whether the button is down now that the tips are `gap` palms apart."""
        if gap > RELEASE:
            self.pressed, self._opened, self._since_ms = False, True, None
        elif gap >= PRESS:
            self._since_ms = None
        elif self._opened and not self.pressed:
            self._since_ms = t_ms if self._since_ms is None else self._since_ms
            self.pressed = t_ms - self._since_ms >= _LASTS_MS
        return self.pressed
