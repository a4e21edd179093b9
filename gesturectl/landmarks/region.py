"""The turned square that a hand is looked for in, and the way between its pixels and the picture's.

The rules (which points make the square, how far it reaches) are those of MediaPipe Hands, whose models were trained on
such squares.
"""

import math
from dataclasses import dataclass

import numpy as np

from gesturectl.landmarks.skeleton import Joint
from gesturectl.types import Float32

_PALM_REACH = 2.6
_PALM_SHIFT = 0.5
"""A hand is 2.6 palm boxes large, and its centre half a box from the palm's towards the fingers."""

_HAND_REACH = 2.0
_HAND_SHIFT = 0.1
"""The next region is twice the box of the steady joints, moved by a tenth of it towards the fingers."""

_STEADY = [
    Joint.WRIST, Joint.THUMB_CMC, Joint.THUMB_MCP, Joint.THUMB_IP, Joint.INDEX_MCP, Joint.INDEX_PIP,
    Joint.MIDDLE_MCP, Joint.MIDDLE_PIP, Joint.RING_MCP, Joint.RING_PIP, Joint.PINKY_MCP, Joint.PINKY_PIP,
]  # fmt: skip
"""Joints that make the next region; fingertips would make it jump."""


@dataclass(frozen=True, slots=True)
class Region:
    """A square in the picture, in pixels."""

    x: float
    """Of its centre."""
    y: float
    """Of its centre, downwards."""
    size: float
    """The length of a side."""
    angle: float
    """How far the hand is turned clockwise from upright, in radians in [-π, π)."""

    def crop_matrix(self, side: int) -> Float32:
        """(2, 3) the affine map from the picture's pixels to a crop of `side`² pixels in which the hand is upright."""
        scale = side / self.size
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        return np.array(
            [
                [cos, sin, side / 2 - cos * self.x - sin * self.y],
                [-sin, cos, side / 2 + sin * self.x - cos * self.y],
            ],
            np.float32,
        )

    def to_picture(self, points: Float32) -> Float32:
        """Pixels of the picture for `points` (N, 2) given as shares of the crop in [0, 1]."""
        centre = np.array([self.x, self.y], np.float32)
        return turned((points - np.float32(0.5)) * np.float32(self.size), self.angle) + centre

    def overlap(self, other: "Region") -> float:
        """Shared area divided by joint area in [0, 1], of the squares as if neither were turned."""
        wide = min(self.x + self.size / 2, other.x + other.size / 2) - max(
            self.x - self.size / 2, other.x - other.size / 2
        )
        high = min(self.y + self.size / 2, other.y + other.size / 2) - max(
            self.y - self.size / 2, other.y - other.size / 2
        )
        shared = max(wide, 0.0) * max(high, 0.0)
        return shared / (self.size**2 + other.size**2 - shared)


def region_of_palm(box: Float32, wrist: Float32, middle: Float32) -> Region:
    """The region of the hand whose palm is in `box` (left, top, right, bottom), all in pixels of the picture."""
    centre = (box[:2] + box[2:]) * np.float32(0.5)
    width, height = box[2:] - box[:2]
    return _grown(centre, float(width), float(height), _upright(wrist, middle), _PALM_REACH, _PALM_SHIFT)


def region_of_joints(joints: Float32) -> Region:
    """The region to look in next for the hand whose `joints` (21, 2) are these pixels of the picture."""
    knuckles = (joints[Joint.INDEX_MCP] + joints[Joint.RING_MCP]) / 2
    angle = _upright(joints[Joint.WRIST], (knuckles + joints[Joint.MIDDLE_MCP]) / 2)
    steady = joints[_STEADY]
    middle = (steady.min(0) + steady.max(0)) / 2
    upright = turned(steady - middle, -angle)
    low, high = upright.min(0), upright.max(0)
    centre = middle + turned(((low + high) / 2)[None], angle)[0]
    return _grown(
        np.asarray(centre, np.float32),
        float(high[0] - low[0]),
        float(high[1] - low[1]),
        angle,
        _HAND_REACH,
        _HAND_SHIFT,
    )


def turned(points: Float32, angle: float) -> Float32:
    """`points` (N, 2) turned clockwise about the origin (y is down) by `angle`."""
    cos, sin = np.float32(math.cos(angle)), np.float32(math.sin(angle))
    return np.stack([cos * points[:, 0] - sin * points[:, 1], sin * points[:, 0] + cos * points[:, 1]], axis=1)


def _upright(wrist: Float32, fingers: Float32) -> float:
    """The angle of a hand that points from `wrist` to `fingers`."""
    angle = math.pi / 2 - math.atan2(float(wrist[1] - fingers[1]), float(fingers[0] - wrist[0]))
    return angle - 2 * math.pi * math.floor((angle + math.pi) / (2 * math.pi))


def _grown(centre: Float32, width: float, height: float, angle: float, reach: float, shift: float) -> Region:
    x = float(centre[0]) + height * shift * math.sin(angle)
    y = float(centre[1]) - height * shift * math.cos(angle)
    return Region(x, y, max(width, height, 1.0) * reach, angle)
