"""The hand's joints by name, in the order every array of joints has."""

from enum import IntEnum
from itertools import pairwise


class Joint(IntEnum):
    """A joint and its index. MCP, PIP and DIP are a finger's knuckles from the palm outwards, CMC the thumb's base."""

    WRIST = 0
    THUMB_CMC = 1
    THUMB_MCP = 2
    THUMB_IP = 3
    THUMB_TIP = 4
    INDEX_MCP = 5
    INDEX_PIP = 6
    INDEX_DIP = 7
    INDEX_TIP = 8
    MIDDLE_MCP = 9
    MIDDLE_PIP = 10
    MIDDLE_DIP = 11
    MIDDLE_TIP = 12
    RING_MCP = 13
    RING_PIP = 14
    RING_DIP = 15
    RING_TIP = 16
    PINKY_MCP = 17
    PINKY_PIP = 18
    PINKY_DIP = 19
    PINKY_TIP = 20


FINGERS: dict[str, tuple[Joint, Joint, Joint, Joint]] = {
    "thumb": (Joint.THUMB_CMC, Joint.THUMB_MCP, Joint.THUMB_IP, Joint.THUMB_TIP),
    "index": (Joint.INDEX_MCP, Joint.INDEX_PIP, Joint.INDEX_DIP, Joint.INDEX_TIP),
    "middle": (Joint.MIDDLE_MCP, Joint.MIDDLE_PIP, Joint.MIDDLE_DIP, Joint.MIDDLE_TIP),
    "ring": (Joint.RING_MCP, Joint.RING_PIP, Joint.RING_DIP, Joint.RING_TIP),
    "pinky": (Joint.PINKY_MCP, Joint.PINKY_PIP, Joint.PINKY_DIP, Joint.PINKY_TIP),
}
"""Each finger's joints, from the palm to the tip."""

PALM = (Joint.WRIST, Joint.INDEX_MCP, Joint.MIDDLE_MCP, Joint.RING_MCP, Joint.PINKY_MCP)
"""Joints that keep their distances whatever the fingers do."""

TIPS = tuple(finger[-1] for finger in FINGERS.values())
"""The fingertips, thumb first."""

BONES: tuple[tuple[Joint, Joint], ...] = (
    (Joint.WRIST, Joint.THUMB_CMC),
    (Joint.WRIST, Joint.INDEX_MCP),
    (Joint.INDEX_MCP, Joint.MIDDLE_MCP),
    (Joint.MIDDLE_MCP, Joint.RING_MCP),
    (Joint.RING_MCP, Joint.PINKY_MCP),
    (Joint.WRIST, Joint.PINKY_MCP),
    *(pair for finger in FINGERS.values() for pair in pairwise(finger)),
)
"""Pairs of joints to draw a line between."""
