"""Choosing each gesture's threshold: the lowest that keeps false activations within a budget on streams of nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence

from gesturectl.evaluation.lookahead import Lookahead
from gesturectl.evaluation.replay import replay
from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.types import NOTHING

STEPS = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.88, 0.91, 0.94)
"""The thresholds that are tried; the smoothed scores of a model trained with label smoothing end at about 0.96."""


def false_activations(classifier: Classifier, takes: Sequence[Take]) -> dict[str, tuple[int, ...]]:
    """How often each gesture fires in `takes`, in which nobody makes one, at each of STEPS for all gestures."""
    seen = [Lookahead(classifier, take) for take in takes]
    gestures = [label for label in classifier.card.labels if label != NOTHING]
    counts: dict[str, list[int]] = {gesture: [] for gesture in gestures}
    for step in STEPS:
        fired: Counter[str] = Counter()
        for take, known in zip(takes, seen, strict=True):
            begun = replay(classifier, take, known, thresholds=dict.fromkeys(gestures, step)).begun
            fired.update(event.gesture for event in begun)
        for gesture in gestures:
            counts[gesture].append(fired[gesture])
    return {gesture: tuple(values) for gesture, values in counts.items()}


def within_budget(
    counts: Mapping[str, Sequence[int]], allowed: Mapping[str, float], least: float = STEPS[0]
) -> dict[str, float]:
    """The lowest of STEPS, but not below `least`, from which on each gesture fires as often as `allowed`.

    A gesture and its mirror image share their budget: a model trained on both knows them equally well.
    """
    chosen = {}
    for gesture, own in counts.items():
        values = [(a + b) / 2 for a, b in zip(own, counts.get(mirrored_label(gesture), own), strict=True)]
        fitting = [step for k, step in enumerate(STEPS) if step >= least and max(values[k:]) <= allowed[gesture]]
        chosen[gesture] = fitting[0] if fitting else STEPS[-1]
    return chosen
