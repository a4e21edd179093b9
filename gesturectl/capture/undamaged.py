"""What a local camera and a stream share: damaged pictures are passed over, and too many of them are a fault."""

from abc import ABC, abstractmethod

from gesturectl.capture.opencv import Capture
from gesturectl.errors import CameraLostError
from gesturectl.types import Frame

DAMAGED_IN_A_ROW = 10
"""Cameras send a damaged picture now and then; a third of a second of nothing else is a fault."""


class Undamaged(ABC):
    """Decodes the frame that was grabbed last from `_capture`; the rest of the `Camera` protocol is for heirs."""

    _capture: Capture
    _place: str
    """What errors call it."""
    _t_ms: int
    """When the frame came that was grabbed last."""
    _damaged_remedy: str

    def retrieve(self) -> Frame:
        """Decode the frame grabbed last, or, where that one is damaged, the next that isn't."""
        return self._frame(glance=False)

    def glance(self) -> Frame:
        """The same, small and grey at first where pictures come as JPEGs."""
        return self._frame(glance=True)

    def close(self) -> None:
        """Release the camera (and its light), or hang up. Safe to call twice."""
        self._capture.close()

    @abstractmethod
    def _grab_another(self) -> int:
        """Wait for the frame after a damaged one."""

    def _frame(self, glance: bool) -> Frame:
        for _ in range(DAMAGED_IN_A_ROW):
            frame = self._capture.frame(self._t_ms, glance)
            if frame is not None:
                return frame
            self._grab_another()
        raise CameraLostError(self._place, f"{DAMAGED_IN_A_ROW} damaged pictures in a row", self._damaged_remedy)
