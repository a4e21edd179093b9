"""Decides what to run on which frame, so that an empty room costs next to nothing and a hand is found at once.

    idle       a look five times a second; the palm model only if something moves, or after three seconds anyway
    alert      something has begun to move: fifteen looks a second, each with the palm model, for half a second
    following  every frame; the palm model twice a second or so for the second hand, and when a hand gets lost
    lost       every frame with the palm model, for half a second; then idle again

There is no clock here: time is the frames' `t_ms`.
"""

from dataclasses import dataclass

from gesturectl.landmarks.gate import APART_MS, MotionGate
from gesturectl.landmarks.tracker import HandTracker
from gesturectl.types import Frame, Hands

LOOK_MS = APART_MS
"""Between looks while idle."""
ALERT_LOOK_MS = 60
"""Between looks while alert: every second frame of 30 a second. A hand that is being raised is often too blurred in the
first frame that shows it; waiting another 200 ms would be felt."""
ALERT_MS = 500
"""How long it stays alert. Motion that goes on (a person who sways) doesn't prolong it."""
PATIENCE_MS = 3000
"""The palm model runs at least this often while idle: a hand that was there from the start, or came slowly."""
SECOND_HAND_MS = 400
"""Between searches for the second hand: searching on every frame would double the cost of one hand."""
LOST_MS = 500
"""How long a lost hand is searched for on every frame; fast strokes blur it for a few frames."""
GAP_MS = 1000
"""After a longer time without frames (a pause, a suspended machine) nothing that was known holds."""


@dataclass(slots=True)
class Counts:
    """What was run so far."""

    looked: int = 0
    """Frames processed."""
    searched: int = 0
    """Frames in which new hands were looked for: runs of the palm model."""
    tracked: int = 0
    """Hands found, over all frames: runs of the landmark model that found one."""


@dataclass(slots=True)
class _Past:
    """What the next frame's decision hangs on; times are None before the first."""

    looked_ms: int | None = None
    searched_ms: int | None = None
    seen_ms: int | None = None
    alert_until_ms: int | None = None
    was_moving: bool = False
    hands: int = 0


class Schedule:
    """Runs a tracker only when it pays. Owned by one thread.

    For each frame: if `wants(t_ms)`, decode it and `process` it. Time may jump, forwards or back; the hands being
    followed are then forgotten.
    """

    def __init__(self, tracker: HandTracker) -> None:
        self.counts = Counts()
        self._tracker = tracker
        self._gate = MotionGate()
        self._past = _Past()

    def wants(self, t_ms: int) -> bool:
        """Whether the frame grabbed at `t_ms` should be decoded at all."""
        if self._past.looked_ms is None or self._jumped(t_ms) or self._is_busy(t_ms):
            return True
        return t_ms - self._past.looked_ms >= (ALERT_LOOK_MS if self._is_alert(t_ms) else LOOK_MS)

    def process(self, frame: Frame) -> Hands:
        """The hands in `frame`; none if this is no frame to search."""
        if self._jumped(frame.t_ms):
            self.reset()
        search = self._should_search(frame)
        self._past.looked_ms = frame.t_ms
        self.counts.looked += 1
        if not search and self._past.hands == 0:
            height, width = frame.image.shape[:2]
            return Hands.none(frame.t_ms, width / height)
        hands = self._tracker.track(frame, search)
        if not search and hands.present.sum() < self._past.hands:
            # A stroke can carry a hand out of its region from one frame to the next; a frame later it may have done so
            # again, and at 15 frames a second a swipe has only five.
            search = True
            hands = self._tracker.track(frame, search)
        if search:
            self._past.searched_ms = frame.t_ms
            self.counts.searched += 1
        self._past.hands = int(hands.present.sum())
        self.counts.tracked += self._past.hands
        if self._past.hands:
            self._past.seen_ms = frame.t_ms
        return hands

    def reset(self) -> None:
        """Forget everything but the counts (a pause, another camera)."""
        self._tracker.forget()
        self._gate.reset()
        self._past = _Past()

    def _jumped(self, t_ms: int) -> bool:
        return self._past.looked_ms is not None and not 0 <= t_ms - self._past.looked_ms <= GAP_MS

    def _is_busy(self, t_ms: int) -> bool:
        """Whether a hand is being followed, or was a moment ago."""
        return self._past.seen_ms is not None and t_ms - self._past.seen_ms <= LOST_MS

    def _is_alert(self, t_ms: int) -> bool:
        return self._past.alert_until_ms is not None and t_ms < self._past.alert_until_ms

    def _should_search(self, frame: Frame) -> bool:
        since = frame.t_ms - self._past.searched_ms if self._past.searched_ms is not None else PATIENCE_MS
        if self._past.hands == 2:
            return False
        if self._past.hands == 1:
            return since >= SECOND_HAND_MS
        if self._is_busy(frame.t_ms):
            return True
        moving = self._gate.moving(frame.image, frame.t_ms)
        if moving and not self._past.was_moving:
            self._past.alert_until_ms = frame.t_ms + ALERT_MS
        self._past.was_moving = moving
        return moving or self._is_alert(frame.t_ms) or since >= PATIENCE_MS
