"""OpenCV's capture: the only file that touches `cv2.VideoCapture`."""

import math
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from gesturectl.types import UInt8

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

    def take_as_sent(self) -> None:
        """Take a stream's JPEGs as they were sent, before the first `grab`; changes nothing for other streams.

        Otherwise FFmpeg decodes all of them, wanted or not, stretches those of another size to the first one's, and
        fills in what is missing of one that was cut off.
        """
        if self._capture.get(cv2.CAP_PROP_FOURCC) == cv2.VideoWriter.fourcc(*"MJPG"):
            self._as_sent = self._capture.set(cv2.CAP_PROP_FORMAT, -1)

    def rgb(self) -> UInt8 | None:
        """The frame grabbed last, decoded to (height, width, 3) RGB; None if it is damaged."""
        try:
            decoded, picture = self._capture.retrieve()
            if decoded and self._as_sent:
                whole = _from_jpeg(np.asarray(picture, np.uint8).reshape(-1))
                return None if whole is None else cast(UInt8, cv2.cvtColor(whole, cv2.COLOR_BGR2RGB))
            if not decoded or picture.ndim != 3:
                return None
            return cast(UInt8, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        except cv2.error:
            return None

    def wish(self, prop: int, value: float) -> None:
        """Ask for a property; devices are free to refuse, so read what came of it."""
        self._capture.set(prop, value)

    def close(self) -> None:
        """Release. Safe to call twice."""
        self._capture.release()

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
    return capture


def open_url(url: str, open_timeout_ms: int = OPEN_TIMEOUT_MS, read_timeout_ms: int = READ_TIMEOUT_MS) -> Capture:
    """The stream at `url`. The time-outs only work when given at construction."""
    options = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, open_timeout_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, read_timeout_ms)
    capture = Capture(url, cv2.CAP_FFMPEG, (*options, *_ONE_THREAD))
    if capture.opened:
        capture.take_as_sent()
    return capture


def open_file(path: Path) -> Capture:
    """The video file at `path`."""
    return Capture(str(path), cv2.CAP_FFMPEG, _ONE_THREAD)


_DEVICE_API = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION}

_ONE_THREAD = (cv2.CAP_PROP_N_THREADS, 1)
"""More decoder threads would each hold a frame back, and 640×480 doesn't need them."""


_END_OF_JPEG = b"\xff\xd9"
_FOOT = 16
"""Lines at the foot of a picture: one row of a JPEG's blocks."""


def _from_jpeg(data: UInt8) -> UInt8 | None:
    """BGR; None for what is no JPEG, or was cut off: then its foot is of one colour, which no sensor gives."""
    has_end = data.tobytes().rstrip(b"\0\r\n").endswith(_END_OF_JPEG)
    whole = data if has_end else np.append(data, np.frombuffer(_END_OF_JPEG, np.uint8))  # some cameras leave it out
    picture = cast(UInt8 | None, cv2.imdecode(whole, cv2.IMREAD_COLOR))
    is_cut_off = picture is not None and not has_end and picture[-_FOOT:].std(axis=(0, 1)).max() < 1
    return None if is_cut_off else picture


@cache
def _prepare() -> None:
    """Set OpenCV up once, before its first capture reads its environment; what the person has set stays."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # our errors say it once, with a remedy
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(READ_TIMEOUT_MS // 1000))
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")  # on, opening takes 10-30 s on Windows
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
