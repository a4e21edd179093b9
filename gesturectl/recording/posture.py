"""How both hands are held at a moment, and how far that is from another moment. All in palms, whatever the distance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturectl.recognition.normalise import palm_length
from gesturectl.recognition.window import isotropic
from gesturectl.types import Bool, Float32, Hands

TELLING = 6
"""Joints that count, those furthest from where they were: a pinch moves two fingers of five."""
_MIN_PALM = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """Where both hands are and how they are held."""

    points: Float32
    """(2, 21, 2) in picture heights; NaN where absent."""
    present: Bool
    """(2,)"""
    palms: Float32
    """(2,) length of the palm in picture heights; NaN where absent."""


def posture(hands: Hands) -> Posture:
    """How `hands` are held. A hand with joints that aren't known counts as absent."""
    points = isotropic(hands.image_points, hands.aspect)[..., :2]
    present: Bool = hands.present & np.asarray(np.isfinite(points).all(axis=(1, 2)))
    points = np.where(present[:, None, None], points, np.float32(np.nan)).astype(np.float32)
    return Posture(points, present, np.maximum(palm_length(points), _MIN_PALM).astype(np.float32))


def middle(postures: Sequence[Posture]) -> Posture:
    """The median of `postures`, for each hand over those that show it."""
    points = np.full_like(postures[0].points, np.nan)
    for slot in range(2):
        shown = [one.points[slot] for one in postures if one.present[slot]]
        if shown:
            points[slot] = np.median(np.stack(shown), axis=0)
    present: Bool = np.asarray(np.isfinite(points).all(axis=(1, 2)))
    return Posture(points, present, np.maximum(palm_length(points), _MIN_PALM).astype(np.float32))


def apart(one: Posture, other: Posture, slot: int) -> float:
    """Palms of `other` between a hand's most telling joints and where they are in it; NaN unless both show the hand."""
    if not (one.present[slot] and other.present[slot]):
        return float("nan")
    way = np.linalg.norm(one.points[slot] - other.points[slot], axis=-1)
    return float(np.sort(way)[-TELLING:].mean()) / float(other.palms[slot])


def wander(postures: Sequence[Posture], slot: int) -> Float32:
    """(N,) palms between a hand's most telling joints and their middle, in each of `postures`; all show the hand."""
    points = np.stack([one.points[slot] for one in postures])
    around = np.median(points, axis=0)
    way = np.linalg.norm(points - around, axis=-1)
    palm = max(float(palm_length(around)), _MIN_PALM)
    mean: Float32 = np.sort(way, axis=-1)[:, -TELLING:].mean(axis=-1) / np.float32(palm)
    return mean
