"""A stream from the network: MJPEG over HTTP, RTSP."""

import re
import socket
import time
from urllib.parse import SplitResult, urlsplit

from gesturectl.capture.camera import monotonic_ms
from gesturectl.capture.opencv import OPEN_TIMEOUT_MS, READ_TIMEOUT_MS, Capture, open_url
from gesturectl.capture.undamaged import DAMAGED_IN_A_ROW, Undamaged
from gesturectl.errors import CameraLostError, SourceError
from gesturectl.types import Frame

SCHEMES = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322, "rtmp": 1935}
"""The schemes of streams, with their usual ports."""

_ASK_TIMEOUT_S = 1.0
_LONGEST_ANSWER = 16_384
"""Bytes of an answer's header that are read."""
_USED_UP = 0.9
"""Share of a time-out after which it has been used up; OpenCV counts it with a little tolerance."""


class StreamCamera(Undamaged):
    """The stream at `url`, connected.

    The owner thread (the daemon's capture thread) calls `grab` as fast as frames come: whoever reads slower is served
    from a queue and lags by seconds, so reading everything and keeping the newest is what "live" means here.
    A stream that is silent for `read_timeout_ms` is lost. Raises CameraLostError; then close it and open a new one.
    """

    name = ""
    live = True
    drops = False
    _damaged_remedy = "Restart the sender, or see whether the network loses data"

    def __init__(
        self, url: str, open_timeout_ms: int = OPEN_TIMEOUT_MS, read_timeout_ms: int = READ_TIMEOUT_MS
    ) -> None:
        self._place = without_password(url)
        self._read_timeout_ms = read_timeout_ms
        self._t_ms = self._whole_ms = monotonic_ms()
        began_ms = monotonic_ms()
        self._capture: Capture = open_url(url, open_timeout_ms, read_timeout_ms)
        if not self._capture.opened:
            waited_ms = monotonic_ms() - began_ms
            silent = waited_ms >= _USED_UP * open_timeout_ms
            fact, remedy = _silent_for(waited_ms) if silent else _why_refused(urlsplit(url))
            raise CameraLostError(self._place, fact, remedy)
        width, height = self._capture.size
        self.description = f"{self._place}, {width}×{height}"

    def grab(self) -> int:
        """Wait for the next frame and return when it came, on `monotonic_ms`'s clock."""
        return self._grab(monotonic_ms())

    def newest(self) -> int:
        """The same: nothing may wait in a stream."""
        return self.grab()

    def _grab(self, began_ms: int) -> int:
        for _ in range(DAMAGED_IN_A_ROW):
            if self._capture.grab():
                self._t_ms = monotonic_ms()
                return self._t_ms
            # OpenCV fails alike for a time-out, the end and a damaged picture; only after the last do more frames come.
            if self._silent(began_ms):
                break
        waited_s = (monotonic_ms() - began_ms) / 1000
        fact = f"it sent nothing for {waited_s:.1f} s" if self._silent(began_ms) else "it ended the stream"
        raise CameraLostError(self._place, fact, "See whether the sender still runs and the network is up")

    def _frame(self, glance: bool) -> Frame:
        frame = super()._frame(glance)
        self._whole_ms = frame.t_ms
        return frame

    def _grab_another(self) -> int:
        return self._grab(self._whole_ms)  # what came of a picture before the line went dead is no sign of life

    def _silent(self, began_ms: int) -> bool:
        """Whether the wait since `began_ms` has used up the time-out."""
        return monotonic_ms() - began_ms >= _USED_UP * self._read_timeout_ms


def without_password(url: str) -> str:
    """`url` as it may be shown and logged: without its user and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def port_of(parts: SplitResult) -> int:
    """The port a URL means. Raises SourceError if it names an impossible one."""
    try:
        return parts.port or SCHEMES.get(parts.scheme, 0)
    except ValueError as error:
        raise SourceError(
            f"{parts.scheme}://{parts.hostname}", f"its port is impossible ({error})", "Correct the URL"
        ) from error


def _silent_for(waited_ms: int) -> tuple[str, str]:
    """Fact and remedy for a stream that took its time and came to nothing."""
    fact = f"no picture came within {waited_ms / 1000:.0f} s"
    return fact, "See whether the sender runs, the address is right and the network is up"


def _why_refused(parts: SplitResult) -> tuple[str, str]:
    """Fact and remedy for a stream that couldn't be opened: OpenCV doesn't tell, so ask its sender once."""
    try:
        with socket.create_connection((parts.hostname or "", port_of(parts)), _ASK_TIMEOUT_S) as line:
            if parts.scheme in ("http", "https"):
                return _judged(_asked(line, parts))
            return "it answers, but not with a stream that can be read", "Check the path, user and password in the URL"
    except TimeoutError:
        return "nothing answers in time", "See whether the sender runs and the address is right"
    except socket.gaierror:
        return f"there is no host called {parts.hostname}", "Check the address"
    except ConnectionRefusedError:
        return "nothing listens there", "Start the sender, or check the port"
    except OSError as error:
        return f"it can't be reached ({error.strerror or error})", "See whether the sender runs and the network is up"


def _asked(line: socket.socket, parts: SplitResult) -> bytes:
    """The header of the answer to an HTTP request, as far as it comes in time. Raises TimeoutError if nothing does."""
    if parts.scheme == "https":
        import ssl  # which nobody needs who watches a camera

        line = ssl.create_default_context().wrap_socket(line, server_hostname=parts.hostname)
    where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    line.sendall(f"GET {where} HTTP/1.0\r\nHost: {parts.hostname}\r\n\r\n".encode("ascii", "replace"))
    answer, give_up_s = b"", time.monotonic() + _ASK_TIMEOUT_S  # in all: some send a line now and then, for ever
    while b"\r\n\r\n" not in answer and len(answer) < _LONGEST_ANSWER and time.monotonic() < give_up_s:
        try:
            more = line.recv(4096)
        except TimeoutError:
            more = b""
        if not more:
            break
        answer += more
    if not answer:
        raise TimeoutError
    return answer


def _judged(answer: bytes) -> tuple[str, str]:
    """Fact and remedy for what was answered."""
    status, _, fields = answer.partition(b"\r\n")
    said = re.fullmatch(rb"HTTP/1\.\d (\d{3}) ?([ -~]{0,60})", status)
    if said is None:
        return "what answers there isn't a camera's web server", "Check the port and whether it is http, https or rtsp"
    code, words = int(said[1]), said[2].decode()
    if code in (401, 403):
        return f"it answers {code} {words}", "Put user and password into the URL: http://USER:PASSWORD@…"
    if code >= 500:
        return f"it answers {code} {words}", "It may serve one viewer at a time: close others, or restart the sender"
    if code >= 300:
        return f"it answers {code} {words}", "Check the path in the URL"
    kind = re.search(rb"(?i)\r\ncontent-type: *([ -~]{1,60})", b"\r\n" + fields)
    content = kind[1].decode() if kind else "nothing in particular"
    return f"it answers, but with {content} instead of a video stream", "Give the address of the stream itself"
