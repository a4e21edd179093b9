"""Windows that the classifier needn't see at once, or at all: what happens is the same, for less work.

Until `Decider.quiet_until_ms` nothing can happen whatever is seen, so frames wait. One that could matter is looked at,
and one in every beat. Where it says for sure what the last one that was looked at said, those that waited between are
taken to say that, too; else they are looked at together, before anything is decided about what came after them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.motion import Motion
from gesturectl.types import Float32, GestureEvent, Prediction

Int64 = NDArray[np.int64]

BEAT_MS = 103
"""Frames wait for less: what comes up from certain "nothing" needs 106 ms to its event, 60 · ln 2 and 65 of dwell.

At 30 frames a second every fourth is looked at while nothing is made."""
SURE = 0.97
"""Score from which two looks that agree speak for the frames between them.

At 0.97 that moved one end of 8,006 events by a frame, in a synthetic stream; 0.9 would leave out a fifth of the looks
more, and move or change thirteen (docs/performance.md).
"""

Ask = Callable[[Sequence[int]], list[Prediction | None]]
"""What the classifier says of one hand's windows that end at these times; None where too little is seen."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame with a hand, about which nothing is decided yet."""

    t_ms: int
    motion: Motion
    last_any: GestureEvent | None
    """What either hand had begun last."""


def predictions_at(ends_ms: Sequence[int], known: Prediction | None, ask: Ask) -> list[Prediction | None]:
    """What windows that end at `ends_ms` show, oldest first; `known` is what was seen before them."""
    if len(ends_ms) == 1 or known is None or known.scores.max() < SURE:
        return ask(ends_ms)
    (now,) = ask(ends_ms[-1:])
    if now is not None and now.scores.max() >= SURE and now.scores.argmax() == known.scores.argmax():
        return [*_between(known, now, ends_ms[:-1]), now]
    return [*ask(ends_ms[:-1]), now]


def certain(scores: Float32) -> Int64:
    """(N,) the place of the label that `scores` (N, L) are sure of; -1 where they are of none."""
    return np.where(scores.max(axis=1) >= SURE, scores.argmax(axis=1), -1)


def beats(t_ms: Sequence[int]) -> list[int]:
    """Places of the frames that are looked at in any case, of one visit's at `t_ms`, its first among them."""
    found: list[int] = []
    for place, now_ms in enumerate(t_ms):
        if not found or now_ms - t_ms[found[-1]] >= BEAT_MS:
            found.append(place)
    return found


def _between(before: Prediction, after: Prediction, ends_ms: Sequence[int]) -> list[Prediction]:
    """The predictions at `ends_ms` on the line from one to the other."""
    rise, agreed = after.scores - before.scores, after.agreement - before.agreement
    found = []
    for t_ms in ends_ms:
        share = (t_ms - before.t_ms) / max(after.t_ms - before.t_ms, 1)  # a clock may stand still
        scores: Float32 = before.scores + rise * np.float32(share)
        found.append(Prediction(t_ms, after.hand, after.labels, scores, before.agreement + agreed * share))
    return found
