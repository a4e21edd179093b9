"""From one hand's predictions to events: smooths the scores, keeps the hand's state, asks the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log, log1p

import numpy as np

from gesturectl.recognition.motion import Motion
from gesturectl.recognition.rules import RULES, Candidate, Confident, Dwelt, Rule, first_refusal
from gesturectl.recognition.vocabulary import HELD
from gesturectl.types import NOTHING, Float32, GestureEvent, Hand, Phase, Prediction

SMOOTHING_MS = 60
"""Time constant of the scores' exponential smoothing: about two frames, so that no single frame decides."""
REST_MS = 160
"""How long "nothing" must lead after an event, the hand being slow, before the hand counts as rested."""
REST_SPEED = 2.5
"""Palms a second; a hand that goes on circling or waving is faster."""
KNOWN_MS = 1000
"""How long a hand that was there when watching began again is followed before "nothing" is rest: until the window has
filled, it is ignorance."""
SURE_REST_MS = 500
"""How long "nothing" must then lead: scores of a pose that only stands there flicker for shorter."""
TIRED_MS = 1500
"""After this long, "nothing" is rest enough at any speed."""
GIVE_UP_MS = 250
"""How long a held pose may be away before it is over."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A candidate that came near and didn't fire."""

    t_ms: int
    gesture: str
    hand: Hand
    score: float
    rule: str
    """Name of the rule that refused."""
    reason: str


