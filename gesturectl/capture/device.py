"""A local camera."""

import sys
import time
from collections.abc import Callable

from gesturectl.capture.camera import monotonic_ms
from gesturectl.capture.devices import why_unusable
from gesturectl.capture.opencv import READ_TIMEOUT_MS, Capture, open_device
from gesturectl.capture.pace import DEFAULT_FPS
from gesturectl.capture.undamaged import Undamaged
from gesturectl.errors import CameraLostError

_FIRST_FRAME_TRIES = 3
"""Some cameras fail their first reads while the sensor starts."""

_BUFFERS = 5
"""At most, whatever was asked for."""
_AT_ONCE_S = 0.003


class DeviceCamera(Undamaged):
    """The local camera `index`, opened and known to give frames.

    The owner thread calls `grab` as fast as frames come, so that no queue grows and the newest frame is at hand.
    Raises CameraLostError, with the reason, if it is missing, busy, forbidden or silent; then or at any later `grab`.
    After that error close it and open a new one.
    """

    live = True
    _damaged_remedy = "Try another cable or port, without a hub in between"
    drops = sys.platform == "linux"
    """V4L2 fills the few buffers there are, and then drops frames. Of the others it isn't known."""

    def __init__(
        self,
        index: int,
        name: str = "",
        size: tuple[int, int] = (640, 480),
        fps: float = DEFAULT_FPS,
        opener: Callable[[int, tuple[int, int], float], Capture] = open_device,
    ) -> None:
        self._place = f"camera {index} ({name})" if name else f"camera {index}"
        self._index = index
        self.name = name
        self._t_ms = 0
        self._capture = opener(index, size, fps)
        if not self._capture.opened:
            raise self._lost()
        self._await_first_frame()
        width, height = self._capture.size
        rate = f" at {self._capture.fps:.3g} fps" if self._capture.fps else ""
        self.description = f"{name or 'Camera'} ({index}), {width}×{height}{rate}"

    def grab(self) -> int:
        """Wait for the next frame and return when it came, on `monotonic_ms`'s clock."""
        if not self._capture.grab():
            raise self._lost("it stopped giving frames: ")
        self._t_ms = monotonic_ms()
        return self._t_ms

    def newest(self) -> int:
        """The same, but pass over the frames that have waited in buffers: they come at once."""
        for _ in range(_BUFFERS):
            began_s = time.monotonic()
            t_ms = self.grab()
            if time.monotonic() - began_s > _AT_ONCE_S:
                break
        return t_ms

    def _grab_another(self) -> int:
        return self.grab()

    def _await_first_frame(self) -> None:
        give_up_ms = monotonic_ms() + READ_TIMEOUT_MS
        for _ in range(_FIRST_FRAME_TRIES):
            if self._capture.grab():
                self._t_ms = monotonic_ms()
                return
            if monotonic_ms() >= give_up_ms:
                break
        self._capture.close()
        raise self._lost("it opens but gives no frame: ")

    def _lost(self, how: str = "") -> CameraLostError:
        problem = why_unusable(self._index)
        return CameraLostError(self._place, f"{how}{problem.fact}", problem.remedy, self._index)
