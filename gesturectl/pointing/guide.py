"""From where the hands are to what the mouse does.

The hand moves the pointer as a mouse does: by how far it goes, more for each palm's length the faster it goes, and not
at all while it is still. A fist lifts it, as a mouse is lifted from the table. A pinch presses the left button.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gesturectl.pointing.one_euro import OneEuro, Point
from gesturectl.pointing.pinch import Pinch
from gesturectl.pointing.place import HandPlace
from gesturectl.types import Hand

_SLOW_PX, _FAST_PX, _FAST = 150.0, 800.0, 6.0
"""Pixels for a palm's length of way at no speed, and at `_FAST` palms a second and more; in between it grows evenly.
A quick stroke of 25 cm crosses a screen of 1920 pixels; at a slow pace 1 mm is about 2 pixels."""
_MIN_CUTOFF_HZ, _BETA = 1.0, 1.5
"""Of the One-Euro filter, for palms: 1 Hz when still is the paper's start; at 5 palms a second the cutoff is 8.5 Hz,
a lag of some 20 ms."""
_STILL, _PINCH_STILL = 0.02, 0.08
"""Radii, in palms, within which a hand counts as still; the larger one while a pinch closes, and after the press until
the hand has left it: a click stays a click, whatever the fingers do to the palm."""
_CLOSING = 0.55
"""A gap, in palms, below which a pinch may be on its way."""
_BREAK_MS = 400
"""After so long without a look the hand may be anywhere; the way there moves nothing."""
_PALM_SHARE = 0.1
"""Of the newest palm length in the one that is measured by: it follows a person who comes nearer, not a tilt."""

BUTTON = "left"
"""The button that a pinch presses."""


@dataclass(frozen=True, slots=True)
class Move:
    """Move the pointer by pixels; right and down."""

    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class Button:
    """Press BUTTON, or let it go."""

    down: bool


Step = Move | Button


class Guide:
    """Follows one hand at a time: the first that comes, until it is gone."""

    def __init__(self) -> None:
        self._hand: Hand | None = None
        self._seen_ms = 0
        self._last: HandPlace | None = None
        self._palm = 0.0
        self._filter = OneEuro(_MIN_CUTOFF_HZ, _BETA)
        self._raw: Point = (0.0, 0.0)
        """Where the hand is, in palms from where it came."""
        self._anchor: Point = (0.0, 0.0)
        """What the pointer follows: drawn behind the smoothed place as by a string as long as the dead zone."""
        self._rest: Point = (0.0, 0.0)
        """Parts of a pixel not moved yet."""
        self._pinch = Pinch()
        self._free = False
        """Whether the hand has left the larger circle since the pinch began to close, or was pressed, or let go."""

    @property
    def pressing(self) -> bool:
        """Whether the button is down."""
        return self._pinch.pressed

    def follow(self, t_ms: int, places: Sequence[HandPlace]) -> list[Step]:
        """What the mouse does now that the hands are at `places`."""
        place = self._choose(places)
        if place is None:
            return self.let_go()
        steps: list[Step] = []
        if place.hand != self._hand or t_ms - self._seen_ms > _BREAK_MS or t_ms < self._seen_ms:
            steps = self.let_go()
            self._hand, self._palm = place.hand, place.palm
        dt_s, self._seen_ms = (t_ms - self._seen_ms) / 1000, t_ms
        self._palm += _PALM_SHARE * (place.palm - self._palm)
        if place.closed and not self.pressing:
            self._start_here()
            return steps
        was_pressed = self.pressing
        if self._pinch.follow(t_ms, place.gap) != was_pressed:
            self._free = False
            steps.append(Button(self.pressing))
        steps += self._move(t_ms, dt_s, place)
        return steps

    def let_go(self) -> list[Step]:
        """No hand steers any more; the button comes up if it was down."""
        steps: list[Step] = [Button(False)] if self.pressing else []
        self._hand = None
        self._start_here()
        return steps

    def _choose(self, places: Sequence[HandPlace]) -> HandPlace | None:
        if self._hand is None:
            return places[0] if places else None
        # The other hand doesn't take over in the middle of a drag: this one's loss is told first.
        return next((place for place in places if place.hand == self._hand), None)

    def _start_here(self) -> None:
        """The next place is where the hand starts from."""
        self._last = None
        self._filter.restart()
        self._pinch.restart()
        self._raw = self._anchor = self._rest = (0.0, 0.0)
        self._free = False

    def _move(self, t_ms: int, dt_s: float, place: HandPlace) -> list[Step]:
        if self._last is not None:
            dx, dy = place.x - self._last.x, place.y - self._last.y
            self._raw = (self._raw[0] + dx / self._palm, self._raw[1] + dy / self._palm)
        self._last = place
        way = self._way(self._filter.smooth(t_ms, self._raw), place.gap)
        length = math.hypot(*way)
        if length == 0 or dt_s <= 0:
            return []
        gain_px = _SLOW_PX + (_FAST_PX - _SLOW_PX) * min(1.0, length / dt_s / _FAST)
        x, y = self._rest[0] + way[0] * gain_px, self._rest[1] + way[1] * gain_px
        dx_px, dy_px = round(x), round(y)
        self._rest = (x - dx_px, y - dy_px)
        return [Move(dx_px, dy_px)] if dx_px or dy_px else []

    def _way(self, at: Point, gap: float) -> Point:
        """How far the anchor is drawn, in palms."""
        dx, dy = at[0] - self._anchor[0], at[1] - self._anchor[1]
        far = math.hypot(dx, dy)
        if gap >= _CLOSING:
            self._free = False
        held = gap < _CLOSING and not self._free
        if far <= (_PINCH_STILL if held else _STILL):
            return 0.0, 0.0
        share = 1 - _STILL / far
        way = dx * share, dy * share
        self._anchor = self._anchor[0] + way[0], self._anchor[1] + way[1]
        if held:  # the pointer goes on from where it is, without a leap
            self._free = True
            return 0.0, 0.0
        return way
