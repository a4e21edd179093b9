"""Finds the 21 joints of the hand in a region."""

from dataclasses import dataclass

import cv2
import numpy as np

from gesturectl.landmarks.region import Region, turned
from gesturectl.landmarks.sessions import Session
from gesturectl.types import JOINTS, Float32, UInt8

_DEPTH_UNIT = 0.4
"""MediaPipe divides the model's depth by this; we do too, so that landmarks of either tracker mean the same."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundHand:
    """What the landmark model says of one region."""

    joints: Float32
    """(21, 3) in pixels of the picture; the depth is relative to the wrist."""
    world: Float32
    """(21, 3) in metres about the hand's centre, in the picture's orientation."""
    presence: float
    """The belief that there is a hand, in [0, 1]."""
    right: float
    """The belief that it is the user's right hand, in [0, 1], if the picture isn't mirrored."""


class JointFinder:
    """Joints in a region. One call takes 4 or 7 ms on one thread (see `power`), and half of one for the crop."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, image: UInt8, region: Region) -> FoundHand:
        """The hand in `region` of `image` (H, W, 3) RGB; look at its `presence` first."""
        side = self._session.side
        # Beyond the picture's edge the model was trained to see the edge's pixels continued.
        matrix = region.crop_matrix(side)
        points, presence, right, world = self._session.run(image, matrix, cv2.BORDER_REPLICATE)
        shares = points.reshape(JOINTS, 3) / np.float32(side)
        depth = shares[:, 2:] * np.float32(region.size / _DEPTH_UNIT)
        metres = world.reshape(JOINTS, 3)
        return FoundHand(
            joints=np.concatenate([region.to_picture(shares[:, :2]), depth], axis=1),
            world=np.concatenate([turned(metres[:, :2], region.angle), metres[:, 2:]], axis=1),
            presence=float(presence[0, 0]),
            right=float(right[0, 0]),
        )
