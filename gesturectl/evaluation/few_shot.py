"""Few takes: enrol some of each gesture, at random and again, and see what the rest are taken for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.errors import GesturectlError
from gesturectl.gestures.library import StoredTake
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import Personal, Rows, Studied, learn, study
from gesturectl.recognition.variations import track
from gesturectl.types import NOTHING

Int64 = NDArray[np.int64]

_LEAST = 1e-4
"""Added to probabilities before their logarithm: no single window rules a gesture out."""
_HALF = 0.5
"""A take whose windows are less of their likeliest gesture, in the mean, shows nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class FewShot:
    """What heads of few takes made of the other takes."""

    shots: int
    labels: tuple[str, ...]
    accuracies: tuple[float, ...]
    """Of each repeat."""
    confusion: Int64
    """(L, L) of all repeats: true gestures down, seen ones across."""
    subjects: dict[str, float]
    """Accuracy for the takes of each person, where that is known."""
    unusable: int
    """Takes without a hand for long enough."""

    @property
    def per_class(self) -> dict[str, float]:
        """The share of each gesture's takes that was right."""
        total = np.maximum(self.confusion.sum(axis=1), 1)
        return {label: float(self.confusion[k, k] / total[k]) for k, label in enumerate(self.labels)}

    def as_json(self) -> dict[str, Any]:
        """The figures by the names they have for other programs."""
        classes = self.per_class
        worst = min(classes, key=lambda label: classes[label])
        person = min(self.subjects, key=lambda name: self.subjects[name], default=None)
        return {
            "shots": self.shots,
            "repeats": len(self.accuracies),
            "accuracy_mean": round(float(np.mean(self.accuracies)), 5),
            "accuracy_std": round(float(np.std(self.accuracies)), 5),
            "accuracy_worst_repeat": round(min(self.accuracies), 5),
            "labels": list(self.labels),
            "confusion": self.confusion.tolist(),
            "per_class": {label: round(share, 5) for label, share in classes.items()},
            "worst_class": {"gesture": worst, "accuracy": round(classes[worst], 5)},
            "worst_person": None
            if person is None
            else {"subject": person, "accuracy": round(self.subjects[person], 5)},
            "unusable": self.unusable,
        }


def few_shot(
    classifier: Classifier,
    takes: Iterable[StoredTake],
    shots: int,
    repeats: int,
    seed: int = 0,
    progress: Callable[[str], None] = lambda text: None,
) -> FewShot:
    """Enrol `shots` takes of each gesture at random, test on the rest, `repeats` times.

    Takes of "nothing" are enrolled as background, and others of it have to be seen as none of the gestures. Raises
    GesturectlError if fewer than two gestures have more than `shots` takes.
    """
    studied: dict[str, list[tuple[str, Studied]]] = {}
    unusable = 0
    for stored in takes:
        seen = study(classifier, track(stored.take))
        if len(seen.plain.one):
            studied.setdefault(stored.gesture, []).append((stored.take.subject, seen))
        else:
            unusable += 1
    enough = {name: made for name, made in sorted(studied.items()) if len(made) > shots}
    if len(enough.keys() - {NOTHING}) < 2:
        fact = f"fewer than two gestures have more than {shots} takes with a hand"
        raise GesturectlError("--shots", fact, "Give a smaller number, or a library with more takes")
    labels = tuple(enough)
    random = np.random.default_rng(seed)
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    accuracies: list[float] = []
    people: dict[str, list[bool]] = {}
    for number in range(repeats):
        order = {name: random.permutation(len(made)) for name, made in enough.items()}
        enrolled = {name: [enough[name][k][1] for k in order[name][:shots]] for name in labels}
        idle = _joined([take.rows for take in enrolled.pop(NOTHING, [])])
        personal = learn(classifier.sha256, enrolled, {NOTHING: idle})
        right: list[bool] = []
        for truth, name in enumerate(labels):
            for k in order[name][shots:]:
                subject, take = enough[name][k]
                guess = labels.index(_seen_as(personal, take.plain, NOTHING in labels))
                confusion[truth, guess] += 1
                right.append(guess == truth)
                if subject:
                    people.setdefault(subject, []).append(guess == truth)
        accuracies.append(float(np.mean(right)))
        progress(f"repeat {number + 1} of {repeats}: {100 * accuracies[-1]:.1f} %")
    by_person = {name: float(np.mean(values)) for name, values in people.items()}
    return FewShot(shots, labels, tuple(accuracies), confusion, by_person, unusable)


def _seen_as(personal: Personal, plain: Rows, with_nothing: bool) -> str:
    """The gesture that a take's windows show together."""
    shares = personal.of_rows(plain)
    evidence = np.log(shares + _LEAST).mean(axis=0)
    best = int(evidence.argmax())
    return NOTHING if with_nothing and shares[:, best].mean() < _HALF else personal.labels[best]


def _joined(parts: Sequence[Rows]) -> Rows:
    """Background of one origin."""
    ones = [part.one for part in parts if len(part.one)]
    twos = [part.two for part in parts if len(part.two)]
    empty = np.zeros((0, 0), np.float32)
    return Rows(np.concatenate(ones) if ones else empty, np.concatenate(twos) if twos else empty)
