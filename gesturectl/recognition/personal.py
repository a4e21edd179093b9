"""Personal gestures: a head for a person's own gestures, learnt at once from a few takes on the frozen embedding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.head import Examples, Head, LeftOut, fit, joined_odds, left_out
from gesturectl.recognition.sight import Sight, both_hands, one_hand
from gesturectl.recognition.variations import BEGINNINGS, ENDS, Track, variations
from gesturectl.types import HANDS, Bool, Float32, Hand

Float64 = NDArray[np.float64]

THRESHOLDS = (0.7, 0.65, 0.68, 0.7, 0.72, 0.73, 0.74, 0.75)
"""Score from which a gesture of 1, 2, 3 ... 8 or more takes counts.

Chosen on streams (docs/personal.md) for about one wrong event in twenty gestures; the more takes, the surer a head is.
"""
_BOTH = 0.6
"""Share of a take's windows in which both hands must be there for a take of both."""
_KINDS = 12
"""Kinds of background at most; it has no single centre."""
_PER_KIND = 20
"""Windows of background for each kind at least."""
_MOST_ROWS = 400
"""Of each gesture: those of eleven takes; from more takes each gives fewer."""
_MOST_BEGUN = 100
"""Rows of the beginnings of each gesture."""


class Rows(NamedTuple):
    """Features of windows: of one hand, and of both where both were there."""

    one: Float32
    """(N, D)"""
    two: Float32
    """(M, E)"""


@dataclass(frozen=True, slots=True, eq=False)
class Studied:
    """What a head learns of a take. It depends on the model and the take alone."""

    rows: Rows
    """Of the take and its variations."""
    begun: Rows
    """Of their beginnings, which aren't the gesture yet."""
    plain: Rows
    """Of the take as it is."""
    hand: Hand
    """Which made it, or made more of it."""
    both: bool
    """Whether it was made with both hands."""
    length_ms: int
    """From the first frame with a hand to the last."""


@dataclass(frozen=True, slots=True)
class PersonalGesture:
    """One gesture of a person's own."""

    name: str
    takes: int
    """How many it was learnt from."""
    hands: tuple[Hand, ...]
    """Which may make it."""
    both: bool
    """Whether it takes both hands."""
    length_ms: int
    """Median length of its takes."""

    @property
    def threshold(self) -> float:
        """The score from which it counts."""
        return THRESHOLDS[min(self.takes, len(THRESHOLDS)) - 1]


@dataclass(frozen=True, slots=True, eq=False)
class Doubts:
    """How takes looked to a head that was learnt without them."""

    resembling: Mapping[str, Mapping[str, float]]
    """For each gesture with several takes: the share of its windows that looked like each other thing."""
    right: Mapping[str, Mapping[int, float]]
    """For each take of such a gesture, by its number: the share of its windows that looked like the gesture."""


@dataclass(frozen=True, slots=True, eq=False)
class Personal:
    """The head of a person's gestures, for one model."""

    model_sha256: str
    """Of the model whose embedding it was learnt on; with another it means nothing."""
    gestures: tuple[PersonalGesture, ...]
    """Those of one hand, then those of both."""
    one: Head | None
    """Over the features of one hand."""
    two: Head | None
    """Over those of both hands."""
    doubts: Doubts = field(default_factory=lambda: Doubts({}, {}))
    """What came up while it was learnt; not kept in its file."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names, in the order of the probabilities."""
        return tuple(gesture.name for gesture in self.gestures)

    def probabilities(self, sight: Sight) -> Float32:
        """(M, gestures) for the windows of which `sight` tells; the rest is nothing.

        A gesture that this hand may not make has none.
        """
        found = self._probabilities(sight.one, sight.two, sight.beside)
        found[~sight.seen] = 0
        found[:, [sight.hand not in gesture.hands for gesture in self.gestures]] = 0
        return found

    def of_rows(self, plain: Rows) -> Float32:
        """(N, gestures) for the windows of a studied take, whichever hand made it."""
        paired = len(plain.two) == len(plain.one)
        return self._probabilities(plain.one, plain.two, np.full(len(plain.one), paired))

    def _probabilities(self, one: Float32, two: Float32, beside: Bool) -> Float32:
        parts: list[Float64] = [np.zeros((len(one), 0))]
        if self.one is not None:
            parts.append(self.one.log_odds(one.astype(np.float64)))
        if self.two is not None:
            odds = np.full((len(one), len(self.two.centres)), -np.inf)
            if beside.any():
                odds[beside] = self.two.log_odds(two[beside].astype(np.float64))
            parts.append(odds)
        return joined_odds(parts).astype(np.float32)


