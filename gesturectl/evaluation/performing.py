"""Takes performed again for the run-time recogniser: with a hand that is there before and stays after, as in life.

A take begins and ends with its gesture; the recogniser wants to have seen the hand before, and events come after.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gesturectl.evaluation.lookahead import Lookahead
from gesturectl.evaluation.poisson import upper_bound
from gesturectl.evaluation.replay import replay
from gesturectl.evaluation.streaming import watched_s
from gesturectl.gestures.library import StoredTake
from gesturectl.gestures.take import Take, absent
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.variations import Track, held, track
from gesturectl.types import Float32


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """One gesture made once."""

    gesture: str
    name: str
    """Which take it was."""
    stream: Take


@dataclass(frozen=True, slots=True)
class Performed:
    """What a recogniser made of performances."""

    right: tuple[str, ...]
    """Names of those at which their gesture fired, and nothing else did before it."""
    wrong: Mapping[str, str]
    """What fired first at others, by name; names at which nothing fired are in neither."""
    shown: int
    """How many there were."""
    names: tuple[str, ...] = ()
    """All of them, as gesture/take."""

    def as_json(self) -> dict[str, int]:
        """The counts."""
        missed = self.shown - len(self.right) - len(self.wrong)
        return {"takes": self.shown, "right": len(self.right), "wrong": len(self.wrong), "missed": missed}


@dataclass(frozen=True, slots=True)
class Fired:
    """What fired where nobody meant anything."""

    counts: Mapping[str, int]
    """By gesture; those that never fired are left out."""
    hours: float

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """The figures by the names that `evaluate` gives them."""
        bound = upper_bound(self.total, self.hours)
        return {
            "hours": round(self.hours, 5),
            "false_activations": self.total,
            "false_activations_per_hour": round(self.total / self.hours, 3) if self.hours else None,
            "false_activations_per_hour_upper95": round(bound, 3) if np.isfinite(bound) else None,
            "per_gesture": dict(sorted(self.counts.items())),
        }


def performance(stored: StoredTake) -> Performance | None:
    """`stored` as a performance; None if it shows no hand."""
    seen = track(stored.take)
    if len(seen.t_ms) < 2:
        return None
    random = np.random.default_rng(zlib.crc32(np.nan_to_num(seen.points).tobytes()))
    return Performance(stored.gesture, f"{stored.gesture}/{stored.name}", as_take(held(random, seen, before=True)))


def performances(takes: Iterable[StoredTake]) -> list[Performance]:
    """Those of `takes` that show a hand."""
    return [made for made in map(performance, takes) if made is not None]


def as_take(seen: Track) -> Take:
    """`seen` as a take of a square picture, its clock from 0."""
    t_ms = np.round(seen.t_ms - seen.t_ms[0]).astype(np.int64)
    once = np.concatenate([[True], np.diff(t_ms) > 0])
    present = seen.present[once]
    points: Float32 = np.where(present[..., None, None], seen.points[once], np.float32(np.nan))
    return Take(t_ms[once], points, absent(int(once.sum())), present, {"aspect": 1.0})


def perform(
    classifier: Classifier,
    shown: Sequence[Performance],
    thresholds: Mapping[str, float] | None = None,
    foreseen: Sequence[Lookahead] | None = None,
) -> Performed:
    """What the recogniser makes of each of `shown`; `foreseen` saves looking again with other thresholds."""
    known = [Lookahead(classifier, made.stream) for made in shown] if foreseen is None else foreseen
    right: list[str] = []
    wrong: dict[str, str] = {}
    for made, ahead in zip(shown, known, strict=True):
        begun = replay(classifier, made.stream, ahead, thresholds=thresholds).begun
        if begun and begun[0].gesture == made.gesture:
            right.append(made.name)
        elif begun:
            wrong[made.name] = begun[0].gesture
    return Performed(tuple(right), wrong, len(shown), tuple(made.name for made in shown))


def fired(
    classifier: Classifier,
    streams: Sequence[Take],
    thresholds: Mapping[str, float] | None = None,
    foreseen: Sequence[Lookahead] | None = None,
) -> Fired:
    """What fires in `streams`, in which nobody means anything."""
    known = [Lookahead(classifier, stream) for stream in streams] if foreseen is None else foreseen
    counts: Counter[str] = Counter()
    for stream, ahead in zip(streams, known, strict=True):
        counts.update(event.gesture for event in replay(classifier, stream, ahead, thresholds=thresholds).begun)
    return Fired(dict(counts), sum(watched_s(stream.t_ms) for stream in streams) / 3600)
