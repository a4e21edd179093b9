"""Decides what to run on which frame, so that an empty room costs next to nothing and a hand is found at once.

    idle       a look five times a second; the palm model only if something moves, after three seconds if anything has
               changed since, after twelve anyway
    alert      something has begun to move: fifteen looks a second, each with the palm model, for half a second
    following  every frame, or fewer while the hands rest; the palm model when a hand gets lost, and twice a second or
               so for the second hand while something else moves, or after three seconds anyway
    lost       every frame with the palm model, for half a second; then idle again

How much that is is for `power` to say. There is no clock here: time is the frames' `t_ms`.
"""

from dataclasses import dataclass, field

import numpy as np

from gesturectl.landmarks.gate import APART_MS, SIZE, MotionGate
from gesturectl.landmarks.power import EFFORTS, Effort
from gesturectl.landmarks.skeleton import Joint
from gesturectl.landmarks.tracker import HandTracker
from gesturectl.types import HANDS, Float32, Frame, Hands

LOOK_MS = APART_MS
"""Between looks while idle."""
ALERT_LOOK_MS = 60
"""Between looks while alert: every second frame of 30 a second. A hand that is being raised is often too blurred in the
first frame that shows it; waiting another 200 ms would be felt."""
ALERT_MS = 500
"""How long it stays alert. Motion that goes on (a person who sways) doesn't prolong it,"""
CALM_MS = 1500
"""and motion counts as new only after so long without any,"""
SURGE = 2.5
"""or if so many times as much of the picture changes as has done lately: a hand comes up in front of the person."""
PATIENCE_MS = 3000
"""The palm model runs so often while idle if anything has changed since its last run: a hand came slowly."""
STILL_PATIENCE_MS = 12_000
"""It runs at least this often: a hand that was there all the time and wasn't seen."""
WEARY_MS = 4000
"""After so long of motion without a hand, somebody sits there and moves:"""
WEARY_LOOK_MS = 320
"""looks are so far apart then, unless it is alert."""
_LATELY = 0.07
"""Weight of the newest look in what has changed lately: about three seconds."""
LOST_MS = 500
"""How long a lost hand is searched for on every frame; fast strokes blur it for a few frames."""
STIR = 0.12
"""Palms, about a centimetre: a hand held still in the air trembles by less, landmarks of a resting one too."""
REST_MS = 300
"""A hand that has stayed within that for so long rests: a stroke pauses for less at its turn."""
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
    moved_ms: int | None = None
    """When something moved last."""
    moving_since_ms: int | None = None
    """Since when something has been moving, now and then, without a hand being found."""
    usual_share: float = 0.0
    """How much of the picture has changed from look to look lately."""
    hands: int = 0
    rest: "_Rest" = field(default_factory=lambda: _Rest())
    way: "_Way" = field(default_factory=lambda: _Way())
    other_moved_ms: int | None = None
    """When something moved last besides the one hand that is followed."""