def study(classifier: Classifier, take: Track) -> Studied:
    """What a head can learn of `take`; no rows if no hand is in it for long enough."""
    seen = take.present.mean(axis=0) if len(take.t_ms) else np.zeros(2)
    hand: Hand = HANDS[0] if seen[0] > seen[1] else HANDS[1]
    if len(take.t_ms) < 2:
        nothing = Rows(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
        return Studied(nothing, nothing, nothing, hand, False, 0)
    cut = np.concatenate(list(variations(take, classifier.card.window)))  # (N, 2, T, 21, 3)
    number, place = np.divmod(np.arange(len(cut)), len(BEGINNINGS) + ENDS)
    begun = place < len(BEGINNINGS)
    plain = (number == 0) & ~begun
    slot = HANDS.index(hand)
    one, valid = one_hand(classifier, cut[:, slot], hand)
    two, beside = both_hands(one, cut[:, slot], cut[:, 1 - slot], hand)
    paired = valid & beside
    both = bool((paired & ~begun).sum() >= _BOTH * max((valid & ~begun).sum(), 1))
    more = np.zeros((0, two.shape[1]), np.float32)
    if both:  # seen from the other hand it is the same gesture
        other = HANDS[1 - slot]
        own, there = one_hand(classifier, cut[:, 1 - slot], other)
        turned, _ = both_hands(own, cut[:, 1 - slot], cut[:, slot], other)
        more = turned[there & paired & ~begun]
    rows = Rows(one[valid & ~begun], np.concatenate([two[paired & ~begun], more]))
    beginnings = Rows(one[valid & begun], two[paired & begun])
    kept = plain & (paired if both else valid)
    length_ms = int(take.t_ms[-1] - take.t_ms[0])
    return Studied(rows, beginnings, Rows(one[kept], two[kept] if both else two[:0]), hand, both, length_ms)


def learn(model_sha256: str, takes: Mapping[str, Sequence[Studied]], background: Mapping[str, Rows]) -> Personal:
    """The head of the gestures in `takes`, each of at least one take with rows, against `background` by its origin."""
    two_handed = {name: sum(take.both for take in made) * 2 > len(made) for name, made in takes.items()}
    ordered = sorted(takes, key=lambda name: (two_handed[name], name))
    ones = [name for name in ordered if not two_handed[name]]
    twos = [name for name in ordered if two_handed[name]]
    rest_one = {name: part.one for name, part in background.items()}
    rest_one |= {name: _stacked([take.rows.one for take in takes[name]]) for name in twos}
    rest_two = {name: part.two for name, part in background.items()}
    rest_two |= {name: _stacked([take.rows.two for take in takes[name]]) for name in ones}
    begun_one = {name: _stacked([take.begun.one for take in takes[name]]) for name in ones}
    begun_two = {name: _stacked([take.begun.two for take in takes[name]]) for name in twos}
    one, doubts_one = _head({name: [take.rows.one for take in takes[name]] for name in ones}, begun_one, rest_one)
    two, doubts_two = _head({name: [take.rows.two for take in takes[name]] for name in twos}, begun_two, rest_two)
    return Personal(
        model_sha256,
        tuple(_gesture(name, takes[name], two_handed[name]) for name in ordered),
        one,
        two,
        Doubts({**doubts_one.resembling, **doubts_two.resembling}, {**doubts_one.right, **doubts_two.right}),
    )


def _stacked(parts: Sequence[Float32]) -> Float32:
    full = [part for part in parts if len(part)]
    return np.concatenate(full) if full else np.zeros((0, 0), np.float32)


def _gesture(name: str, takes: Sequence[Studied], both: bool) -> PersonalGesture:
    hands = HANDS if both else tuple(hand for hand in HANDS if any(take.hand == hand for take in takes))
    return PersonalGesture(name, len(takes), hands, both, int(np.median([take.length_ms for take in takes])))


def _head(
    gestures: Mapping[str, Sequence[Float32]], begun: Mapping[str, Float32], background: Mapping[str, Float32]
) -> tuple[Head | None, Doubts]:
    """The head of the takes of each gesture, told from the beginnings of each and from what else there is."""
    if not gestures:
        return None, Doubts({}, {})
    features, group, take = [], [], []
    names = list(gestures)
    for number, takes in enumerate(gestures.values()):
        step = max(1, sum(map(len, takes)) // _MOST_ROWS)
        for k, rows in enumerate(takes):
            kept = rows[k % step :: step]
            features.append(kept)
            group.append(np.full(len(kept), number))
            take.append(np.full(len(kept), k))
    thinned = {name: rows[:: max(1, len(rows) // _MOST_BEGUN)] for name, rows in begun.items()}
    for name, rows in [*thinned.items(), *background.items()]:
        if len(rows):
            kinds = _kinds(rows) if name in background else np.zeros(len(rows), np.int64)
            features.append(rows)
            group.append(len(names) + kinds)
            take.append(np.arange(len(rows)) * 7 // 5)
            names += [name] * (int(kinds.max()) + 1)
    every = Examples(
        np.concatenate(features).astype(np.float64), np.concatenate(group), np.concatenate(take), len(gestures)
    )
    # What a take resembles is asked among whole gestures: the beginning of one looks like much.
    whole = ~np.isin(every.group, range(len(gestures), len(gestures) + sum(len(rows) > 0 for rows in thinned.values())))
    asked = Examples(every.features[whole], every.group[whole], every.take[whole], every.gestures)
    return fit(every), _doubts(left_out(asked), names, list(gestures))


def _doubts(tried: LeftOut, names: Sequence[str], gestures: Sequence[str]) -> Doubts:
    resembling: dict[str, dict[str, float]] = {}
    right: dict[str, dict[int, float]] = {}
    for number, name in enumerate(gestures):
        own = tried.truth == number
        if not own.any():
            continue
        resembling[name] = {}
        for other in np.unique(tried.seen_as[own & (tried.seen_as != number)]).tolist():
            share = float((tried.seen_as[own] == other).mean())
            resembling[name][names[other]] = resembling[name].get(names[other], 0.0) + share
        right[name] = {
            k: float((tried.seen_as[own & (tried.take == k)] == number).mean())
            for k in np.unique(tried.take[own]).tolist()
        }
    return Doubts(resembling, right)


def _kinds(rows: Float32) -> NDArray[np.int64]:
    """(N,) numbers of kinds among `rows` (N, D), by a few rounds of k-means from rows far apart."""
    count = max(1, min(_KINDS, len(rows) // _PER_KIND))
    spread = rows.std(axis=0)
    ready = (rows - rows.mean(axis=0)) / np.maximum(spread, 0.1 * float(np.median(spread)) + 1e-6)
    chosen = [0]
    nearest = np.full(len(rows), np.inf)
    for _ in range(count - 1):
        nearest = np.minimum(nearest, ((ready - ready[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(nearest.argmax()))
    centres = ready[chosen]
    kinds = np.zeros(len(rows), np.int64)
    for _ in range(8):
        apart = (ready**2).sum(axis=1)[:, None] - 2 * ready @ centres.T + (centres**2).sum(axis=1)
        kinds = apart.argmin(axis=1).astype(np.int64)
        centres = np.stack([ready[kinds == k].mean(axis=0) if (kinds == k).any() else centres[k] for k in range(count)])
    _, compact = np.unique(kinds, return_inverse=True)
    return compact.astype(np.int64)
