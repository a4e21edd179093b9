"""A network camera (MJPEG on the loopback) in front of which the person of the demo clip does what a test asks for."""

import contextlib
import http.server
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Self

import cv2

from gesturectl import paths
from gesturectl.daemon.truth import Truth, read_truth

CLIP = paths.asset("demo.mp4")
FPS = 30.0
_BEFORE_MS, _AFTER_MS = 800, 700
"""Of the hand's rest around a gesture."""
_STILL_FRAMES = 6
"""The last frames go to and fro while nothing is asked for: a still hand before a sensor with noise."""

HEADER = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


def truth(gesture: str) -> Truth:
    """When the demo clip truly shows a gesture."""
    return next(row for row in read_truth(CLIP.with_suffix(".events.csv")) if row.gesture == gesture)


def pictures(first_ms: int, last_ms: int) -> list[cv2.typing.MatLike]:
    """Frames of the demo clip, (480, 640, 3) BGR."""
    capture = cv2.VideoCapture(str(CLIP))
    try:
        kept = []
        for index in itertools.count():
            t_ms = index * 1000 / FPS
            grabbed, picture = capture.read() if first_ms <= t_ms <= last_ms else (capture.grab(), None)
            if not grabbed or t_ms > last_ms:
                return kept
            if picture is not None:
                kept.append(picture)
        return kept
    finally:
        capture.release()


def write_segment(path: Path, gesture: str) -> Path:
    """One gesture of the demo clip, with the rest around it, as a video of its own."""
    shown = truth(gesture)
    return write_part(path, shown.start_ms - _BEFORE_MS, shown.end_ms + _AFTER_MS)


def write_part(path: Path, first_ms: int, last_ms: int) -> Path:
    """A part of the demo clip as a video of its own."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (640, 480))
    for frame in pictures(first_ms, last_ms):
        writer.write(frame)
    writer.release()
    return path


class ClipCamera:
    """Sends thirty frames a second to whoever connects, until the context ends."""

    def __init__(self, port: int = 0) -> None:
        """`port` 0 is any that is free."""
        rest_ms = truth("swipe_left").start_ms - _BEFORE_MS
        self._still = self._encoded(rest_ms - 200, rest_ms)
        self._coming: deque[bytes] = deque()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._server = self._listen(port)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/video"

    def _listen(self, port: int) -> http.server.ThreadingHTTPServer:
        camera = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

            def do_GET(self) -> None:
                with contextlib.suppress(OSError):  # the reader has gone
                    camera._answer(self.wfile.write)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        server.daemon_threads = True
        return server

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def make(self, gesture: str) -> None:
        """Make the gesture and rest."""
        shown = truth(gesture)
        self.play(shown.start_ms - _BEFORE_MS, shown.end_ms + _AFTER_MS)

    def hold(self, pose: str) -> None:
        """Take the pose and stay in it."""
        shown = truth(pose)
        self.play(shown.start_ms - _BEFORE_MS, (shown.start_ms + 2 * shown.end_ms) // 3)

    def let_go(self, pose: str) -> None:
        """Go from the pose back to rest."""
        shown = truth(pose)
        self.play((shown.start_ms + 2 * shown.end_ms) // 3, shown.end_ms + _AFTER_MS)

    def play(self, first_ms: int, last_ms: int) -> None:
        """Show this part of the clip, then stay on its last moment."""
        part = self._encoded(first_ms, last_ms)
        with self._lock:
            self._coming.extend(part)
            self._still = part[-_STILL_FRAMES:]

    def unplug(self) -> None:
        """Be gone, for everybody."""
        if not self._closed.is_set():
            self._closed.set()
            self._server.shutdown()
            self._server.server_close()

    def stamp(self, picture: cv2.typing.MatLike) -> None:
        """Mark a picture before it is sent; here nothing is."""

    def _encoded(self, first_ms: int, last_ms: int) -> list[bytes]:
        part = pictures(first_ms, last_ms)
        for picture in part:
            self.stamp(picture)
        return [cv2.imencode(".jpg", picture)[1].tobytes() for picture in part]

    def _answer(self, write: Callable[[bytes], object]) -> None:
        """Serve one reader: in the thread of its connection, until it goes or we do."""
        write(HEADER)
        began_s = time.monotonic()
        for index in itertools.count():
            write(as_part(self._picture(index)))
            if self._closed.wait(max(0.0, began_s + (index + 1) / FPS - time.monotonic())):
                return

    def _picture(self, index: int) -> bytes:
        """What there is to see now, as a JPEG; `index` counts the pictures of a reader."""
        with self._lock:
            swing = [*self._still, *self._still[-2:0:-1]]
            return self._coming.popleft() if self._coming else swing[index % len(swing)]


def as_part(jpeg: bytes, length: int | None = None) -> bytes:
    """A picture as a part of the stream, said to be `length` bytes long."""
    said = len(jpeg) if length is None else length
    return b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (said, jpeg)
