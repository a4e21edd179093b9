"""The values that flow from the camera to the desktop, one for each arrow of the path."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gesturectl.labels import HANDS as HANDS
from gesturectl.labels import NOTHING as NOTHING
from gesturectl.labels import Hand as Hand

Float32 = NDArray[np.float32]
Bool = NDArray[np.bool_]
UInt8 = NDArray[np.uint8]

JOINTS = 21
"""Joints of a hand, in the order of `landmarks.skeleton`."""


class Frame:
    """One picture, as the camera saw it, decoded as far as somebody asks. For one thread at a time."""

    __slots__ = ("_image", "glance", "t_ms")

    def __init__(self, t_ms: int, image: UInt8 | Callable[[], UInt8], glance: UInt8 | None = None) -> None:
        """`image` is the picture, or what decodes it."""
        self._image = image
        self.t_ms = t_ms
        """When it was captured, on the source's monotonic clock."""
        self.glance = glance
        """(h, w) grey, several times smaller, if that was all that was wanted at first: enough to tell motion."""

    @property
    def image(self) -> UInt8:
        """(height, width, 3) RGB, never mirrored."""
        if not isinstance(self._image, np.ndarray):
            self._image = self._image()
        return self._image

    @property
    def aspect(self) -> float:
        """Width of the picture divided by its height."""
        seen: UInt8 = self.image if self.glance is None else self.glance
        return float(seen.shape[1] / seen.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Hands:
    """The hands in one frame. Slot 0 is the user's left hand, slot 1 the right; absent is NaN, never zero."""

    t_ms: int
    """When the frame was captured, on the source's monotonic clock."""
    image_points: Float32
    """(2, 21, 3) x right, y down in [0, 1] of the unmirrored image, z relative to the wrist in units of the width."""
    world_points: Float32
    """(2, 21, 3) metres about the hand's own centre; NaN where the source has none."""
    present: Bool
    """(2,) whether the hand was seen."""
    score: Float32
    """(2,) the tracker's belief that there is a hand, in [0, 1]; 0 where absent."""
    aspect: float
    """Width of the picture divided by its height."""

    @staticmethod
    def none(t_ms: int, aspect: float) -> "Hands":
        """No hand at `t_ms`."""
        absent = np.full((2, JOINTS, 3), np.nan, np.float32)
        return Hands(t_ms, absent, absent, np.zeros(2, bool), np.zeros(2, np.float32), aspect)


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the classifier believes about one hand's window."""

    t_ms: int
    """The end of the window."""
    hand: Hand
    """Whose window."""
    labels: tuple[str, ...]
    """The gestures in the order of `scores`; one of them is "nothing"."""
    scores: Float32
    """(len(labels),) calibrated probabilities that add up to one."""
    agreement: float
    """Share of the branches' probability mass on the fused winner, in [0, 1]; low means "none of my gestures"."""


class Phase(StrEnum):
    """Where in its life a gesture is."""

    BEGIN = "begin"
    REPEAT = "repeat"
    END = "end"


@dataclass(frozen=True, slots=True)
class GestureEvent:
    """A gesture happened. Events are never dropped."""

    gesture: str
    """Its label, as the model's card names it."""
    hand: Hand
    """The hand that made it."""
    phase: Phase
    """BEGIN when recognised, REPEAT while held, END when it is over (or the hand is lost)."""
    score: float
    """The fused confidence when it was recognised, in [0, 1]."""
    t_ms: int
    """When it was recognised, on the source's monotonic clock."""
