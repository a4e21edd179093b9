"""Whether gestures may act at all: armed by a gesture for a while, or by a clutch until it is let go.

No thread and no clock: time is what its caller says it is, on the source's clock.
"""

from collections.abc import Collection
from dataclasses import dataclass

from gesturectl.recognition.vocabulary import HELD
from gesturectl.types import Hand

GONE_MS = 2000
"""No hand in view for longer disarms: whoever comes back has to mean it again. A tracker loses a hand for less."""


@dataclass(frozen=True, slots=True)
class ArmedBy:
    """What arms, and for how long."""

    gesture: str = "open_palm"
    """Held or made, it arms."""
    for_ms: int = 5000
    """Armed for so long after it, and after each gesture that acts."""

    @property
    def how(self) -> str:
        """What a person does to arm, as a sentence part."""
        return f"hold {self.gesture} still" if self.gesture in HELD else f"make {self.gesture}"


class Arming:
    """Armed or not. Times given to it must not run backwards, except after `disarm`."""

    def __init__(self, by: ArmedBy | None = None) -> None:
        self.by = by or ArmedBy()
        """What arms."""
        self._until_ms: int | None = None
        self._clutch = False
        self._holding: set[Hand] = set()
        self._gone_ms: int | None = None

    def armed(self, t_ms: int) -> bool:
        """Whether gestures may act at `t_ms`."""
        if self._gone_ms is not None and t_ms - self._gone_ms > GONE_MS:
            self.disarm()
        return self._clutch or bool(self._holding) or (self._until_ms is not None and t_ms < self._until_ms)

    def left_ms(self, t_ms: int) -> int | None:
        """For how long it stays armed from `t_ms` if nothing more is done; None while it is held so, or isn't."""
        if not self.armed(t_ms) or self._clutch or self._holding or self._until_ms is None:
            return None
        return self._until_ms - t_ms

    def begin(self, hand: Hand, t_ms: int) -> None:
        """The arming gesture was recognised: armed while it lasts, and for a while after it."""
        self._holding.add(hand)
        self._gone_ms = None
        self._stay(t_ms)

    def end(self, hand: Hand, t_ms: int) -> None:
        """The arming gesture is over."""
        if hand in self._holding:
            self._holding.discard(hand)
            self._stay(t_ms)

    def acted(self, t_ms: int) -> None:
        """A gesture acted at `t_ms`, which prolongs a time that hasn't run out."""
        if self._until_ms is not None and self.armed(t_ms):
            self._stay(t_ms)

    def engage(self) -> None:
        """Arm by a clutch (a key, a foot switch): until `disarm`, or until the hands are lost."""
        self._clutch = True
        self._gone_ms = None

    def disarm(self) -> None:
        """Not armed any more."""
        self._until_ms, self._clutch, self._gone_ms = None, False, None
        self._holding.clear()

    def see(self, hands: Collection[Hand], t_ms: int) -> None:
        """These hands are in view from `t_ms` on."""
        if hands:
            self.armed(t_ms)  # they may have been gone for too long
            self._gone_ms = None
        elif self._gone_ms is None:
            self._gone_ms = t_ms

    def _stay(self, t_ms: int) -> None:
        self._until_ms = max(self._until_ms or 0, t_ms + self.by.for_ms)
