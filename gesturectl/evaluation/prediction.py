"""What a classifier says of one take, window by window and as a whole; a still picture is a take that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturectl.evaluation.closed_set import take_scores
from gesturectl.evaluation.lookahead import Lookahead
from gesturectl.evaluation.replay import replay
from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.types import HANDS, Float32, GestureEvent, Hand, Hands

_STILL_FPS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One window's prediction."""

    t_ms: int
    """When the window ends."""
    hand: Hand
    scores: Float32
    """(L,) probabilities in the order of the classifier's labels."""
    agreement: float
    """How far the branches agree."""


@dataclass(frozen=True, slots=True, eq=False)
class TakePrediction:
    """Everything a classifier says of a take."""

    labels: tuple[str, ...]
    whole: Float32
    """(L,) probabilities of what the take shows as a whole."""
    windows: tuple[Seen, ...]
    """Every window by time; none for a model that looks at whole takes only."""
    events: tuple[GestureEvent, ...]
    """What would have been recognised live, ends included; none likewise."""

    def top(self, count: int) -> list[tuple[str, float]]:
        """The `count` likeliest gestures of the whole take."""
        return top(self.labels, self.whole, count)


def predict_take(classifier: Classifier, take: Take) -> TakePrediction:
    """What `classifier` says of `take`. Raises UnusableTakeError where there is nothing it can look at."""
    labels = classifier.card.labels
    whole = take_scores(classifier, take)
    if classifier.card.input.scope == "take":
        return TakePrediction(labels, whole, (), ())
    ahead = Lookahead(classifier, take)
    foresight = ahead.everything()
    windows = [
        Seen(int(t_ms), hand, foresight.scores[slot][k], float(foresight.agreement[slot][k]))
        for slot, hand in enumerate(HANDS)
        for k, t_ms in enumerate(foresight.t_ms[slot])
    ]
    windows.sort(key=lambda seen: seen.t_ms)
    return TakePrediction(labels, whole, tuple(windows), replay(classifier, take, ahead).events)


def held_still(hands: Hands, length_ms: int) -> Take:
    """A take of `hands` that stay as they are: what a single picture can say of poses, though not of motions."""
    count = length_ms * _STILL_FPS // 1000 + 2
    t_ms = np.round(np.arange(count) * (1000 / _STILL_FPS)).astype(np.int64)
    return Take(
        t_ms,
        np.repeat(hands.image_points[None], count, axis=0),
        np.repeat(hands.world_points[None], count, axis=0),
        np.repeat(hands.present[None], count, axis=0),
        {"aspect": hands.aspect, "fps": _STILL_FPS},
    )


def top(labels: Sequence[str], scores: Float32, count: int) -> list[tuple[str, float]]:
    """The `count` likeliest labels and their scores, best first."""
    order = np.argsort(-scores, kind="stable")[:count]
    return [(labels[i], float(scores[i])) for i in order]
