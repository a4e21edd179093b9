"""Is the picture any good? Pure checks of frames: black, frozen, and the rate that really arrives."""

from collections import deque
from enum import StrEnum

import numpy as np

from gesturectl.types import Frame, UInt8

_STRIDE = 8
"""Every eighth pixel each way: 4800 of 640×480, read in about 20 µs."""

_BLACK = 6.0
"""Mean of 255; chosen above a covered sensor's black level and noise, and below a room lit by a screen alone."""

_BLACK_FOR_MS = 2_000
_FROZEN_FOR_MS = 2_500
"""A sensor's noise changes some pixel in every picture; drivers that hang repeat one picture exactly."""

_WINDOW_MS = 3_000

_DIM = 60.0
"""Mean of 255 below which light is the likely cause of a slow camera; chosen, not measured."""

_SLOW = 0.7
"""Share of the wished rate that still counts as it: cameras fall from 30 to 15, not to 25."""


class PictureTrouble(StrEnum):
    """What is wrong with the pictures of a live camera, as a sentence part: the fact, a colon, the remedy."""

    BLACK = "the picture is black: open the camera's cover or switch on a light"
    FROZEN = "the picture is frozen: unplug the camera and plug it in again, or restart its sender"


class PictureHealth:
    """Tells a black or frozen picture after some seconds of it; a few frames a second are enough.

    A file may rightly show one still picture, so feed this from live cameras only.
    """

    def __init__(self, black_for_ms: int = _BLACK_FOR_MS, frozen_for_ms: int = _FROZEN_FOR_MS) -> None:
        self._black_for_ms = black_for_ms
        self._frozen_for_ms = frozen_for_ms
        self.brightness = float("nan")
        """Mean of the last frame, 0 to 255."""
        self._bright_at_ms: int | None = None
        self._changed_at_ms: int | None = None
        self._seen: dict[bool, UInt8] = {}
        """Some points of the last picture, and of the last that was only glanced at."""

    def check(self, frame: Frame) -> PictureTrouble | None:
        """What is wrong as of this frame; None if nothing is."""
        glanced = frame.glance is not None
        seen = frame.image[::_STRIDE, ::_STRIDE].copy() if frame.glance is None else frame.glance[::2, ::2]
        self.brightness = float(seen.mean())
        if self._bright_at_ms is None or not is_black(self.brightness):
            self._bright_at_ms = frame.t_ms
        if self._changed_at_ms is None or not np.array_equal(seen, self._seen.get(glanced, seen)):
            self._changed_at_ms = frame.t_ms
        self._seen[glanced] = seen
        if frame.t_ms - self._bright_at_ms >= self._black_for_ms:
            return PictureTrouble.BLACK
        if frame.t_ms - self._changed_at_ms >= self._frozen_for_ms:
            return PictureTrouble.FROZEN
        return None

    def forget(self) -> None:
        """Start over (after a pause, or with another camera)."""
        self._bright_at_ms = self._changed_at_ms = None
        self._seen.clear()


class FrameRate:
    """Frames a second that really arrived, over the last `window_ms`."""

    def __init__(self, window_ms: int = _WINDOW_MS) -> None:
        self._window_ms = window_ms
        self._times: deque[int] = deque()
        self._skipped = False

    def tick(self, t_ms: int) -> None:
        """A frame of `t_ms` was grabbed."""
        if self._skipped and self._times:
            missing_ms = t_ms - self._times.pop()
            self._times = deque(before_ms + missing_ms for before_ms in self._times)
        self._skipped = False
        self._times.append(t_ms)
        while t_ms - self._times[0] > self._window_ms:
            self._times.popleft()

    def skip(self) -> None:
        """Nobody grabs until the next frame: what is between the last and that one doesn't count."""
        self._skipped = True

    @property
    def fps(self) -> float | None:
        """The rate; None until two frames have come."""
        if len(self._times) < 2 or self._times[-1] == self._times[0]:
            return None
        return 1000 * (len(self._times) - 1) / (self._times[-1] - self._times[0])


def brightness_of(image: UInt8) -> float:
    """Mean of a picture (height, width, 3), 0 to 255."""
    return float(image[::_STRIDE, ::_STRIDE].mean())


def is_black(brightness: float) -> bool:
    """Whether nothing can be seen at this `brightness_of` a picture."""
    return brightness <= _BLACK


def dim_light_hint(fps: float, wished_fps: float, brightness: float) -> str:
    """What to tell a person whose camera is slower than it could be (fact, colon, remedy); empty if it isn't.

    Webcams lengthen their exposure in dim light and silently halve their rate, which makes fast gestures hard to tell.
    """
    if fps >= _SLOW * wished_fps:
        return ""
    measured = f"{fps:.0f} pictures a second instead of {wished_fps:.0f}"
    if brightness < _DIM:
        return f"{measured}, because of dim light: switch on a light, or turn off automatic exposure"
    return f"{measured}: more light may help, or turning off “low-light compensation”, or a USB port without a hub"
