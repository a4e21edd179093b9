"""From takes to labelled windows: what a classifier is trained and calibrated on. NumPy only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.normalise import normalise
from gesturectl.recognition.window import WindowSpec, resample
from gesturectl.types import NOTHING, Bool, Float32

Int64 = NDArray[np.int64]
Float16 = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of a take: windows that end in it show `label`. What no interval covers is left out of training."""

    label: str
    """A gesture or "nothing"."""
    start_ms: float
    """When it begins, on the take's clock."""
    end_ms: float
    """When it ends."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledTake:
    """One hand over some seconds, and what its windows mean."""

    t_ms: Int64
    """(K,) when each sample was captured; never decreases."""
    points: Float32
    """(K, 21, 3) isotropic points; anything where the hand is absent."""
    present: Bool
    """(K,) whether the hand was seen."""
    intervals: tuple[Interval, ...]
    """What the windows that end there show."""
    group: int
    """Takes with the same group (a person, a generator's episode) never part between training and validation."""
    weight: float = 1.0
    """How much each of its windows counts."""
    aspect: float = 1.0
    """Width of the picture in heights; how far a hand is inside it can be told only where this is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Normalised windows with their labels."""

    points: Float16
    """(N, T, 21, C) as `normalise` gives them; C is 3, or 2 where z was dropped to save memory."""
    mask: Float32
    """(N, T) one where the hand is present."""
    label: Int64
    """(N,) index into the labels of the classifier to be trained."""
    group: Int64
    """(N,) windows of one group (a person, a batch of episodes) never part between training and validation."""
    weight: Float32 | None = None
    """(N,) how much each window counts; None where all count alike."""

    def __len__(self) -> int:
        return len(self.label)

    @property
    def weights(self) -> Float32:
        """(N,) how much each window counts."""
        return np.ones(len(self), np.float32) if self.weight is None else self.weight

    def select(self, rows: NDArray[Any]) -> "Windows":
        """The windows at `rows` (indices or a mask)."""
        weight = None if self.weight is None else self.weight[rows]
        return Windows(self.points[rows], self.mask[rows], self.label[rows], self.group[rows], weight)

    @staticmethod
    def joined(parts: Iterable["Windows"]) -> "Windows":
        """All windows of `parts`, in order."""
        every = list(parts)
        alike = all(part.weight is None for part in every)
        return Windows(
            np.concatenate([part.points for part in every]),
            np.concatenate([part.mask for part in every]),
            np.concatenate([part.label for part in every]),
            np.concatenate([part.group for part in every]),
            None if alike else np.concatenate([part.weights for part in every]),
        )


def gesture_intervals(gesture: str, start_ms: float, end_ms: float) -> tuple[Interval, ...]:
    """What windows show around one stroke from `start_ms` to `end_ms`, with nothing before and after it.

    The gesture counts from 80 % of its stroke until 250 ms after it; nothing, before 35 % and from 500 ms after.
    In between, people themselves wouldn't agree, so nothing is learnt from there.
    """
    length = end_ms - start_ms
    return (
        Interval(NOTHING, -np.inf, start_ms + 0.35 * length),
        Interval(gesture, start_ms + 0.8 * length, end_ms + 250),
        Interval(NOTHING, end_ms + 500, np.inf),
    )


def windows_of(
    take: LabelledTake, labels: Sequence[str], spec: WindowSpec, random: np.random.Generator, per_interval: int = 4
) -> Windows:
    """Up to `per_interval` valid windows of each interval of `take`, their ends drawn from its own frames.

    Windows end on frames because run time predicts on frames.
    """
    ends: list[Int64] = [np.zeros(0, np.int64)]
    label: list[int] = []
    for interval in take.intervals:
        frames = take.t_ms[(take.t_ms >= interval.start_ms) & (take.t_ms <= interval.end_ms)]
        chosen = random.permutation(frames)[:per_interval]
        ends.append(chosen)
        label += [labels.index(interval.label)] * len(chosen)
    cut = normalise(resample(take.t_ms, take.points, take.present, np.concatenate(ends), spec))
    kept = cut.valid
    count = int(kept.sum())
    return Windows(
        cut.points[kept].astype(np.float16),
        cut.mask[kept],
        np.array(label, np.int64)[kept],
        np.full(count, take.group, np.int64),
        np.full(count, take.weight, np.float32),
    )


def split(windows: Windows, share: float, seed: int = 0) -> tuple[Windows, Windows]:
    """Training and validation, which gets `share` of the groups, at least one and never all."""
    groups = np.random.default_rng(seed).permutation(np.unique(windows.group))
    if len(groups) < 2:
        raise ValueError("windows of a single group can't be split")
    held = groups[: min(max(1, round(share * len(groups))), len(groups) - 1)]
    out = np.isin(windows.group, held)
    return windows.select(~out), windows.select(out)
