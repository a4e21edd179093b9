"""The full retrain: the model in use, trained on with a person's own takes, and judged against what is in use now.

Two networks are trained side by side from the same start. One, the probe, does without some of the takes and of the
person's nothing, so that it can be judged on them; the other learns from everything and is the candidate. They differ
in nothing else, so what the probe shows of takes it never saw holds for the candidate.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gesturectl.errors import UsageError
from gesturectl.evaluation.enrolment import Takes, enrol
from gesturectl.evaluation.performing import Fired, fired, perform, performances
from gesturectl.evaluation.thresholds import false_activations, within_budget
from gesturectl.gestures.library import StoredTake
from gesturectl.gestures.take import Take
from gesturectl.recognition.card import Card
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import Personal
from gesturectl.recognition.personalised import Personalised
from gesturectl.recognition.variations import track
from gesturectl.recognition.vocabulary import HELD, VERTICAL
from gesturectl.training.dataset import Windows
from gesturectl.training.export import describe, export, write_card
from gesturectl.training.fit import fit
from gesturectl.training.fusion import FusedClassifier
from gesturectl.training.plan import FitConfig, FitResult, Watchers
from gesturectl.training.retrain_set import OwnTakes, own_windows, starter_windows
from gesturectl.training.standing import (
    Present,
    Side,
    Split,
    Standing,
    quiet_to_choose_by,
    quiet_to_judge_by,
    shown_to_judge_by,
)
from gesturectl.training.warm import restored, widened
from gesturectl.types import NOTHING

PER_HOUR = 8.0
"""How often a gesture may fire in an hour of synthetic work; up and down twice as often (scripts/train_starter.py)."""
LEAST = 0.6
"""The lowest threshold of a person's own gesture: two opinions make it, and their mean is rarely high by chance."""
HELD_OUT = 0.3
"""Share of each gesture's takes that the probe doesn't see, but at least one where there are two."""
_TRAIN, _VALIDATE = 41, 42
"""Seeds of the synthetic takes to train on and to calibrate with; those to judge by have others (standing.py)."""
_BY_CHANCE = 1.64
"""Standard deviations up to which a difference of counts is put down to chance (5 %, one-sided)."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work a retraining is; the usual is under three minutes on two cores."""

    episodes: int = 2000
    """Synthetic takes to train on, half of them of nothing."""
    validation: int = 250
    quiet: int = 160
    """Synthetic takes of nothing to choose thresholds with, and as many others to judge by."""
    shown: int = 160
    """Synthetic takes of the starter's gestures to judge by."""
    epochs: int = 4
    learning_rate: float = 1.5e-3
    own_weight: float = 2.0
    """How much a window of a person's own counts beside a synthetic one."""
    seed: int = 0


USUAL = Effort()


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One of the two trainings; it travels between processes."""

    model: bytes
    """The file to start from."""
    place: str
    labels: tuple[str, ...]
    own: OwnTakes
    effort: Effort


@dataclass(frozen=True, slots=True, eq=False)
class Retrained:
    """A candidate and how it compares."""

    fit: FitResult
    gestures: tuple[str, ...]
    """The person's own gestures that it knows."""
    personal: Personal
    """The instant head on the candidate, of all takes."""
    present: Side
    candidate: Side
    objection: str
    """Why it shouldn't be taken into use, in a sentence; empty if it is no worse."""

    def as_json(self) -> dict[str, Any]:
        """Before and after."""
        return {"before": self.present.as_json(), "after": self.candidate.as_json()}


@dataclass(frozen=True, slots=True, eq=False)
class OtherHalf:
    """What is needed besides the candidate, asked for in this order and once."""

    standing: Callable[[], Standing]
    """How well what is in use does."""
    probe: Callable[[], FusedClassifier]
    """The trained probe."""


Beside = Callable[[Job, Present], AbstractContextManager[OtherHalf]]
"""Does the probe's job and judges what is in use, at the same time or when it is asked for."""


