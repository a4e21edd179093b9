"""A network camera with every fault that one can have, switched on and off while it is watched."""

import itertools
import threading
import time
from collections.abc import Callable
from enum import StrEnum

import cv2
import numpy as np
from clip_camera import FPS, HEADER, ClipCamera, as_part

BURST_S = 1.6
"""How long a camera that bursts keeps its pictures back."""


class Fault(StrEnum):
    """What is wrong with the camera."""

    NONE = "none"
    GONE = "nobody listens any more"
    BUSY = "it answers 503 to whoever connects"
    FORBIDDEN = "it answers 401 to whoever connects"
    MUTE = "it takes the call and never answers"
    HUNG = "it stands still in the middle of the stream, for new readers, too"
    GARBAGE = "it sends garbage instead of an answer"
    ENDLESS = "its header never ends"
    DRIP = "its header comes a line every half second, and never ends"
    WEB_PAGE = "it answers with a web page"
    HALF = "every picture is cut off in the middle"
    MISCOUNTED = "every picture is shorter than it says"
    NO_PICTURES = "every picture is noise instead of a JPEG"
    BLACK = "its cover is closed"
    FROZEN = "it sends the same picture again and again"
    SMALL = "its pictures are smaller all of a sudden"
    WIDE = "its pictures are of another shape all of a sudden"
    BURSTS = "it keeps pictures back and sends them in bursts"


BREAKS_OFF = frozenset({Fault.BUSY, Fault.FORBIDDEN, Fault.MUTE, Fault.GARBAGE, Fault.ENDLESS, Fault.DRIP,
                        Fault.WEB_PAGE})  # fmt: skip
"""Faults that whoever is connected sees as an end of the stream; those who come then see the fault."""


class FaultyCamera(ClipCamera):
    """The clip camera at any rate, with faults."""

    def __init__(self, fps: float = FPS) -> None:
        super().__init__()
        self.fps = fps
        self._fault = Fault.NONE
        self._ended = threading.Event()
        """Set whenever a fault ends, for whoever waits for that."""
        self.connections = 0
        """How often somebody has connected."""

    @property
    def fault(self) -> Fault:
        """What is wrong now."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        before, self._fault = self._fault, fault
        self._ended.set()
        self._ended = threading.Event()
        if fault is Fault.GONE:
            self.unplug()
        elif before is Fault.GONE:
            self._closed = threading.Event()
            self._server = self._listen(self.port)
            self.__enter__()

    def _answer(self, write: Callable[[bytes], object]) -> None:
        self.connections += 1
        fault = self._fault
        if fault is Fault.BUSY:
            write(b"HTTP/1.0 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        elif fault is Fault.FORBIDDEN:
            write(b"HTTP/1.0 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        elif fault is Fault.WEB_PAGE:
            write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Hello</html>")
        elif fault in (Fault.MUTE, Fault.HUNG):
            self._closed.wait(60)  # whoever came meanwhile is never served, as after a line that went dead
        elif fault is Fault.GARBAGE:
            write(bytes(np.random.default_rng(7).integers(0, 256, 100_000, np.uint8)))
        elif fault in (Fault.ENDLESS, Fault.DRIP):
            write(b"HTTP/1.0 200 OK\r\n")
            while self._fault is fault:
                write(b"X-Header: " + b"x" * 100 + b"\r\n")
                time.sleep(0.5 if fault is Fault.DRIP else 0.001)
        else:
            write(HEADER)
            self._send(write)

    def _send(self, write: Callable[[bytes], object]) -> None:
        began_s = time.monotonic()
        frozen: bytes | None = None
        for index in itertools.count():
            fault = self._fault
            if fault in BREAKS_OFF:
                return
            if fault is Fault.HUNG:
                self._ended.wait(60)
                began_s = time.monotonic() - index / self.fps
            jpeg = self._picture(index)
            frozen = (frozen or jpeg) if fault is Fault.FROZEN else None
            write(spoilt(frozen or jpeg, fault))
            due_s = began_s + (index + 1) / self.fps
            if fault is Fault.BURSTS:
                due_s = began_s + np.ceil((due_s - began_s) / BURST_S) * BURST_S
            if self._closed.wait(max(0.0, due_s - time.monotonic())):
                return

    def _picture(self, index: int) -> bytes:
        """At another rate than the clip's, pictures are left out or sent again."""
        first, last = (int(number * FPS / self.fps) for number in (index, index + 1))
        if first == last and index:
            return self._shown
        for number in range(first, max(last, first + 1)):
            self._shown = super()._picture(number)
        return self._shown


def spoilt(jpeg: bytes, fault: Fault) -> bytes:
    """The picture as it goes out."""
    match fault:
        case Fault.HALF:
            return as_part(jpeg[: len(jpeg) // 2])
        case Fault.MISCOUNTED:
            return as_part(jpeg[: len(jpeg) // 2], len(jpeg))
        case Fault.NO_PICTURES:
            return as_part(b"\xff\xd8" + bytes(np.random.default_rng(len(jpeg)).integers(0, 200, 5000, np.uint8)))
        case Fault.BLACK:
            return as_part(_resized(jpeg, (640, 480), light=0.0))
        case Fault.SMALL:
            return as_part(_resized(jpeg, (320, 240)))
        case Fault.WIDE:
            return as_part(_resized(jpeg, (960, 540)))
        case _:
            return as_part(jpeg)


def _resized(jpeg: bytes, size: tuple[int, int], light: float = 1.0) -> bytes:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    if light:
        width = size[1] * 4 // 3  # the person keeps their shape; a wider picture shows more wall
        picture = cv2.resize(picture, (width, size[1]))
        side = size[0] - width
        picture = cv2.copyMakeBorder(picture, 0, 0, side // 2, side - side // 2, cv2.BORDER_REPLICATE)
    else:
        picture = np.random.default_rng().integers(0, 4, (size[1], size[0], 3), np.uint8)
    return cv2.imencode(".jpg", picture)[1].tobytes()
