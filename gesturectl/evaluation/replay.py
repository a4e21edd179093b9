"""Runs the run-time recogniser over recorded hands, quickly: the classifier is asked about many windows at once.

Only the classifier's inference is brought forward; following hands, deciding and all rules are the live ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gesturectl.evaluation.lookahead import Lookahead
from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.decide import Rejection
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.rules import RULES, Rule
from gesturectl.types import GestureEvent, Hands, Phase


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


def replay(
    classifier: Classifier,
    take: Take,
    ahead: Lookahead | None = None,
    rules: Sequence[Rule] = RULES,
    thresholds: Mapping[str, float] | None = None,
) -> Replayed:
    """What the run-time recogniser makes of `take`. `ahead` saves running the classifier again on the same take."""
    recogniser = Recogniser(classifier, rules, thresholds, ahead or Lookahead(classifier, take))
    events: list[GestureEvent] = []
    rejections: list[Rejection] = []
    for hands in hands_of(take):
        recogniser.rejections.clear()
        events += recogniser.update(hands)
        rejections += recogniser.rejections
    recogniser.rejections.clear()
    events += recogniser.release(int(take.t_ms[-1]))
    rejections += recogniser.rejections
    rejections.sort(key=lambda rejection: (rejection.t_ms, rejection.hand))  # one hand's may have waited for longer
    return Replayed(tuple(events), tuple(rejections))


def hands_of(take: Take) -> Iterator[Hands]:
    """The hands in each frame of `take`, as the tracker gave them."""
    score = take.present.astype(np.float32)
    aspect = take.aspect
    for k, t_ms in enumerate(take.t_ms.tolist()):
        yield Hands(t_ms, take.image_points[k], take.world_points[k], take.present[k], score[k], aspect)