def retrain(
    model: bytes,
    place: str,
    takes: Takes,
    idle: Sequence[Take],
    folder: Path,
    *,
    beside: Beside,
    either_hand: bool = False,
    thresholds: Mapping[str, float] | None = None,
    effort: Effort = USUAL,
    watch: Watchers,
) -> Retrained:
    """Train on from the content `model` of a model's file, write `folder`/model.onnx, and compare.

    `thresholds` are those that the person has tuned for what is in use. Raises GesturectlError where there is nothing
    to learn, ModelError where `model` can't be trained on.
    """
    present = Classifier.from_bytes(model, place)
    watch.line("learning your takes at once, to compare with")
    everything = replace(takes, nothing=(*takes.nothing, *idle))
    enrolled = enrol(present, everything, either_hand=either_hand).personal
    both = {gesture.name for gesture in enrolled.gestures if gesture.both}
    learnt = tuple(name for name in sorted(takes.gestures) if name not in both)
    if not learnt and not everything.nothing:
        remedy = "They are recognised as they are: gesturectl enrol has learnt them."
        raise UsageError("retrain", "all gestures take both hands, which only the instant head learns", remedy)
    labels = (*present.card.labels, *(name for name in learnt if name not in present.card.labels))
    split = split_takes(everything, effort.seed)
    jobs = [Job(model, place, labels, _own(part, learnt, either_hand), effort) for part in (everything, split.kept)]
    judged_by = Present(
        model, place, enrolled, split, either_hand, dict(thresholds or {}), effort.quiet, effort.shown
    )  # fmt: skip
    with beside(jobs[1], judged_by) as other:
        result = train(jobs[0], watch)

        watch.line("choosing thresholds")
        about = f"{present.card.name} ({present.sha256[:8]}), trained on with takes of {', '.join(learnt) or NOTHING}"
        card = describe(result.model, "personal", about, result.metrics, dict(present.card.thresholds), licence="")
        candidate = _exported(result.model, card, folder / "model.onnx", everything, either_hand)
        new = [name for name in learnt if name not in present.card.labels]
        counts, before = false_activations(candidate, quiet_to_choose_by(effort.quiet)), other.standing()
        card = replace(card, thresholds=_thresholds(counts, before.usual, new))
        write_card(folder / "model.onnx", card)
        final = Classifier.load(folder / "model.onnx")
        candidate = Personalised(final, replace(candidate.personal, model_sha256=final.sha256))

        watch.line("comparing with what is in use")
        starter = perform(candidate, shown_to_judge_by(effort.shown, present))
        quiet = fired(candidate, quiet_to_judge_by(effort.quiet))
        probe = _exported(other.probe(), card, folder / "probe.onnx", split.kept, either_hand)
    (folder / "probe.onnx").unlink()
    after = Side(perform(probe, performances(split.held)), starter, fired(probe, split.held_nothing), quiet)
    return Retrained(result, learnt, candidate.personal, before.side, after, objection(before.side, after))


def train(job: Job, watch: Watchers) -> FitResult:
    """One of the trainings. Uses one thread."""
    torch.set_num_threads(1)
    effort, start = job.effort, widened(restored(job.model, job.place), job.labels)
    spec = start.spec
    own = own_windows(job.own, job.labels, spec)
    every = Windows.joined(
        [
            starter_windows(_TRAIN + effort.seed, effort.episodes, job.labels, spec, negatives=0.5),
            replace(own, weight=np.full(len(own), effort.own_weight, np.float32)),
        ]
    )
    # A share of the person's own, so that the fusion is calibrated for these gestures, too.
    check = starter_windows(_VALIDATE + effort.seed, effort.validation, job.labels, spec, negatives=0.5)
    validation = Windows.joined([check, own.select(np.arange(0, len(own), 12))])
    config = FitConfig(
        start.names, start.channels, effort.epochs, learning_rate=effort.learning_rate, warm_up=0.11, seed=effort.seed,
        unmirrored=() if job.own.either_hand else tuple(job.own.gestures),
    )  # fmt: skip
    return fit(every, job.labels, spec, config, validation, progress=watch, start=start)


