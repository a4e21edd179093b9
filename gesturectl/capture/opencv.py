"""OpenCV's capture: the only file that touches `cv2.VideoCapture`."""

import math
import os
import sys
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from gesturectl.capture import jpeg
from gesturectl.errors import CameraLostError
from gesturectl.types import Frame, UInt8

OPEN_TIMEOUT_MS = 4_000
"""How long a stream may take to connect: RTSP waits for a whole picture, which some cameras send every few seconds.
OpenCV's own limit is 30 s. A sender that works again is seen after this time at the latest: nobody hears a dead line.
"""

READ_TIMEOUT_MS = 4_000
"""How long a stream or a camera may be silent before it is opened again."""

_PLAUSIBLE_FPS = (1.0, 240.0)
"""Files without a rate report 0, NaN or their time base (90000)."""


class Capture:
    """An opened or refused `cv2.VideoCapture`. Every method belongs to the thread that made it, `close` above all:
    releasing while another thread reads is a segmentation fault. After a failure build a new one.
    """

    def __init__(self, where: int | str, api: int, options: Sequence[int]) -> None:
        _prepare()
        self._capture = cv2.VideoCapture(where, api, list(options))
        self._as_sent = False
        self._width = 0
        """Of pictures that are taken as sent, as announced."""

    @property
    def opened(self) -> bool:
        """Whether there is anything to read from."""
        return self._capture.isOpened()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames, as announced."""
        return round(self._number(cv2.CAP_PROP_FRAME_WIDTH)), round(self._number(cv2.CAP_PROP_FRAME_HEIGHT))

    @property
    def fps(self) -> float | None:
        """Frames a second as announced; None where that isn't plausible."""
        fps = self._number(cv2.CAP_PROP_FPS)
        low, high = _PLAUSIBLE_FPS
        return fps if low <= fps <= high else None

    @property
    def frame_count(self) -> int:
        """Frames in the file as its header says, a guess in some containers; 0 where unknown."""
        return max(0, round(self._number(cv2.CAP_PROP_FRAME_COUNT)))

    @property
    def position_ms(self) -> float:
        """The file's own time of the frame grabbed last; NaN where unknown."""
        return float(self._capture.get(cv2.CAP_PROP_POS_MSEC))

    def grab(self) -> bool:
        """Wait for the next frame; False at the end, on a time-out and on a lost device."""
        try:
            return self._capture.grab()
        except cv2.error:
            return False

    def take_as_sent(self, prop: int, value: float) -> None:
        """Take JPEGs as they are sent, before the first `grab`; changes nothing for what sends no JPEGs.

        Otherwise FFmpeg decodes all of them, wanted or not, stretches those of another size to the first one's, and
        fills in what is missing of one that was cut off; and no camera's pictures could be had at a glance.
        `prop` and `value` are how the backend is told.
        """
        if self._capture.get(cv2.CAP_PROP_FOURCC) == cv2.VideoWriter.fourcc(*"MJPG"):
            self._as_sent = self._capture.set(prop, value)
            self._width = self.size[0]

    def frame(self, t_ms: int, glance: bool = False) -> Frame | None:
        """The frame grabbed last, with its time; None if it is damaged.

        At a `glance` one that was sent as a JPEG is decoded small and grey, and whole when somebody asks for it.
        """
        picture = self._retrieved()
        if picture is None:
            return None
        if not self._as_sent:
            return Frame(t_ms, picture)
        small = jpeg.glanced(picture, self._width) if glance else None
        if small is not None:
            return Frame(t_ms, partial(_whole, picture), small)
        image = jpeg.decoded(picture)
        return None if image is None else Frame(t_ms, image)

    def rgb(self) -> UInt8 | None:
        """The frame grabbed last, (height, width, 3) RGB; None if it is damaged."""
        frame = self.frame(0)
        return None if frame is None else frame.image

    def wish(self, prop: int, value: float) -> None:
        """Ask for a property; devices are free to refuse, so read what came of it."""
        self._capture.set(prop, value)

    def close(self) -> None:
        """Release. Safe to call twice."""
        self._capture.release()

    def _retrieved(self) -> UInt8 | None:
        """(height, width, 3) RGB, or (n,) the bytes of a JPEG where they are taken as sent; None if it is damaged."""
        try:
            came, picture = self._capture.retrieve()
            if not came:
                return None
            if self._as_sent:
                return np.asarray(picture, np.uint8).reshape(-1)
            return cast(UInt8, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)) if picture.ndim == 3 else None
        except cv2.error:
            return None

    def _number(self, prop: int) -> float:
        value = float(self._capture.get(prop))
        return value if math.isfinite(value) else 0.0


def open_device(index: int, size: tuple[int, int], fps: float) -> Capture:
    """The local camera `index`, asked for MJPG: raw pictures fill a USB 2 bus, and many cameras slow down for them."""
    capture = Capture(index, _DEVICE_API.get(sys.platform, cv2.CAP_ANY), ())
    if capture.opened:
        # The pixel format goes first: the sizes and rates on offer depend on it.
        capture.wish(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.wish(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        capture.wish(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        capture.wish(cv2.CAP_PROP_FPS, fps)
        capture.wish(cv2.CAP_PROP_BUFFERSIZE, 1)
        if sys.platform == "linux":
            capture.take_as_sent(cv2.CAP_PROP_CONVERT_RGB, 0)
    return capture


def open_url(url: str, open_timeout_ms: int = OPEN_TIMEOUT_MS, read_timeout_ms: int = READ_TIMEOUT_MS) -> Capture:
    """The stream at `url`. The time-outs only work when given at construction."""
    options = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, open_timeout_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, read_timeout_ms)
    capture = Capture(url, cv2.CAP_FFMPEG, (*options, *_ONE_THREAD))
    if capture.opened:
        capture.take_as_sent(cv2.CAP_PROP_FORMAT, -1)
    return capture


def open_file(path: Path) -> Capture:
    """The video file at `path`."""
    return Capture(str(path), cv2.CAP_FFMPEG, _ONE_THREAD)


_DEVICE_API = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION}

_ONE_THREAD = (cv2.CAP_PROP_N_THREADS, 1)
"""More decoder threads would each hold a frame back, and 640×480 doesn't need them."""


def _whole(sent: UInt8) -> UInt8:
    """What was glanced at, decoded whole. Raises CameraLostError if that can't be done after all."""
    image = jpeg.decoded(sent)
    if image is None:
        raise CameraLostError("camera", "a picture is damaged", "If it stays so, try another cable or port.")
    return image


@cache
def _prepare() -> None:
    """Set OpenCV up once, before its first capture reads its environment; what the person has set stays."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # our errors say it once, with a remedy
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(READ_TIMEOUT_MS // 1000))
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")  # on, opening takes 10-30 s on Windows
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