class Decider:
    """Decides for one hand. It sees every prediction once, in the order of time."""

    def __init__(
        self,
        hand: Hand,
        thresholds: dict[str, float],
        rules: Sequence[Rule] = RULES,
        smoothing_ms: Mapping[str, int] | None = None,
    ) -> None:
        """`smoothing_ms` is for labels that need another time constant than SMOOTHING_MS."""
        self._hand: Hand = hand
        self._thresholds = thresholds
        self._rules = rules
        self._smoothing_ms = dict(smoothing_ms or {})
        self._dwelt = next((rule for rule in rules if isinstance(rule, Dwelt)), None)
        self._confident = any(isinstance(rule, Confident) for rule in rules)
        self._quickest_ms = min((self._dwell_ms(label) for label in thresholds if label != NOTHING), default=0)
        self._scores: Float32 | None = None
        self._agreement = 0.0
        self._t_ms = 0
        self._top = NOTHING
        self._top_since_ms = 0
        self._top_score = self._lead = 0.0
        self._rest_since_ms: int | None = None
        self._rested = True
        self._arrived = True
        self._last: GestureEvent | None = None
        self._held: GestureEvent | None = None
        self._held_seen_ms = 0
        self.candidate: Candidate | None = None
        """What the rules were asked about in the last update; None if nothing."""

    def update(
        self, prediction: Prediction, motion: Motion, last_any: GestureEvent | None
    ) -> tuple[list[GestureEvent], Rejection | None]:
        """Events of this prediction, and the candidate that was refused if there was one."""
        t_ms = prediction.t_ms
        self._smooth(prediction)
        assert self._scores is not None  # noqa: S101  just smoothed
        scores = self._scores
        best, runner_up = _two_best(prediction.labels, scores)
        score, next_score = float(scores[best]), float(scores[runner_up]) if runner_up is not None else 0.0
        nothing = float(scores[prediction.labels.index(NOTHING)])
        top = prediction.labels[best] if score > nothing else NOTHING
        self._top_score = max(score, nothing)
        self._lead = nothing - score if top == NOTHING else score - max(nothing, next_score)
        if top != self._top:
            self._top, self._top_since_ms = top, t_ms
        self._note_rest(t_ms, top, motion)
        events = self._end_held(t_ms, top)
        self.candidate = None
        if top == NOTHING or self._held is not None:
            return events, None
        candidate = Candidate(
            gesture=top,
            hand=self._hand,
            t_ms=t_ms,
            score=score,
            threshold=self._thresholds[top],
            margin=score - next_score,
            agreement=self._agreement,
            held_ms=t_ms - self._top_since_ms,
            motion=motion,
            rested=self._rested,
            arrived=self._arrived,
            last=self._last,
            last_any=last_any,
        )
        self.candidate = candidate
        refusal = first_refusal(self._rules, candidate)
        if refusal is not None:
            return events, Rejection(t_ms, top, self._hand, candidate.score, *refusal)
        events.append(self._begin(candidate))
        return events, None

    @property
    def quiet_until_ms(self) -> float:
        """Until when nothing can begin or end, whatever the next predictions say; in the past while nothing is known.

        Scores are smoothed, so that another gesture needs a moment to come out on top, and then it must stay there.
        """
        if self._scores is None:
            return -inf
        # What leads falls to exp(-gap / SMOOTHING_MS) of itself at worst; what comes up gains as much as is left to 1.
        overtaken_ms = self._t_ms + (SMOOTHING_MS * log1p(self._lead) if self._lead > 0 else 0.0)
        if self._held is not None:
            if self._held.gesture in HELD:
                return self._held_seen_ms + GIVE_UP_MS
            return overtaken_ms if self._top == self._held.gesture else self._t_ms
        another_ms = overtaken_ms + self._quickest_ms
        if self._top == NOTHING:
            return another_ms
        dwelt_ms = self._top_since_ms + self._dwell_ms(self._top)
        return min(another_ms, max(dwelt_ms, self._confident_ms()))

    def find(self, was_there: bool) -> None:
        """The hand is seen; `was_there` if it was in view when watching began again, so that it must rest first."""
        self._arrived = not was_there

    def let_go(self, t_ms: int) -> list[GestureEvent]:
        """The hand is hidden: what it held is over. It may come back and go on with what it was doing."""
        return self._finish(t_ms)

    def lose(self, t_ms: int) -> list[GestureEvent]:
        """The hand is gone: what it held is over, and what it did before no longer counts."""
        self._scores = None
        self._top, self._top_since_ms = NOTHING, t_ms
        self._rested = True
        return self._finish(t_ms)

    def _smooth(self, prediction: Prediction) -> None:
        gap = prediction.t_ms - self._t_ms
        self._t_ms = prediction.t_ms
        if self._scores is None or gap < 0:
            self._scores, self._agreement = prediction.scores.copy(), prediction.agreement
            return
        keep = exp(-gap / SMOOTHING_MS)
        kept: Float32 | np.float32 = np.float32(keep)
        if self._smoothing_ms:
            kept = np.full(len(prediction.labels), keep, np.float32)
            for label, time_ms in self._smoothing_ms.items():
                kept[prediction.labels.index(label)] = exp(-gap / time_ms)
        self._scores = np.asarray(kept * self._scores + (1 - kept) * prediction.scores, np.float32)
        self._agreement = keep * self._agreement + (1 - keep) * prediction.agreement

    def _dwell_ms(self, gesture: str) -> int:
        return self._dwelt.needed_ms(gesture) if self._dwelt is not None else 0

    def _confident_ms(self) -> float:
        """The earliest time at which what is on top can reach its threshold."""
        threshold = self._thresholds[self._top]
        if not self._confident or not self._top_score < threshold:
            return self._t_ms
        if threshold >= 1:
            return inf
        time_ms = self._smoothing_ms.get(self._top, SMOOTHING_MS)
        return self._t_ms + time_ms * log((1 - self._top_score) / (1 - threshold))

    def _note_rest(self, t_ms: int, top: str, motion: Motion) -> None:
        unknown = not self._arrived and motion.seen_ms < KNOWN_MS
        moving = motion.speed > REST_SPEED and self._last is not None and t_ms - self._last.t_ms < TIRED_MS
        if top != NOTHING or moving or unknown:
            self._rest_since_ms = None
        elif self._rest_since_ms is None:
            self._rest_since_ms = t_ms
        elif t_ms - self._rest_since_ms >= REST_MS:
            self._rested = True
            self._arrived = self._arrived or t_ms - self._rest_since_ms >= SURE_REST_MS

    def _begin(self, candidate: Candidate) -> GestureEvent:
        event = GestureEvent(candidate.gesture, self._hand, Phase.BEGIN, candidate.score, candidate.t_ms)
        self._last, self._held, self._held_seen_ms = event, event, candidate.t_ms
        self._rested = False
        return event

    def _end_held(self, t_ms: int, top: str) -> list[GestureEvent]:
        """A pose ends when it has been away for a moment; anything else as soon as it isn't seen any more."""
        if self._held is None:
            return []
        if top == self._held.gesture:
            self._held_seen_ms = t_ms
            return []
        patience = GIVE_UP_MS if self._held.gesture in HELD else 0
        return self._finish(t_ms) if t_ms - self._held_seen_ms >= patience else []

    def _finish(self, t_ms: int) -> list[GestureEvent]:
        if self._held is None:
            return []
        ended = replace(self._held, phase=Phase.END, t_ms=t_ms)
        self._held = None
        return [ended]


def _two_best(labels: tuple[str, ...], scores: Float32) -> tuple[int, int | None]:
    """Indices of the two gestures with the highest scores, "nothing" left out; None where there is only one."""
    order = [i for i in np.argsort(-scores)[:3].tolist() if labels[i] != NOTHING]
    return order[0], order[1] if len(order) > 1 else None
