"""Hands in, gesture events out. No threads, no clock, no device: the same code live, in replay and in evaluation."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gesturectl.recognition.attempts import Attempt, Attempts
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.decide import Decider, Rejection
from gesturectl.recognition.jumps import Sighting, jumped, sighting
from gesturectl.recognition.motion import Motion, Mover
from gesturectl.recognition.personal import Personal
from gesturectl.recognition.personalised import Personalised
from gesturectl.recognition.rules import RULES, Rule
from gesturectl.recognition.waiting import BEAT_MS, Moment, predictions_at
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
        self.waiting: list[Moment] = []
        self.known: Prediction | None = None
        """What the classifier, or two looks around it, said last."""
        self.beat_ms = 0

    def is_due(self, t_ms: int) -> bool:
        """Whether what is seen at `t_ms` must be known at once."""
        if t_ms - self.beat_ms >= BEAT_MS:
            self.beat_ms = t_ms
            return True
        return t_ms >= self.decider.quiet_until_ms

    def forget(self) -> None:
        self.history.clear()
        self.mover.forget()
        self.since_ms = None
        self.sighting = None
        self.known = None


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
        """The newest prediction of each hand in view; see `catch_up`."""
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
        motions = [
            self._see(followed, hands.t_ms, one, hands.aspect)
            for followed, one in zip(self._followed, seen, strict=True)
        ]
        for followed, motion in zip(self._followed, motions, strict=True):
            events += self._judge(followed, hands.t_ms, motion)
        waiting_ms = [followed.waiting[0].t_ms for followed in self._followed if followed.waiting]
        self._attempts.settle(min([hands.t_ms, *waiting_ms]))  # what waits may yet go on with an attempt
        return events

    def catch_up(self) -> None:
        """Look at frames that wait, for somebody who wants to know what they show. No event can come of them."""
        for followed in self._followed:
            self._settle(followed)

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

    def _see(self, followed: _Followed, t_ms: int, seen: "_Seen | None", aspect: float) -> Motion | None:
        """Remember where the hand is, and how it moves; None where it is absent."""
        if seen is None:
            if followed.since_ms is not None:
                followed.history.append(t_ms, None)
            return None
        if followed.since_ms is None:
            followed.since_ms = followed.beat_ms = t_ms
            followed.decider.find(self._again_ms is not None and t_ms - self._again_ms <= _THERE_MS)
        followed.last_ms = t_ms
        followed.history.append(t_ms, seen.points)
        since_ms, other_speed = t_ms - followed.since_ms, self._other(followed).mover.fastest(t_ms)
        return followed.mover.see(seen.sighting, seen.joints, since_ms, aspect, other_speed)

    def _judge(self, followed: _Followed, t_ms: int, motion: Motion | None) -> list[GestureEvent]:
        """What comes of how the hand is now, or isn't there."""
        if motion is None:
            if followed.since_ms is None:
                return []
            events = self._settle(followed)
            return events + (followed.decider.let_go(t_ms) if t_ms - followed.last_ms > HIDDEN_MS else [])
        followed.waiting.append(Moment(t_ms, motion, self._last_begun))
        return self._settle(followed) if followed.is_due(t_ms) else []

    def _settle(self, followed: _Followed) -> list[GestureEvent]:
        """Decide about all frames that wait, oldest first."""
        moments, followed.waiting = followed.waiting, []
        if not moments:
            return []
        ends_ms = [moment.t_ms for moment in moments]
        found = predictions_at(ends_ms, followed.known, lambda wanted_ms: self._predict(followed, wanted_ms))
        followed.known = found[-1]
        events: list[GestureEvent] = []
        for moment, prediction in zip(moments, found, strict=True):
            events += self._decide(followed, moment, prediction)
        return events

    def _decide(self, followed: _Followed, moment: Moment, prediction: Prediction | None) -> list[GestureEvent]:
        if prediction is None:
            self.last.pop(followed.hand, None)
            return []
        self.last[followed.hand] = prediction
        events, rejection = followed.decider.update(prediction, moment.motion, moment.last_any)
        if rejection is not None:
            self.rejections.append(rejection)
        if followed.decider.candidate is not None:
            self._attempts.note(followed.decider.candidate, rejection.rule if rejection else None)
        self._last_begun = next((e for e in events if e.phase is Phase.BEGIN), self._last_begun)
        return events

    def _predict(self, followed: _Followed, ends_ms: Sequence[int]) -> list[Prediction | None]:
        """What the hand's last milliseconds show at each of `ends_ms`."""
        if self._foreseen is not None:
            return [self._foreseen(t_ms, followed.hand) for t_ms in ends_ms]
        spec, other = self._classifier.card.window, self._other(followed).history
        windows = followed.history.windows(ends_ms, spec)
        beside = other.windows(ends_ms, spec) if self._classifier.heeds_other_hand and len(other) else None
        return self._classifier.predictions(windows, beside, ends_ms, followed.hand)

    def _other(self, followed: _Followed) -> _Followed:
        return self._followed[1] if followed is self._followed[0] else self._followed[0]

    def _lose(self, followed: _Followed, t_ms: int) -> list[GestureEvent]:
        # What waits of either hand is decided by what both have been doing, which is about to be forgotten.
        events = [event for each in self._followed for event in self._settle(each)]
        followed.forget()
        self.last.pop(followed.hand, None)
        return events + followed.decider.lose(t_ms)


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
