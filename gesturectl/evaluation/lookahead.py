"""What the classifier says of a recording: asked about many windows at once, and only about those that matter."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.jumps import jumps
from gesturectl.recognition.recogniser import LOST_MS
from gesturectl.recognition.vocabulary import HELD
from gesturectl.recognition.waiting import beats, certain
from gesturectl.recognition.window import isotropic, resample
from gesturectl.types import HANDS, NOTHING, Bool, Float32, Hand, Prediction

Int64 = NDArray[np.int64]

_BATCH = 128
"""Windows the classifier sees at once: as quick as any larger batch, and 5 MB."""


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


class Lookahead:
    """The predictions that a recogniser asks for while `take` is played to it, nearly all of them known beforehand.

    Those are one in every beat, and those between that these don't speak for (see `recognition.waiting`); what else is
    asked for is looked at when it is. What was looked at once is kept.
    """

    def __init__(self, classifier: Classifier, take: Take) -> None:
        self._labels, self._t_ms = classifier.card.labels, take.t_ms
        self._hands = _both(classifier, take)
        self._places = {t_ms: k for k, t_ms in enumerate(take.t_ms.tolist())}
        self._prepared = False

    def __call__(self, t_ms: int, hand: Hand) -> Prediction | None:
        """What the window of `hand` that ends at `t_ms` shows; None where too little of it is seen."""
        if not self._prepared:
            self._prepared = True
            for each in self._hands:
                each.prepare()
        found = self._hands[HANDS.index(hand)].at(self._places[t_ms])
        return None if found is None else Prediction(t_ms, hand, self._labels, *found)

    @property
    def looks(self) -> int:
        """How many windows the classifier was asked about so far."""
        return sum(int(each.known.sum()) for each in self._hands)

    def everything(self) -> Foresight:
        """All windows, whether they matter or not."""
        for each in self._hands:
            each.look(each.frames)
        left, right = (each.frames[each.valid[each.frames]] for each in self._hands)
        one, other = self._hands
        return Foresight(
            self._labels,
            (self._t_ms[left], self._t_ms[right]),
            (one.scores[left], other.scores[right]),
            (one.agreement[left], other.agreement[right]),
        )


def foresee(classifier: Classifier, take: Take) -> Foresight:
    """Run the classifier over every window that the recogniser could look at in `take`."""
    return Lookahead(classifier, take).everything()


class _Seen:
    """One hand of a take: when it was there, and what is known of its windows."""

    def __init__(self, classifier: Classifier, t_ms: Int64, points: Float32, visits: list[Int64], hand: Hand) -> None:
        """`points` (K, 21, 3) isotropic; `visits` are the frames of each time that it was there."""
        self._classifier, self._t_ms, self._points, self._hand = classifier, t_ms, points, hand
        self._visits = visits
        self._begins = np.array([visit[0] for visit in visits], np.int64)
        self.frames = np.concatenate([np.zeros(0, np.int64), *visits])
        """(N,) those in which it is there."""
        self.beats = np.concatenate(
            [np.zeros(0, np.int64), *(visit[beats(t_ms[visit].tolist())] for visit in visits)]
        )  # fmt: skip
        self.known = np.zeros(len(t_ms), bool)
        """(K,) whether the window that ends there was looked at,"""
        self.valid = np.zeros(len(t_ms), bool)
        """(K,) whether it shows enough, and what:"""
        self.scores = np.zeros((len(t_ms), len(classifier.card.labels)), np.float32)
        """(K, L)"""
        self.agreement = np.zeros(len(t_ms), np.float32)
        """(K,)"""
        self.other: _Seen | None = None

    def prepare(self) -> None:
        """Look at all windows that are asked for, but for a few."""
        self.look(self.beats)
        # A gesture that isn't held ends as soon as it isn't seen any more, so that these are asked about anyway.
        lasting = np.array([label == NOTHING or label in HELD for label in self._classifier.card.labels])
        sure_of = certain(self.scores[self.beats])
        sure = self.valid[self.beats] & (sure_of >= 0) & lasting[sure_of]
        spoken_for = np.append((sure_of[1:] == sure_of[:-1]) & sure[1:] & sure[:-1], False)
        # When a hand isn't seen for a moment, or another one comes, nothing waits any longer.
        spoken_for &= np.append(np.diff(self.beats) == np.diff(np.searchsorted(self.frames, self.beats)), False)
        spoken_for &= np.append(np.diff(np.searchsorted(self._begins, self.beats, side="right")) == 0, False)
        beat_of = np.searchsorted(self.beats, self.frames, side="right") - 1
        self.look(self.frames[~spoken_for[beat_of]] if len(self.beats) else self.frames)

    def at(self, frame: int) -> tuple[Float32, float] | None:
        """Scores (L,) and agreement of the window that ends at `frame`, one of `frames`; None if too little is seen."""
        if not self.known[frame]:  # then those beside it are likely to be asked for, too
            near = np.searchsorted(self.beats, frame, side="right")
            first, last = self.beats[near - 1], self.beats[near] if near < len(self.beats) else frame + 1
            self.look(self.frames[np.searchsorted(self.frames, first) : np.searchsorted(self.frames, last)])
        return (self.scores[frame], float(self.agreement[frame])) if self.valid[frame] else None

    def look(self, frames: Int64) -> None:
        """Ask about the windows that end at `frames` (M,), which grow, as far as they aren't known."""
        wanted = frames[~self.known[frames]]
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            others = None
            if self._classifier.heeds_other_hand and self.other is not None:
                others = self.other.windows(part)
            seen = self._classifier.look(self.windows(part), others, self._hand)
            there = part[seen.valid]
            self.known[part], self.valid[there] = True, True
            self.scores[there], self.agreement[there] = seen.scores, seen.agreement

    def windows(self, frames: Int64) -> Float32:
        """(M, T, 21, 3) the windows that end at `frames` (M,), which grow; NaN where the hand isn't or is forgotten."""
        spec = self._classifier.card.window
        ends_ms = self._t_ms[frames]
        found = np.full((len(frames), spec.steps, *self._points.shape[1:]), np.nan, np.float32)
        number = np.searchsorted(self._begins, frames, side="right") - 1
        edges = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(frames)]
        for a, b in pairwise(edges):
            visit = self._visits[number[a]] if number[a] >= 0 else self.frames[:0]
            first = np.searchsorted(self._t_ms[visit], ends_ms[a] - 2 * spec.window_ms)
            kept = visit[first : np.searchsorted(visit, frames[b - 1], side="right")]
            if len(kept):
                there = ends_ms[a:b] <= self._t_ms[kept[-1]] + LOST_MS
                seen = np.ones(len(kept), bool)
                found[a:b][there] = resample(self._t_ms[kept], self._points[kept], seen, ends_ms[a:b][there], spec)
        return found


def _both(classifier: Classifier, take: Take) -> tuple[_Seen, _Seen]:
    points = isotropic(take.image_points, take.aspect)
    usable: Bool = take.present & np.isfinite(points).all(axis=(2, 3))
    fresh = jumps(take.t_ms.tolist(), points, usable, LOST_MS)
    left, right = (
        _Seen(classifier, take.t_ms, points[:, slot], _visits(take.t_ms, usable[:, slot], fresh[:, slot]), hand)
        for slot, hand in enumerate(HANDS)
    )
    left.other, right.other = right, left
    return left, right


def _visits(t_ms: Int64, usable: Bool, fresh: Bool) -> list[Int64]:
    """The frames of each visit of a hand. Where the recogniser loses it it forgets it: no window reaches across."""
    here = np.flatnonzero(usable)
    if len(here) == 0:
        return []
    apart = np.diff(t_ms[here]) > LOST_MS
    return list(np.split(here, np.flatnonzero(apart | fresh[here][1:]) + 1))
