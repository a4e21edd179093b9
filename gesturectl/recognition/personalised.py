"""A classifier and a person's own gestures as one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gesturectl.recognition.classifier import Classifier, Look
from gesturectl.recognition.normalise import Normalised, normalise
from gesturectl.recognition.personal import Personal, PersonalGesture
from gesturectl.recognition.rules import Alone, Dwelt, Rule, Upright
from gesturectl.recognition.sight import Sight, sight_of
from gesturectl.recognition.variations import as_right
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.types import NOTHING, Bool, Float32, Hand

TAKES_OVER = 0.7
"""Below this share of personal gestures together, less than any of their thresholds, the model's own keep all."""
SURE = 0.95
"""Below this, takes of a gesture that the model ships with only add to it, and leave the model's other gestures alone.

A person's way of one gesture isn't news of the others (scripts/measure_learning.py adapt).
"""
DWELL_SHARE = 0.12
"""Of a personal gesture's length it must be on top: what begins like another is told from it by longer evidence."""
_DWELL_MS = (100, 350)
SMOOTHING_MS = 300
"""Time constant for a person's gestures, which begin alike more often than the model's: certainty for speed.

They still fire a second before their end (docs/personal.md).
"""


class Personalised(Classifier):
    """A classifier whose scores hold a person's own gestures, too.

    A personal gesture takes from "nothing" what it is likely to be. From the model's own gestures it takes only when
    personal gestures are likelier than all else together, so that these stay what they were; takes of one of the
    starter's gestures do that only when there is hardly a doubt. Of a personal gesture that the model was retrained
    on, both have an opinion, and their mean counts. With `only`, the model's own gestures aren't looked for.

    `refused` holds gestures back: where it sees again what the person said was none, that gesture's score is nothing's.
    """

    heeds_other_hand = True

    def __init__(
        self, classifier: Classifier, personal: Personal, only: bool = False, refused: Personal | None = None
    ) -> None:
        self._base, self._personal = classifier, personal
        base = classifier.card
        names = personal.labels
        kept = (NOTHING,) if only else base.labels
        added = tuple(name for name in names if name not in kept)
        thresholds = {label: value for label, value in base.thresholds.items() if label in kept}
        thresholds |= {gesture.name: gesture.threshold for gesture in personal.gestures if gesture.name in added}
        self.card = replace(base, labels=(*kept, *added), thresholds=thresholds)
        self.sha256 = classifier.sha256
        self.provider = classifier.provider
        self._only = only
        self._own = [self.card.labels.index(name) for name in names]
        self._retrained = [] if only else [k for k, name in enumerate(names) if name in base.labels and _is_own(name)]
        self._new = [k for k, name in enumerate(names) if only or name not in base.labels or _is_own(name)]
        self._refused = refused

    @property
    def personal(self) -> Personal:
        """The person's gestures."""
        return self._personal

    def look(self, windows: Float32, others: Float32 | None, hand: Hand) -> Look:
        """What `windows` (M, T, 21, 3) of `hand` show beside those of the other hand; without `others` it is absent."""
        ready = normalise(windows)
        usable = ready.valid
        if not usable.any():
            return Look(usable, np.zeros((0, len(self.card.labels)), np.float32), np.zeros(0, np.float32))
        base, agreement, sight = self._seen(ready, windows[usable], others if others is None else others[usable], hand)
        base, own = self._averaged(base, self._personal.probabilities(sight))
        scores = self._combined(base, own)
        if self._refused is not None:
            self._hold_back(scores, self._refused.probabilities(sight))
        return Look(usable, scores, self._agreed(agreement, own))

    @property
    def smoothing_ms(self) -> dict[str, int]:
        """How long the scores of a person's gestures are averaged over before they count."""
        return {gesture.name: SMOOTHING_MS for gesture in self._personal.gestures if self._is_new(gesture)}

    def adapted(self, rules: Sequence[Rule]) -> tuple[Rule, ...]:
        """`rules` with what personal gestures need of them."""
        return tuple(self._adapted(rule) for rule in rules)

    def _seen(
        self, ready: Normalised, shown: Float32, others: Float32 | None, hand: Hand
    ) -> tuple[Float32, Float32, Sight]:
        """The model's own scores (V, L) and agreement (V,) of usable windows, `shown`, and what heads see in them."""
        V = len(shown)
        points, mask = ready.points[ready.valid], ready.mask[ready.valid]
        turned = Normalised(points, mask, ready.scale[ready.valid], ready.valid[ready.valid])
        if hand == "left":  # heads know right hands; one run for both is cheaper than two
            turned = normalise(as_right(shown))
            points, mask = np.concatenate([points, turned.points]), np.concatenate([mask, turned.mask])
        scores, agreement, embedded = self._base.scores(points, mask)
        both = any(heads is not None and heads.two is not None for heads in (self._personal, self._refused))
        return scores[:V], agreement[:V], sight_of(turned, embedded[-V:], shown, others, hand, both)

    def _averaged(self, base: Float32, own: Float32) -> tuple[Float32, Float32]:
        """`base` with the mean of both opinions of gestures that the model was retrained on; `own` without these."""
        if not self._retrained:
            return base, own
        columns = [self._own[k] for k in self._retrained]
        mean = (base[:, columns] + own[:, self._retrained]) / 2
        rest = np.maximum(1 - base[:, columns].sum(axis=1, keepdims=True), 1e-6)
        averaged = base * np.maximum(1 - mean.sum(axis=1, keepdims=True), 0) / rest
        averaged[:, columns] = mean
        others = own.copy()
        others[:, self._retrained] = 0
        return averaged, others

    def _hold_back(self, scores: Float32, unmeant: Float32) -> None:
        """Give to nothing, in place, what of `scores` (V, L) the person said was no gesture."""
        assert self._refused is not None  # noqa: S101  asked before
        nothing = self.card.labels.index(NOTHING)
        for k, name in enumerate(self._refused.labels):
            if name in self.card.labels:
                column = self.card.labels.index(name)
                taken = scores[:, column] * unmeant[:, k]
                scores[:, column] -= taken
                scores[:, nothing] += taken

    def _combined(self, base: Float32, own: Float32) -> Float32:
        nothing = self._base.card.labels.index(NOTHING)
        if self._only:
            base = np.zeros_like(base)
            base[:, nothing] = 1.0
        share = own.sum(axis=1, keepdims=True)
        over = np.where(self._takes_over(own)[:, None], share, np.float32(0))
        idle = base[:, nothing : nothing + 1].copy()
        left = base * (1 - over)
        left[:, nothing : nothing + 1] = idle * (1 - share)
        taken = idle * share + (1 - idle) * over
        scores = np.zeros((len(base), len(self.card.labels)), np.float32)
        if self._only:
            scores[:, 0] = left[:, nothing]
        else:
            scores[:, : base.shape[1]] = left
        scores[:, self._own] += own / np.maximum(share, 1e-9) * taken
        return scores

    def _agreed(self, agreement: Float32, own: Float32) -> Float32:
        """The branches know nothing of personal gestures: where these take over, what they say doesn't matter."""
        if self._only:
            return np.ones_like(agreement)
        return np.where(self._takes_over(own), np.float32(1), agreement).astype(np.float32)

    def _takes_over(self, own: Float32) -> Bool:
        """(V,) where personal gestures take from the model's own, too."""
        share = own.sum(axis=1)
        new = own[:, self._new].sum(axis=1)
        sure: Bool = np.where(new >= share / 2, share >= TAKES_OVER, share >= SURE)
        return sure

    def _adapted(self, rule: Rule) -> Rule:
        gestures = self._personal.gestures
        if isinstance(rule, Dwelt):
            return replace(
                rule, others_ms={**rule.others_ms, **{g.name: _dwell_ms(g) for g in gestures if self._is_new(g)}}
            )
        if isinstance(rule, Upright):  # however a person holds the hand, the takes have it
            return replace(rule, except_for=rule.except_for | {g.name for g in gestures})
        if isinstance(rule, Alone):
            return replace(rule, except_for=rule.except_for | {g.name for g in gestures if g.both})
        return rule

    def _is_new(self, gesture: PersonalGesture) -> bool:
        return self._only or gesture.name not in self._base.card.labels or _is_own(gesture.name)


def personalised(classifier: Classifier, personal: Personal | None, refused: Personal | None) -> Classifier:
    """`classifier` as a person has it: with what is enrolled, and with what holds gestures back, if there is any."""
    if personal is None and refused is None:
        return classifier
    return Personalised(classifier, personal or Personal(classifier.sha256, (), None, None), refused=refused)


def _is_own(name: str) -> bool:
    """Whether a gesture isn't one of the model that ships."""
    return name not in STARTER


def _dwell_ms(gesture: PersonalGesture) -> int:
    low, high = _DWELL_MS
    return int(np.clip(DWELL_SHARE * gesture.length_ms, low, high))
