"""Tells whether anything moves in front of the camera, for a hundredth of what looking for hands costs."""

import cv2
import numpy as np

from gesturectl.types import Bool, Frame, UInt8

APART_MS = 200
"""Pictures closer in time are not compared: slow motion would be missed."""
SIZE = (160, 120)
"""Pictures are averaged down to this, which also averages the sensor's noise away."""
_LEVELS = 12
"""A point has changed if its grey value, of 256, differs by more: four times the noise of a webcam in dim light."""
_SHARE = 0.002
"""Something moves if this share of the points has changed: a hand of 30 pixels in 640×480 and its forearm."""


class MotionGate:
    """Remembers the last picture and compares. Owned by one thread; takes about 0.2 ms a picture of 640×480, less where
    it was only glanced at.
    """

    def __init__(self) -> None:
        self._past: UInt8 | None = None
        self._noted: UInt8 | None = None
        self.compared_ms = 0
        """When the last picture came that was compared."""
        self._moving = True
        self.share = 1.0
        """Of the points, how many had changed in the last comparison."""

    def moving(self, frame: Frame, ignoring: UInt8 | None = None) -> bool:
        """Whether `frame` differs from one at least `APART_MS` earlier; True if there is none.

        A frame that comes sooner changes nothing: the last answer stands. Where `ignoring`, (h, w) of `SIZE`, isn't
        zero, motion doesn't count.
        """
        if self._past is not None and 0 <= frame.t_ms - self.compared_ms < APART_MS:
            return self._moving
        present = _small(frame)
        if self._past is not None:
            changes = _changes(present, self._past)
            if ignoring is not None:
                changes &= ignoring == 0
            self.share = _share(changes)
            self._moving = self.share > _SHARE
        self._past, self.compared_ms = present, frame.t_ms
        return self._moving

    def remember(self) -> None:
        """Note the last picture that was compared, for `changed`."""
        self._noted = self._past

    @property
    def changed(self) -> bool:
        """Whether the last picture that was compared differs from the one that was noted; True if none was."""
        if self._past is None or self._noted is None:
            return True
        return _share(_changes(self._past, self._noted)) > _SHARE

    def reset(self) -> None:
        """Forget the past: the next picture counts as moving."""
        self._past, self._noted, self._moving, self.share = None, None, True, 1.0


def _changes(present: UInt8, past: UInt8) -> Bool:
    return np.asarray(cv2.absdiff(present, past) > _LEVELS)


def _share(changes: Bool) -> float:
    return np.count_nonzero(changes) / changes.size


def _small(frame: Frame) -> UInt8:
    """`frame` in grey and of `SIZE`."""
    grey = cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY) if frame.glance is None else frame.glance
    if grey.shape[::-1] == SIZE:
        return np.asarray(grey, np.uint8)
    return np.asarray(cv2.resize(grey, SIZE, interpolation=cv2.INTER_AREA), np.uint8)
