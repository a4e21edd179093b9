"""Tells whether anything moves in front of the camera, for a hundredth of what looking for hands costs."""

import cv2
import numpy as np

from gesturectl.types import UInt8

APART_MS = 200
"""Pictures closer in time are not compared: slow motion would be missed."""
_SIZE = (160, 120)
"""Pictures are averaged down to this, which also averages the sensor's noise away."""
_LEVELS = 12
"""A point has changed if its grey value, of 256, differs by more: four times the noise of a webcam in dim light."""
_SHARE = 0.002
"""Something moves if this share of the points has changed: a hand of 30 pixels in 640×480 and its forearm."""


class MotionGate:
    """Remembers the last picture and compares. Owned by one thread; takes about 0.2 ms a picture of 640×480."""

    def __init__(self) -> None:
        self._past: UInt8 | None = None
        self._past_ms = 0
        self._moving = True
        self.share = 1.0
        """Of the points, how many had changed in the last comparison."""

    def moving(self, image: UInt8, t_ms: int) -> bool:
        """Whether `image` (H, W, 3) RGB differs from one at least `APART_MS` earlier; True if there is none.

        A picture that comes sooner changes nothing: the last answer stands.
        """
        if self._past is not None and 0 <= t_ms - self._past_ms < APART_MS:
            return self._moving
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        present = np.asarray(cv2.resize(grey, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        if self._past is not None:
            self.share = np.count_nonzero(cv2.absdiff(present, self._past) > _LEVELS) / present.size
            self._moving = bool(self.share > _SHARE)
        self._past, self._past_ms = present, t_ms
        return self._moving

    def reset(self) -> None:
        """Forget the past: the next picture counts as moving."""
        self._past, self._moving, self.share = None, True, 1.0
