"""JPEGs as a camera sends them: decoded whole, or small and grey for a third of what that costs."""

from typing import cast

import cv2
import numpy as np

from gesturectl.types import UInt8

_END = b"\xff\xd9"
_FOOT = 16
"""Lines at the foot of a picture: one row of a JPEG's blocks."""
_REDUCED = {8: cv2.IMREAD_REDUCED_GRAYSCALE_8, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2}
_WIDE_ENOUGH = 160
"""Of a glance: as wide as pictures are compared for motion."""


def decoded(sent: UInt8) -> UInt8 | None:
    """(height, width, 3) RGB; None for what is no JPEG, or was cut off: then its foot is of one colour, which no sensor
    gives.
    """
    ends = _has_end(sent)
    whole = sent if ends else np.append(sent, np.frombuffer(_END, np.uint8))  # some cameras leave it out
    picture = cv2.imdecode(whole, cv2.IMREAD_COLOR)
    if picture is None or (not ends and picture[-_FOOT:].std(axis=(0, 1)).max() < 1):
        return None
    return cast(UInt8, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


def glanced(sent: UInt8, width: int) -> UInt8 | None:
    """(h, w) grey, `width` made several times smaller; None for what is no JPEG, has no end or is small anyway."""
    times = next((times for times in _REDUCED if width >= times * _WIDE_ENOUGH), None)
    if times is None or not _has_end(sent):
        return None
    return cast(UInt8 | None, cv2.imdecode(sent, _REDUCED[times]))


def _has_end(sent: UInt8) -> bool:
    """Whether it came to its end, but for what fills up a camera's buffer."""
    return sent.tobytes().rstrip(b"\0\r\n").endswith(_END)
