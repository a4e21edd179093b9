"""Where a hand is for pointing: the little of its joints that moves a pointer and presses a button."""

from dataclasses import dataclass

import numpy as np

from gesturectl.landmarks.skeleton import FINGERS, PALM, Joint
from gesturectl.types import HANDS, Float32, Hand, Hands

_FOUR = tuple(FINGERS[name] for name in ("index", "middle", "ring", "pinky"))


@dataclass(frozen=True, slots=True)
class HandPlace:
    """One hand in one frame."""

    hand: Hand
    x: float
    """Of the palm's middle, to the person's own right, in picture heights from the picture's edge."""
    y: float
    """The same, down."""
    palm: float
    """From the wrist to the middle knuckle, in picture heights: what the rest is measured by."""
    gap: float
    """Between the tips of thumb and index, in palms."""
    closed: bool
    """Whether all four fingers are curled into a fist."""


def places_of(hands: Hands) -> tuple[HandPlace, ...]:
    """The hands whose palm is within the picture.

    The palm's middle says where, not the fingertip: closing a pinch moves the tip a good way, and the palm hardly.
    """
    seen = (_place(hands, slot) for slot in range(len(HANDS)) if hands.present[slot])
    return tuple(place for place in seen if place is not None)


def _place(hands: Hands, slot: int) -> HandPlace | None:
    flat = hands.image_points[slot, :, :2]
    middle = flat[list(PALM)].mean(axis=0)
    if not (np.isfinite(flat).all() and (middle >= 0).all() and (middle <= 1).all()):
        return None  # what a tracker makes up beyond the edge is no place to point from
    points = flat * np.array([hands.aspect, 1], np.float32)
    world = hands.world_points[slot]
    shape = world if np.isfinite(world).all() else points  # in space, where known: a finger towards the camera is long
    palm, length = _far(points, Joint.WRIST, Joint.MIDDLE_MCP), _far(shape, Joint.WRIST, Joint.MIDDLE_MCP)
    if palm <= 0 or length <= 0:
        return None
    return HandPlace(
        hand=HANDS[slot],
        x=float((1 - middle[0]) * hands.aspect),  # the picture isn't mirrored: its left is the person's right
        y=float(middle[1]),
        palm=palm,
        gap=_far(shape, Joint.THUMB_TIP, Joint.INDEX_TIP) / length,
        closed=all(_far(shape, tip, Joint.WRIST) < _far(shape, pip, Joint.WRIST) for _, pip, _, tip in _FOUR),
    )


def _far(points: Float32, one: Joint, other: Joint) -> float:
    return float(np.linalg.norm(points[one] - points[other]))
