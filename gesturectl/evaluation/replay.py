"""Runs the run-time recogniser over recorded hands, quickly: the classifier sees a whole recording at once.

Only the classifier's inference is brought forward; following hands, deciding and all rules are the live ones.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.decide import Rejection
from gesturectl.recognition.jumps import jumps
from gesturectl.recognition.normalise import normalise
from gesturectl.recognition.personalised import Personalised
from gesturectl.recognition.recogniser import LOST_MS, Recogniser
from gesturectl.recognition.rules import RULES, Rule
from gesturectl.recognition.window import isotropic, resample
from gesturectl.types import HANDS, Bool, Float32, GestureEvent, Hand, Hands, Phase, Prediction

Int64 = NDArray[np.int64]

_BATCH = 256
"""Windows the classifier sees at once: as quick as any larger batch, and 10 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Foresight:
    """What the classifier says of both hands at every frame of a take where it says anything."""

    labels: tuple[str, ...]
    """The gestures in the order of the scores."""
    t_ms: tuple[Int64, Int64]
    """(P,) for each hand, left first: when its windows end; grows."""
    scores: tuple[Float32, Float32]
    """(P, L) the probabilities of each window."""
    agreement: tuple[Float32, Float32]
    """(P,) how far the branches agree."""

    def source(self) -> Callable[[int, Hand], Prediction | None]:
        """What to ask for the prediction at a time, for `Recogniser`."""
        places = [{int(t): k for k, t in enumerate(times)} for times in self.t_ms]

        def foreseen(t_ms: int, hand: Hand) -> Prediction | None:
            slot = HANDS.index(hand)
            k = places[slot].get(t_ms)
            if k is None:
                return None
            return Prediction(t_ms, hand, self.labels, self.scores[slot][k], float(self.agreement[slot][k]))

        return foreseen


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a take brought about."""

    events: tuple[GestureEvent, ...]
    """All events by time, the ends of held gestures included."""
    rejections: tuple[Rejection, ...]
    """The candidates that didn't fire, by time."""

    @property
    def begun(self) -> tuple[GestureEvent, ...]:
        """The events that began a gesture."""
        return tuple(event for event in self.events if event.phase is Phase.BEGIN)


def foresee(classifier: Classifier, take: Take) -> Foresight:
    """Run the classifier over every window that the recogniser would look at in `take`."""
    points = isotropic(take.image_points, take.aspect)
    usable: Bool = take.present & np.isfinite(points).all(axis=(2, 3))
    fresh = jumps(take.t_ms.tolist(), points, usable, LOST_MS)
    visits = [_visits(take.t_ms, usable[:, slot], fresh[:, slot]) for slot in range(2)]
    found = [_foresee_hand(classifier, take.t_ms, points, visits, slot) for slot in range(2)]
    (left, right) = found
    return Foresight(
        classifier.card.labels, (left[0], right[0]), (left[1], right[1]), (left[2], right[2])
    )  # fmt: skip


def replay(
    classifier: Classifier,
    take: Take,
    foresight: Foresight | None = None,
    rules: Sequence[Rule] = RULES,
    thresholds: Mapping[str, float] | None = None,
) -> Replayed:
    """What the run-time recogniser makes of `take`. `foresight` saves running the classifier again on the same take."""
    known = foresight or foresee(classifier, take)
    recogniser = Recogniser(classifier, rules, thresholds, known.source())
    events: list[GestureEvent] = []
    rejections: list[Rejection] = []
    for hands in hands_of(take):
        recogniser.rejections.clear()
        events += recogniser.update(hands)
        rejections += recogniser.rejections
    events += recogniser.release(int(take.t_ms[-1]))
    return Replayed(tuple(events), tuple(rejections))


def hands_of(take: Take) -> Iterator[Hands]:
    """The hands in each frame of `take`, as the tracker gave them."""
    score = take.present.astype(np.float32)
    aspect = take.aspect
    for k, t_ms in enumerate(take.t_ms.tolist()):
        yield Hands(t_ms, take.image_points[k], take.world_points[k], take.present[k], score[k], aspect)


def _foresee_hand(
    classifier: Classifier, t_ms: Int64, both: Float32, every: list[list[Int64]], slot: int
) -> tuple[Int64, Float32, Float32]:
    """Times, scores and agreement of the windows of the hand in `slot`. `both` (K, 2, 21, 3) are isotropic.

    `every` has the visits of either hand: one that is over doesn't reach into the other hand's windows either.
    """
    points, visits, others = both[:, slot], every[slot], every[1 - slot]
    times, scores, agreements = [np.zeros(0, np.int64)], [], []
    for visit in visits:
        for start in range(0, len(visit), _BATCH):
            ends = t_ms[visit[start : start + _BATCH]]
            oldest = np.searchsorted(t_ms[visit], ends[0] - 2 * classifier.card.window_ms)
            kept = visit[oldest : start + _BATCH]
            windows = resample(t_ms[kept], points[kept], np.ones(len(kept), bool), ends, classifier.card.window)
            ready = normalise(windows)
            if not ready.valid.any():
                continue
            if isinstance(classifier, Personalised):
                beside = _beside(t_ms, both[:, 1 - slot], others, ends, classifier)
                sure, agreed = classifier.look(windows, beside, HANDS[slot])
            else:
                sure, agreed, _ = classifier.scores(ready.points[ready.valid], ready.mask[ready.valid])
            times.append(ends[ready.valid])
            scores.append(sure)
            agreements.append(agreed)
    L = len(classifier.card.labels)
    return (
        np.concatenate(times),
        np.concatenate([np.zeros((0, L), np.float32), *scores]),
        np.concatenate([np.zeros(0, np.float32), *agreements]),
    )


def _visits(t_ms: Int64, usable: Bool, fresh: Bool) -> list[Int64]:
    """The frames of each visit of a hand. Where the recogniser loses it it forgets it: no window reaches across."""
    here = np.flatnonzero(usable)
    apart = np.diff(t_ms[here]) > LOST_MS
    return list(np.split(here, np.flatnonzero(apart | fresh[here][1:]) + 1))


def _beside(t_ms: Int64, points: Float32, visits: list[Int64], ends: Int64, classifier: Classifier) -> Float32:
    """(M, T, 21, 3) the other hand's windows that end at `ends` (M,), as the recogniser would have them."""
    spec = classifier.card.window
    beside = np.full((len(ends), spec.steps, *points.shape[1:]), np.nan, np.float32)
    for visit in visits:
        if len(visit):
            now = (ends >= t_ms[visit[0]]) & (ends <= t_ms[visit[-1]] + LOST_MS)
            beside[now] = resample(t_ms[visit], points[visit], np.ones(len(visit), bool), ends[now], spec)
    return beside
