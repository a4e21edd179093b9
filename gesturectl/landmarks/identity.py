"""Decides which of the user's hands each followed hand is, once, and keeps to it.

The model's word on left and right is wrong on single frames (a fist, a hand seen from its edge), so each followed hand
gathers votes; a hand stays what it is until its votes say the opposite clearly and for long.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

MEMORY_MS = 600
"""How fast votes fade: after this time a vote counts for a third."""
STICKINESS = 1.2
"""What staying what it is counts for. A lone hand changes when its mean vote is 0.6 against it: after about a second of
certain votes, longer than the blur or the edge-on pose that makes the model err; but after a few frames if only its
very first was wrong."""
RELUCTANCE = 1.8
"""What it counts against a hand to take a slot that a lost one was in a moment ago, far away: whoever looks at the slot
would see one hand leap to the other's place, which is a swipe. Only a hand that is nearly certain of its side does."""
REMEMBERED_MS = 700
"""A hand that vanishes, as in a fast stroke, and is found again within this time is the same hand,"""
REMEMBERED_REACH = 1.5
"""if it is at most this many of its own sizes away."""
_FIRST_STEP_MS = 33
"""What the first vote counts for: a frame of 30 a second."""
_LONGEST_STEP_MS = 200
"""A gap in time counts as one step of this length, so that the first vote after it can't outvote all earlier ones."""


@dataclass(slots=True, eq=False)
class Identity:
    """What is known of one hand."""

    slot: int | None = None
    """0 the user's left hand, 1 the right; None before the first decision."""
    _sum: float = 0.0
    _weight: float = 0.0
    _last_ms: int | None = None

    @property
    def belief(self) -> float:
        """The mean of the votes, older ones counting less: -1 surely left, 1 surely right."""
        return self._sum / self._weight if self._weight else 0.0

    def vote(self, right: float, t_ms: int) -> None:
        """Count the model's belief that it is a right hand, in [0, 1]."""
        step = _FIRST_STEP_MS if self._last_ms is None else t_ms - self._last_ms
        kept = math.exp(-min(max(step, 0), _LONGEST_STEP_MS) / MEMORY_MS)
        self._sum = kept * self._sum + (1 - kept) * (2 * right - 1)
        self._weight = kept * self._weight + (1 - kept)
        self._last_ms = t_ms


def assign_slots(identities: Sequence[Identity], leaps: Collection[tuple[Identity, int]] = ()) -> list[int]:
    """Give each of at most two hands a slot of its own: the arrangement their votes and their past support most.

    `leaps` are hands and slots that would make one hand of two.
    """
    arrangements = ([0], [1]) if len(identities) == 1 else ([0, 1], [1, 0])

    def support(slots: Sequence[int]) -> float:
        pairs = list(zip(identities, slots, strict=False))
        return sum(_support(*pair) for pair in pairs) - RELUCTANCE * sum(pair in leaps for pair in pairs)

    best = max(arrangements, key=support)
    for identity, slot in zip(identities, best, strict=False):
        identity.slot = slot
    return best[: len(identities)]


def _support(identity: Identity, slot: int) -> float:
    return (identity.belief if slot == 1 else -identity.belief) + STICKINESS * (identity.slot == slot)


class Memory:
    """Where hands were seen in the last moments, to know them again."""

    def __init__(self) -> None:
        self._sightings: dict[Identity, tuple[float, float, float, int]] = {}
        self._shown: dict[int, Identity] = {}
        """Who was in each slot last."""

    def remember(self, identity: Identity, x: float, y: float, size: float, t_ms: int) -> None:
        """The hand is at `x`, `y` (any one unit) and about `size` large."""
        self._sightings[identity] = (x, y, size, t_ms)
        self._sightings = {who: seen for who, seen in self._sightings.items() if 0 <= t_ms - seen[3] <= REMEMBERED_MS}

    def recall(self, x: float, y: float, size: float, t_ms: int, taken: Collection[Identity]) -> Identity:
        """Who a hand found here is: the nearest hand seen just before that isn't `taken`, or somebody new."""
        near: list[tuple[float, Identity]] = []
        for identity, (past_x, past_y, past_size, past_ms) in self._sightings.items():
            distance = math.hypot(x - past_x, y - past_y) / max(size, past_size)
            if identity not in taken and 0 <= t_ms - past_ms <= REMEMBERED_MS and distance <= REMEMBERED_REACH:
                near.append((distance, identity))
        return min(near, key=lambda pair: pair[0])[1] if near else Identity()

    def slots(self, identities: Sequence[Identity], t_ms: int) -> list[int]:
        """Give the hands of this moment, all just remembered, their slots, and keep in mind who has them."""
        leaps = {
            (identity, slot)
            for identity in identities
            for slot, lost in self._shown.items()
            if lost not in identities and lost in self._sightings and self._apart(identity, lost) > REMEMBERED_REACH
        }
        slots = assign_slots(identities, leaps)
        self._shown |= dict(zip(slots, identities, strict=True))
        return slots

    def _apart(self, one: Identity, other: Identity) -> float:
        """How far apart they were seen, in hands."""
        (x, y, size, _), (other_x, other_y, other_size, _) = self._sightings[one], self._sightings[other]
        return math.hypot(x - other_x, y - other_y) / max(size, other_size)

    def forget(self) -> None:
        """Know nobody."""
        self._sightings.clear()
        self._shown.clear()