class Schedule:
    """Runs a tracker only when it pays. Owned by one thread.

    For each frame: if `wants(t_ms)`, decode it and `process` it. Time may jump, forwards or back; the hands being
    followed are then forgotten.
    """

    def __init__(self, tracker: HandTracker, effort: Effort = EFFORTS["best"]) -> None:
        self.counts = Counts()
        self._tracker, self._effort = tracker, effort
        self._gate = MotionGate()
        self._past = _Past()

    def wants(self, t_ms: int) -> bool:
        """Whether the frame grabbed at `t_ms` should be decoded at all."""
        if self._past.looked_ms is None or self._jumped(t_ms):
            return True
        return t_ms - self._past.looked_ms >= self._apart_ms(t_ms)

    def needs_only_a_glance(self, t_ms: int) -> bool:
        """Whether of the frame grabbed at `t_ms`, if it is wanted, a glance will do unless that shows motion."""
        past = self._past
        if not self._is_idle(t_ms):
            return False
        moved = past.moved_ms is not None and t_ms - past.moved_ms < CALM_MS  # and probably goes on
        return not moved and past.searched_ms is not None and t_ms - past.searched_ms < STILL_PATIENCE_MS

    def free_ms(self, t_ms: int) -> int:
        """For how long after `t_ms` no frame will be wanted because nobody is there; 0 while somebody may be."""
        if self._past.looked_ms is None or not self._is_idle(t_ms):
            return 0
        return max(0, self._past.looked_ms + self._apart_ms(t_ms) - t_ms)

    def process(self, frame: Frame) -> Hands:
        """The hands in `frame`; none if this is no frame to search."""
        if self._jumped(frame.t_ms):
            self.reset()
        search = self._should_search(frame)
        self._past.looked_ms = frame.t_ms
        self.counts.looked += 1
        if not search and self._past.hands == 0:
            return Hands.none(frame.t_ms, frame.aspect)
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
            self._past.moving_since_ms = None
        self._past.rest.see(hands)
        self._past.way.see(hands)
        return hands

    def reset(self) -> None:
        """Forget everything but the counts (a pause, another camera)."""
        self._tracker.forget()
        self._gate.reset()
        self._past = _Past()

    def _jumped(self, t_ms: int) -> bool:
        return self._past.looked_ms is not None and not 0 <= t_ms - self._past.looked_ms <= GAP_MS

    def _apart_ms(self, t_ms: int) -> int:
        """How long after the last look the next one is due."""
        if self._is_busy(t_ms):
            resting = self._past.hands and self._past.rest.resting
            return self._effort.resting_ms if resting else self._effort.moving_ms
        if self._is_alert(t_ms):
            return ALERT_LOOK_MS
        since_ms, moved_ms = self._past.moving_since_ms, self._past.moved_ms
        if since_ms is None or moved_ms is None or t_ms - moved_ms >= CALM_MS:
            return LOOK_MS
        return WEARY_LOOK_MS if t_ms - since_ms >= WEARY_MS else LOOK_MS

    def _is_busy(self, t_ms: int) -> bool:
        """Whether a hand is being followed, or was a moment ago."""
        return self._past.seen_ms is not None and t_ms - self._past.seen_ms <= LOST_MS

    def _is_idle(self, t_ms: int) -> bool:
        """Whether nobody is there, as far as is known."""
        return not (self._jumped(t_ms) or self._past.hands or self._is_busy(t_ms) or self._is_alert(t_ms))

    def _is_alert(self, t_ms: int) -> bool:
        return self._past.alert_until_ms is not None and t_ms < self._past.alert_until_ms

    def _should_search(self, frame: Frame) -> bool:
        since = frame.t_ms - self._past.searched_ms if self._past.searched_ms is not None else STILL_PATIENCE_MS
        if self._past.hands == 2:
            return False
        if self._past.hands == 1:
            return since >= self._effort.second_hand_ms and (since >= PATIENCE_MS or self._other_moves(frame))
        if self._is_busy(frame.t_ms):
            return True
        moving = self._gate.moving(frame)
        if moving:
            self._note_motion(frame.t_ms)
        due = since >= STILL_PATIENCE_MS or (since >= PATIENCE_MS and self._gate.changed)
        if search := moving or self._is_alert(frame.t_ms) or due:
            self._gate.remember()
        return search

    def _other_moves(self, frame: Frame) -> bool:
        """Whether something moves, or did a moment ago, besides the one hand that is followed."""
        past = self._past
        if self._gate.moving(frame, past.way.mask):
            past.other_moved_ms = frame.t_ms
        if self._gate.compared_ms == frame.t_ms:
            past.way.begin()
        return past.other_moved_ms is not None and frame.t_ms - past.other_moved_ms < 2 * self._effort.second_hand_ms

    def _note_motion(self, t_ms: int) -> None:
        """Be alert if the motion is new."""
        past, share = self._past, self._gate.share
        if past.moved_ms is None or t_ms - past.moved_ms >= CALM_MS:
            past.alert_until_ms = t_ms + ALERT_MS
            past.moving_since_ms, past.usual_share = t_ms, share
        elif share > SURGE * past.usual_share and not self._is_alert(t_ms):
            past.alert_until_ms = t_ms + ALERT_MS
        if past.moving_since_ms is None:
            past.moving_since_ms = t_ms
        past.moved_ms = t_ms
        past.usual_share += _LATELY * (share - past.usual_share)


class _Rest:
    """Whether the hands that are followed rest: they have been where they are for a moment, fingers and all."""

    def __init__(self) -> None:
        self._anchors: list[Float32 | None] = [None] * len(HANDS)
        """(21, 2) where each hand was when it moved last, in picture heights."""
        self._moved_ms = 0
        self.resting = False

    def see(self, hands: Hands) -> None:
        """The hands of the newest frame; one that has just come moves."""
        scale = np.array([hands.aspect, 1.0], np.float32)
        for slot, present in enumerate(hands.present.tolist()):
            if not present:
                self._anchors[slot] = None
                continue
            now, anchor = hands.image_points[slot, :, :2] * scale, self._anchors[slot]
            if anchor is None or _palms_apart(anchor, now) > STIR:
                self._anchors[slot], self._moved_ms = now, hands.t_ms
        self.resting = hands.t_ms - self._moved_ms >= REST_MS


class _Way:
    """Where the hand that is followed and its arm have been lately, in the gate's small picture."""

    _AROUND = 0.5
    """Of the joints' box, how much more there is on each side: of the hand's shadow, and of what it covered."""

    def __init__(self) -> None:
        self.mask = np.zeros(SIZE[::-1], np.uint8)
        """(h, w) not zero where they have been since `begin`."""
        self._newest = (slice(0), slice(0)), (slice(0), slice(0))

    def begin(self) -> None:
        """Where they have been until now doesn't matter any more, but where they are."""
        self.mask[:] = 0
        self._draw()

    def see(self, hands: Hands) -> None:
        """The hands of the newest frame."""
        if hands.present.sum() != 1:
            return
        slot = int(hands.present.argmax())
        joints = hands.image_points[slot, :, :2]
        low, high = joints.min(axis=0), joints.max(axis=0)
        margin = self._AROUND * (high - low)
        (left, top), (right, bottom) = (np.clip([low - margin, high + margin], 0, 1) * SIZE).astype(int).tolist()
        # Arms come from below and their elbows point outwards: of the right one to the left of the picture.
        side = slice(left, None) if HANDS[slot] == "left" else slice(0, right)
        self._newest = (slice(top, bottom), slice(left, right)), (slice((top + bottom) // 2, None), side)
        self._draw()

    def _draw(self) -> None:
        for part in self._newest:
            self.mask[part] = 1


def _palms_apart(before: Float32, now: Float32) -> float:
    """How far the joints went on the mean, in lengths of the palm; the fingers' joints count like others."""
    palm = float(np.hypot(*(now[Joint.MIDDLE_MCP] - now[Joint.WRIST]))) or 1e-3
    return float(np.hypot(*(now - before).T).mean()) / palm
