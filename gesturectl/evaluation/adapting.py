"""Show me yours: what a person's own takes of the starter's gestures gain, told by takes that were left out.

Such takes are enrolled like any others (`enrolment`), and add to what the model says of the gesture. This tells whether
that helps: the takes of each gesture are split, half of them are learnt, the other half performed, and the other way
round, with the model alone and with what was learnt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gesturectl.evaluation.enrolment import Takes, enrol
from gesturectl.evaluation.performing import Fired, Performed, fired, perform, performances
from gesturectl.gestures.library import StoredTake
from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personalised import Personalised
from gesturectl.recognition.vocabulary import STARTER


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """What the model alone and the adapted one make of the same."""

    takes: tuple[Performed, Performed]
    """Of takes that were left out, alone and adapted."""
    quiet: tuple[Fired, Fired]
    """Where nothing is meant."""
    single: tuple[str, ...]
    """Gestures with one take, of which nothing can be told."""

    def per_gesture(self) -> dict[str, tuple[int, int, int]]:
        """For each gesture: takes, recognised alone, recognised adapted."""
        alone, adapted = self.takes
        rows: dict[str, tuple[int, int, int]] = {}
        for name in alone.names:
            gesture = name.split("/", 1)[0]
            shown, before, after = rows.get(gesture, (0, 0, 0))
            rows[gesture] = (shown + 1, before + (name in alone.right), after + (name in adapted.right))
        return rows

    def as_json(self) -> dict[str, Any]:
        """All counts."""
        return {
            "before": {"left_out_takes": self.takes[0].as_json(), "nothing": self.quiet[0].as_json()},
            "after": {"left_out_takes": self.takes[1].as_json(), "nothing": self.quiet[1].as_json()},
            "per_gesture": {
                gesture: {"takes": shown, "before": before, "after": after}
                for gesture, (shown, before, after) in sorted(self.per_gesture().items())
            },
            "single": list(self.single),
        }


def starter_takes(takes: Takes) -> dict[str, tuple[StoredTake, ...]]:
    """Those of `takes` that show one of the starter's gestures."""
    return {name: made for name, made in takes.gestures.items() if name in STARTER}


def gain(classifier: Classifier, takes: Takes, idle: Sequence[Take], quiet: Sequence[Take]) -> Gain:
    """What the takes of the starter's gestures in `takes` gain; `quiet` is where nothing is meant, and isn't learnt.

    Raises GesturectlError where a take to learn from shows no hand.
    """
    own = starter_takes(takes)
    halves = [_half(own, number) for number in range(2)]
    alone, adapted = [], []
    for learnt, shown in (halves, halves[::-1]):
        made = performances(one for several in shown.values() for one in several)
        if not made or not any(learnt.values()):
            continue
        others = {name: several for name, several in takes.gestures.items() if name not in own}
        kept = {name: several for name, several in {**others, **learnt}.items() if several}
        head = enrol(classifier, Takes(kept, takes.nothing), idle).personal
        alone.append(perform(classifier, made))
        adapted.append(perform(Personalised(classifier, head), made))
    whole = enrol(classifier, takes, idle).personal
    return Gain(
        (_joined(alone), _joined(adapted)),
        (fired(classifier, quiet), fired(Personalised(classifier, whole), quiet)),
        tuple(sorted(name for name, made in own.items() if len(made) < 2)),
    )


def _half(takes: Mapping[str, Sequence[StoredTake]], number: int) -> dict[str, tuple[StoredTake, ...]]:
    """Every other take of each gesture that has at least two."""
    return {name: tuple(made[number::2]) for name, made in takes.items() if len(made) > 1}


def _joined(parts: Sequence[Performed]) -> Performed:
    wrong: dict[str, str] = {}
    for part in parts:
        wrong.update(part.wrong)
    return Performed(
        tuple(name for part in parts for name in part.right), wrong, sum(part.shown for part in parts),
        tuple(name for part in parts for name in part.names),
    )  # fmt: skip
