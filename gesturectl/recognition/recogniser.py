"""Hands in, gesture events out. No threads, no clock, no device: the same code live, in replay and in evaluation."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gesturectl.recognition.attempts import Attempt, Attempts
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.decide import Decider, Rejection
from gesturectl.recognition.jumps import Sighting, jumped, sighting
from gesturectl.recognition.motion import Mover
from gesturectl.recognition.personal import Personal
from gesturectl.recognition.personalised import Personalised
from gesturectl.recognition.rules import RULES, Rule
from gesturectl.recognition.window import History, isotropic
from gesturectl.types import HANDS, NOTHING, Float32, GestureEvent, Hand, Hands, Phase, Prediction

HIDDEN_MS = 350
"""A hand away for longer holds nothing any more; a fast stroke may hide it for less."""
LOST_MS = 800
"""A hand away for longer is another hand; one that was hidden in the middle of a motion goes on with it."""
_THERE_MS = 2000
"""A hand seen so soon was there already: cameras need a second to find their exposure, and a look may miss a hand."""
_MEMORY = 64
"""Rejections that are remembered."""


class _Followed:
    """One hand that is being followed: its history, its decider, and since when."""

    def __init__(self, hand: Hand, decider: Decider) -> None:
        self.hand: Hand = hand
        self.decider = decider
        self.history = History()
        self.mover = Mover()
        self.since_ms: int | None = None
        self.last_ms = 0
        self.sighting: Sighting | None = None

    def forget(self) -> None:
        self.history.clear()
        self.mover.forget()
        self.since_ms = None
        self.sighting = None


class Recogniser:
    """Recognises the gestures of both hands, frame by frame.

    `rules` may be replaced, to measure what each of them is worth; `thresholds` stand in for the card's. `foreseen`
    gives what the classifier would say of a hand at a time, where that was computed beforehand for a whole recording.
    `personal` adds a person's own gestures.
    """

    def __init__(
        self,
        classifier: Classifier,
        rules: Sequence[Rule] = RULES,
        thresholds: Mapping[str, float] | None = None,
        foreseen: Callable[[int, Hand], Prediction | None] | None = None,
        personal: Personal | None = None,
    ) -> None:
        if personal is not None:
            classifier = Personalised(classifier, personal)
        smoothing_ms: Mapping[str, int] = {}
        if isinstance(classifier, Personalised):
            rules, smoothing_ms = classifier.adapted(rules), classifier.smoothing_ms
        card = classifier.card
        thresholds = {label: card.threshold(label) for label in card.labels} | dict(thresholds or {})
        self._classifier = classifier
        self._foreseen = foreseen
        self._followed = [_Followed(hand, Decider(hand, thresholds, rules, smoothing_ms)) for hand in HANDS]
        self._last_begun: GestureEvent | None = None
        self._t_ms: int | None = None
        self._broke_off = False
        self._again_ms: int | None = None
        """When watching began again after a break."""
        self.last: dict[Hand, Prediction] = {}
        """The newest prediction of each hand in view."""
        self.rejections: deque[Rejection] = deque(maxlen=_MEMORY)
        """Candidates that didn't fire, newest last."""
        self._attempts = Attempts(rules)

    @property
    def gestures(self) -> tuple[str, ...]:
        """What it can recognise."""
        return tuple(label for label in self._classifier.card.labels if label != NOTHING)

    def update(self, hands: Hands) -> list[GestureEvent]:
        """The events of one frame. Time going backwards, or standing still for seconds, drops what came before."""
        events: list[GestureEvent] = []
        if self._t_ms is not None and hands.t_ms < self._t_ms:
            events += self.release(self._t_ms)
            self._last_begun = None
        elif self._t_ms is not None and hands.t_ms - self._t_ms > LOST_MS:
            self.begin_anew()  # nobody looked: what a hand did meanwhile isn't known, and its pose may be the old one
        self._t_ms = hands.t_ms
        if self._broke_off:
            self._broke_off, self._again_ms = False, hands.t_ms
        seen = [_seen(hands, slot) for slot in range(len(HANDS))]
        events += self._lose_others(hands.t_ms, [one.sighting if one else None for one in seen])
        for followed, one in zip(self._followed, seen, strict=True):
            events += self._see(followed, hands.t_ms, one, hands.aspect)
        self._attempts.settle(hands.t_ms)
        return events

    def tried(self) -> list[Attempt]:
        """What hands tried since this was last asked, oldest first; what fired is told in the frame of its event."""
        return self._attempts.take()

    def release(self, t_ms: int) -> list[GestureEvent]:
        """End whatever is held and forget the hands: for a pause, a lost camera, the end."""
        events: list[GestureEvent] = []
        for followed in self._followed:
            events += self._lose(followed, t_ms)
        self._attempts.end()
        return events

    def begin_anew(self) -> None:
        """Watching begins again after a break: a hand that is there at once must rest before it can do anything."""
        self._broke_off = True

    def _lose_others(self, t_ms: int, now: Sequence[Sighting | None]) -> list[GestureEvent]:
        """Forget the hands that other hands have taken the place of, or that have been away for too long."""
        events: list[GestureEvent] = []
        for followed in self._followed:
            if followed.since_ms is not None and t_ms - followed.last_ms > LOST_MS:
                events += self._lose(followed, t_ms)
        others = jumped([followed.sighting for followed in self._followed], now)
        for followed, other, seen in zip(self._followed, others, now, strict=True):
            if other:
                events += self._lose(followed, t_ms)
            followed.sighting = seen or followed.sighting
        return events

    def _see(self, followed: _Followed, t_ms: int, seen: "_Seen | None", aspect: float) -> list[GestureEvent]:
        events: list[GestureEvent] = []
        if seen is None:
            if followed.since_ms is not None:
                followed.history.append(t_ms, None)
                if t_ms - followed.last_ms > HIDDEN_MS:
                    events += followed.decider.let_go(t_ms)
            return events
        if followed.since_ms is None:
            followed.since_ms = t_ms
            followed.decider.find(self._again_ms is not None and t_ms - self._again_ms <= _THERE_MS)
        followed.last_ms = t_ms
        followed.history.append(t_ms, seen.points)
        since_ms, other_speed = t_ms - followed.since_ms, self._other(followed).mover.fastest(t_ms)
        motion = followed.mover.see(seen.sighting, seen.joints, since_ms, aspect, other_speed)
        prediction = self._predict(followed, t_ms)
        if prediction is None:
            self.last.pop(followed.hand, None)
            return events
        self.last[followed.hand] = prediction
        begun, rejection = followed.decider.update(prediction, motion, self._last_begun)
        if rejection is not None:
            self.rejections.append(rejection)
        if followed.decider.candidate is not None:
            self._attempts.note(followed.decider.candidate, rejection.rule if rejection else None)
        self._last_begun = next((e for e in begun if e.phase is Phase.BEGIN), self._last_begun)
        return events + begun

    def _predict(self, followed: _Followed, t_ms: int) -> Prediction | None:
        """What the hand's last milliseconds show."""
        if self._foreseen is not None:
            return self._foreseen(t_ms, followed.hand)
        spec = self._classifier.card.window
        window = followed.history.window(t_ms, spec)
        if isinstance(self._classifier, Personalised):
            other = self._other(followed).history
            beside = other.window(t_ms, spec) if len(other) else np.full_like(window, np.nan)
            return self._classifier.predict_beside(window, beside, t_ms, followed.hand)
        return self._classifier.predict(window, t_ms, followed.hand)

    def _other(self, followed: _Followed) -> _Followed:
        return self._followed[1] if followed is self._followed[0] else self._followed[0]

    def _lose(self, followed: _Followed, t_ms: int) -> list[GestureEvent]:
        followed.forget()
        self.last.pop(followed.hand, None)
        return followed.decider.lose(t_ms)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """One hand in one frame."""

    points: Float32
    """(21, 3) isotropic."""
    joints: list[list[float]]
    """x and y of each joint."""
    sighting: Sighting


def _seen(hands: Hands, slot: int) -> _Seen | None:
    """The hand in `slot`; None where it is absent, or where a tracker gave no numbers."""
    if not hands.present[slot]:
        return None
    points = isotropic(hands.image_points[slot], hands.aspect)
    if not np.isfinite(points).all():
        return None
    joints = points[:, :2].tolist()
    return _Seen(points, joints, sighting(hands.t_ms, joints))
