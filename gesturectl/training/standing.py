"""How well what is in use does at what a retrained model is to be judged by, which takes no training to tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesturectl.evaluation.enrolment import Takes, enrol
from gesturectl.evaluation.performing import Fired, Performance, Performed, fired, perform, performances
from gesturectl.gestures.library import StoredTake
from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import Personal
from gesturectl.recognition.personalised import Personalised
from gesturectl.training.starter_streams import synthetic_performances, synthetic_quiet

_QUIET, _JUDGE = 43, 44
"""Seeds of the synthetic takes to choose thresholds with, and to judge by."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What one recogniser made of everything it was judged by."""

    takes: Performed
    """The person's takes that were kept from it."""
    starter: Performed
    """Synthetic takes of the starter's gestures."""
    nothing: Fired
    """What the person said was nothing, and was kept from it."""
    quiet: Fired
    """Synthetic takes of nothing."""

    def as_json(self) -> dict[str, Any]:
        """All counts."""
        return {
            "held_out_takes": self.takes.as_json(),
            "starter_gestures": self.starter.as_json(),
            "your_nothing": self.nothing.as_json(),
            "synthetic_nothing": self.quiet.as_json(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """A person's takes, some kept from what is judged by them."""

    kept: Takes
    held: tuple[StoredTake, ...]
    held_nothing: tuple[Take, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """What is in use, and what to judge it by; it travels between processes."""

    model: bytes
    """The model's file."""
    place: str
    personal: Personal
    """The instant head of all takes."""
    split: Split
    either_hand: bool
    thresholds: Mapping[str, float]
    """As the person has tuned them."""
    quiet: int
    """How many synthetic takes of nothing."""
    shown: int
    """How many of the starter's gestures."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How well it does."""

    usual: Fired
    """What fires where thresholds are chosen, all takes known and none tuned."""
    side: Side
    """Without the takes that were kept from it."""


def standing(present: Present) -> Standing:
    """Judge what is in use."""
    classifier = Classifier.from_bytes(present.model, present.place)
    usual = fired(Personalised(classifier, present.personal), quiet_to_choose_by(present.quiet))
    head = enrol(classifier, present.split.kept, either_hand=present.either_hand).personal
    now, tuned = Personalised(classifier, head), present.thresholds
    shown = shown_to_judge_by(present.shown, classifier)
    side = Side(
        perform(now, performances(present.split.held), tuned), perform(now, shown, tuned),
        fired(now, present.split.held_nothing, tuned), fired(now, quiet_to_judge_by(present.quiet), tuned),
    )  # fmt: skip
    return Standing(usual, side)


def quiet_to_choose_by(count: int) -> list[Take]:
    """Synthetic takes of nothing to choose thresholds with."""
    return synthetic_quiet(_QUIET, count)


def quiet_to_judge_by(count: int) -> list[Take]:
    """Others to judge by."""
    return synthetic_quiet(_JUDGE, count)


def shown_to_judge_by(count: int, classifier: Classifier) -> list[Performance]:
    """Synthetic takes of the gestures of `classifier` to judge by."""
    return synthetic_performances(_JUDGE, count, classifier.card.labels)
