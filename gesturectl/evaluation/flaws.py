"""What is wrong with a single take, whatever gesture it is of."""

from typing import NamedTuple

import numpy as np

from gesturectl.gestures.take import Take
from gesturectl.recognition.variations import Track
from gesturectl.types import HANDS, Hand

SHORTEST_MS, LONGEST_MS = 200, 6000
"""Of a take; what lasts longer than a window twice over is learnt only in part."""
_LOST = 0.2
"""Share of a take's frames in which its hand may be missing."""
_OUTSIDE = 0.1
"""Share of a hand's joints out of the picture, over a take."""


class Flaw(NamedTuple):
    """Something that makes a take worse than it could be."""

    kind: str
    """"lost", "short", "long" or "outside"."""
    text: str


def flaws(take: Take, whole: Track, hand: Hand, length_ms: int) -> list[Flaw]:
    """What is wrong with `take`, made mainly by `hand` and so long; `whole` is what of it shows a hand."""
    found = []
    slot = HANDS.index(hand)
    lost = 1 - float(whole.present[:, slot].mean())
    if lost > _LOST:
        found.append(Flaw("lost", f"the hand is lost in {lost:.0%} of it; record it again"))
    if length_ms < SHORTEST_MS:
        found.append(Flaw("short", f"it lasts only {length_ms} ms"))
    elif length_ms > LONGEST_MS:
        text = f"it lasts {length_ms / 1000:.1f} s; only gestures of up to two seconds are learnt whole"
        found.append(Flaw("long", text))
    xy = whole.points[whole.present[:, slot], slot, :, :2]
    outside = float(((xy < 0) | (xy > np.array([take.aspect, 1.0]))).any(axis=-1).mean()) if len(xy) else 0.0
    if outside > _OUTSIDE:
        found.append(Flaw("outside", f"{outside:.0%} of the hand is out of the picture"))
    return found