def split_takes(takes: Takes, seed: int) -> Split:
    """Keep some takes of each gesture, and of nothing, from the probe."""
    random = np.random.default_rng(seed)
    kept: dict[str, tuple[StoredTake, ...]] = {}
    held: list[StoredTake] = []
    for name, made in sorted(takes.gestures.items()):
        order = random.permutation(len(made))
        out = set(order[: max(1, round(HELD_OUT * len(made)))].tolist()) if len(made) > 1 else set()
        kept[name] = tuple(take for k, take in enumerate(made) if k not in out)
        held += [take for k, take in enumerate(made) if k in out]
    count = len(takes.nothing)
    out = set(random.permutation(count)[: round(HELD_OUT * count)].tolist())
    quiet = tuple(take for k, take in enumerate(takes.nothing) if k not in out)
    held_nothing = tuple(take for k, take in enumerate(takes.nothing) if k in out)
    return Split(Takes(kept, quiet), tuple(held), held_nothing)


def objection(before: Side, after: Side) -> str:
    """In what `after` is worse than `before`, in a sentence; empty if in nothing.

    The person's own takes and nothing are few and count as they are. Synthetic ones are many, and made anew for each
    comparison, so that only a difference that chance doesn't explain counts.
    """
    found = []
    if len(after.takes.right) < len(before.takes.right):
        found.append(
            f"of {before.takes.shown} takes it hadn't seen it recognises {len(after.takes.right)}, "
            f"and what is in use {len(before.takes.right)}"
        )
    if after.nothing.total > before.nothing.total:
        found.append(f"it fires {after.nothing.total} times where you meant nothing, instead of {before.nothing.total}")
    lost, gained = (
        len(set(a.right) - set(b.right)) for a, b in ((before.starter, after.starter), (after.starter, before.starter))
    )
    if _worse(gained, lost):
        found.append(f"of {before.starter.shown} takes of the starter's gestures it loses {lost} and gains {gained}")
    if _worse(before.quiet.total, after.quiet.total):
        found.append(f"it fires {after.quiet.total} times in synthetic work, instead of {before.quiet.total}")
    return "; ".join(found)


def _worse(before: int, after: int) -> bool:
    """Whether `after` events are more than `before`, beyond what chance does to two counts of the same rate."""
    return after - before > _BY_CHANCE * float(np.sqrt(after + before))


def _own(takes: Takes, learnt: Sequence[str], either_hand: bool) -> OwnTakes:
    gestures = {name: [track(stored.take) for stored in takes.gestures[name]] for name in learnt}
    return OwnTakes(gestures, [track(take) for take in takes.nothing], either_hand)


def _exported(model: FusedClassifier, card: Card, path: Path, takes: Takes, either_hand: bool) -> Personalised:
    """Write `model`; as it is loaded again, with the instant head of `takes` on it."""
    export(model, card, path)
    classifier = Classifier.load(path)
    return Personalised(classifier, enrol(classifier, takes, either_hand=either_hand).personal)


def _thresholds(counts: Mapping[str, Sequence[int]], usual: Fired, new: Collection[str]) -> dict[str, float]:
    """The lowest thresholds with which each gesture fires no oftener in quiet takes than it did, or than it may."""
    allowed = {
        name: max(usual.counts.get(name, 0), PER_HOUR * usual.hours * (2 if name in VERTICAL else 1)) for name in counts
    }
    chosen = within_budget({name: values for name, values in counts.items() if name in new}, allowed, LEAST)
    chosen |= within_budget({name: values for name, values in counts.items() if name not in new}, allowed, 0.7)
    return {name: max(value, 0.85) if name in HELD else value for name, value in chosen.items()}
