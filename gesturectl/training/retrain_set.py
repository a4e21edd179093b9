"""What a retraining learns from: a person's own takes, many times varied, among freshly made ones of the starter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.normalise import normalise
from gesturectl.recognition.variations import Track, between, mirrored, variations, windows
from gesturectl.recognition.window import WindowSpec
from gesturectl.training.dataset import LabelledTake, Windows, windows_of
from gesturectl.training.starter import synthetic_takes
from gesturectl.types import HANDS, NOTHING, Float32

VARIATIONS = 24
"""Of each take of a gesture: three times as many as the instant head's, since a network learns more from them."""
_FIRST_END = 1
"""Of a variation's windows the first ends in mid-gesture, where a network that also knows the starter can't tell."""
_STRIDE_MS = 150
_MOST_IDLE = 3000
"""Windows of a person's own nothing: seven minutes; more is thinned out."""
_WAYS = 200
"""Ways from the end of one take to the beginning of another."""
_PER_INTERVAL = 4
_OWN_GROUP = 30_000_000
"""Where the groups of a person's takes begin; below are those of the starter's sets."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnTakes:
    """What a person has recorded, as tracks."""

    gestures: Mapping[str, Sequence[Track]]
    """The takes of each gesture of one hand."""
    nothing: Sequence[Track]
    """Takes in which nothing is meant, whichever hand does it."""
    either_hand: bool = False
    """Whether each take counts for the other hand, too, in a mirror."""


def own_windows(takes: OwnTakes, labels: Sequence[str], spec: WindowSpec) -> Windows:
    """Windows of the person's gestures and of what they don't mean, without z. The same takes give the same."""
    parts: list[Windows] = []
    for name, made in takes.gestures.items():
        for number, take in enumerate(made):
            group = _OWN_GROUP + 1000 * list(labels).index(name) + number
            seen = [take, mirrored(take)] if takes.either_hand else [take]
            for one in seen:
                slot = 0 if one.present[:, 0].sum() > one.present[:, 1].sum() else 1
                shown = [varied[_FIRST_END:, slot] for varied in variations(one, spec, VARIATIONS)]
                parts.append(_labelled(np.concatenate(shown), list(labels).index(name), group))
    nothing = list(labels).index(NOTHING)
    for cut in (*_ways(takes.gestures, spec), *_idle(takes.nothing, spec)):
        parts += [_labelled(cut[:, slot], nothing, _OWN_GROUP - 1) for slot in range(len(HANDS))]
    return Windows.joined([part for part in parts if len(part)]) if any(map(len, parts)) else _none(spec)


def starter_windows(seed: int, episodes: int, labels: Sequence[str], spec: WindowSpec, negatives: float) -> Windows:
    """Windows of `episodes` synthetic takes, a share `negatives` of them of nothing, without z.

    Of gestures that aren't in `labels`, only what comes before and after is used.
    """
    r = np.random.default_rng(seed)
    takes = _known(synthetic_takes(seed, episodes, negatives), labels)
    cut = (windows_of(take, labels, spec, r, _PER_INTERVAL) for take in takes)
    return Windows.joined(replace(part, points=part.points[..., :2]) for part in cut)


def _known(takes: Iterable[LabelledTake], labels: Sequence[str]) -> Iterable[LabelledTake]:
    """`takes`, without the intervals of what isn't in `labels`."""
    for take in takes:
        kept = tuple(interval for interval in take.intervals if interval.label in labels)
        if kept:
            yield replace(take, intervals=kept)


def _ways(gestures: Mapping[str, Sequence[Track]], spec: WindowSpec) -> Iterable[Float32]:
    random = np.random.default_rng(len(gestures))
    made = [take for name in sorted(gestures) for take in gestures[name] if len(take.t_ms) > 1]
    for _ in range(_WAYS if made else 0):
        first, then = (made[int(k)] for k in random.integers(0, len(made), 2))
        yield between(random, first, then, spec)


def _idle(nothing: Sequence[Track], spec: WindowSpec) -> Iterable[Float32]:
    ends: list[NDArray[np.float64]] = [
        np.arange(take.t_ms[0] + 400, take.t_ms[-1] + 1, _STRIDE_MS) if len(take.t_ms) else np.zeros(0)
        for take in nothing
    ]
    thin = max(1, -(-sum(map(len, ends)) // _MOST_IDLE))
    for take, end in zip(nothing, ends, strict=True):
        if len(end):
            yield windows(take, spec, end[::thin])


def _labelled(cut: Float32, label: int, group: int) -> Windows:
    """Those of the windows `cut` (M, T, 21, 3) in which enough is seen."""
    ready = normalise(cut)
    kept = ready.valid
    count = int(kept.sum())
    return Windows(
        ready.points[kept][..., :2].astype(np.float16),
        ready.mask[kept],
        np.full(count, label, np.int64),
        np.full(count, group, np.int64),
    )


def _none(spec: WindowSpec) -> Windows:
    points, mask = np.zeros((0, spec.steps, 21, 2), np.float16), np.zeros((0, spec.steps), np.float32)
    return Windows(points, mask, np.zeros(0, np.int64), np.zeros(0, np.int64))
