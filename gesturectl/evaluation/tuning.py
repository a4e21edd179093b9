"""Thresholds for one person: as low as their own takes ask for, as high as what they mean by nothing needs.

For each gesture, among the thresholds that keep what fires where nothing is meant within the budget, the one with which
most of the person's takes are recognised; of equals, the one nearest to the one in use. Synthetic hands at work are the
floor: a person's own quiet is short, and a threshold that it allows may still be too lax.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gesturectl.evaluation.lookahead import Lookahead
from gesturectl.evaluation.performing import Fired, Performance, Performed, fired, perform
from gesturectl.gestures.take import Take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.tuned import thresholds_of
from gesturectl.types import NOTHING

STEPS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.88, 0.91, 0.94, 0.97)
"""The thresholds that are tried, and the one in use."""
HOURS_A_DAY = 8.0
"""How long a day before the camera is."""
SYNTHETIC_PER_HOUR = 8.0
"""How often one gesture may fire in an hour of synthetic work with a budget of one a day.

It is what the thresholds of the model that ships were chosen by: synthetic work is far busier than anybody's day, so
that the two can't be compared but by that. Other budgets scale it."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What thresholds are chosen by."""

    shown: Sequence[Performance]
    """The person's takes, performed."""
    quiet: Sequence[Take]
    """What the person means by nothing: takes, soaks."""
    synthetic: Sequence[Take]
    """Synthetic hands at work."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What some thresholds give."""

    thresholds: Mapping[str, float]
    shown: Performed
    quiet: Fired
    synthetic: Fired

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "thresholds": {name: round(value, 3) for name, value in sorted(self.thresholds.items())},
            "your_takes": self.shown.as_json(),
            "your_nothing": self.quiet.as_json(),
            "synthetic_nothing": self.synthetic.as_json(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """Before and after."""

    before: Outcome
    after: Outcome
    changed: Mapping[str, float]
    """The thresholds that differ from the model's own."""
    tried: tuple[Outcome, ...] = ()
    """With all thresholds at each of STEPS."""


def tune(
    classifier: Classifier,
    evidence: Evidence,
    per_day: float,
    used: Mapping[str, float],
    progress: Callable[[str], None] = lambda text: None,
) -> Tuning:
    """Choose thresholds that allow `per_day` false activations; `used` are those that were tuned before."""
    progress("looking at your takes, your nothing and synthetic work")
    known = _Known(classifier, evidence)
    gestures = [label for label in classifier.card.labels if label != NOTHING]
    now = {name: value for name, value in thresholds_of(classifier.card, used).items() if name != NOTHING}
    before = known.outcome(now)
    tried: dict[float, Outcome] = {}
    for step in STEPS:
        progress(f"trying {step:g}")
        tried[step] = known.outcome(dict.fromkeys(gestures, step))
    own = per_day / HOURS_A_DAY * before.quiet.hours
    floor = SYNTHETIC_PER_HOUR * per_day * before.synthetic.hours
    chosen = {name: _chosen(name, now[name], before, tried, own, floor) for name in gestures}
    after = known.outcome(chosen)
    if len(after.shown.right) <= len(before.shown.right) and after.quiet.total >= before.quiet.total:
        chosen, after = now, before  # each was chosen with all others alike; together they gain nothing
    changed = {name: value for name, value in chosen.items() if abs(value - classifier.card.threshold(name)) > 1e-6}
    return Tuning(before, after, changed, tuple(tried.values()))


def operating_points(done: Tuning) -> tuple[list[tuple[float, float]], int]:
    """False activations in an hour of synthetic work and share of takes recognised, strict to lax; where it is now."""
    every = [*reversed(done.tried), done.after]
    every.sort(key=lambda outcome: outcome.synthetic.total)
    hours, takes = max(done.after.synthetic.hours, 1e-9), max(done.after.shown.shown, 1)
    points = [(outcome.synthetic.total / hours, len(outcome.shown.right) / takes) for outcome in every]
    return points, every.index(done.after)


def _chosen(
    gesture: str, now: float, before: Outcome, tried: Mapping[float, Outcome], own: float, floor: float
) -> float:
    """The threshold of one gesture; `own` and `floor` are how often it may fire in the quiet and in synthetic work."""
    takes = [name for name in before.shown.names if _gesture(name) == gesture]
    quiet = before.quiet.counts.get(gesture, 0) <= own
    # What is in use has its own reasons: a gesture that already fires oftener in synthetic work isn't made deaf for it.
    most = max(floor, before.synthetic.counts.get(gesture, 0))
    if quiet and not takes:
        return now
    fitting = [
        step
        for step, outcome in tried.items()
        if (takes or step >= now)
        and outcome.quiet.counts.get(gesture, 0) <= own
        and outcome.synthetic.counts.get(gesture, 0) <= most
    ]
    if not fitting:
        return now if quiet else max(now, STEPS[-1])

    def right(outcome: Outcome) -> int:
        return sum(_gesture(name) == gesture for name in outcome.shown.right)

    best = max(fitting, key=lambda step: (right(tried[step]), -abs(step - now)))
    return now if quiet and right(before) >= right(tried[best]) else best


class _Known:
    """The evidence with what the classifier says of it, which no threshold changes."""

    def __init__(self, classifier: Classifier, evidence: Evidence) -> None:
        self._classifier, self._evidence = classifier, evidence
        self._shown = [Lookahead(classifier, made.stream) for made in evidence.shown]
        self._quiet = [Lookahead(classifier, take) for take in evidence.quiet]
        self._synthetic = [Lookahead(classifier, take) for take in evidence.synthetic]

    def outcome(self, thresholds: Mapping[str, float]) -> Outcome:
        given, classifier = self._evidence, self._classifier
        return Outcome(
            thresholds,
            perform(classifier, given.shown, thresholds, self._shown),
            fired(classifier, given.quiet, thresholds, self._quiet),
            fired(classifier, given.synthetic, thresholds, self._synthetic),
        )


def _gesture(name: str) -> str:
    return name.split("/", 1)[0]
