"""A stream from the network: MJPEG over HTTP, RTSP."""

import socket
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from gesturectl.capture.camera import monotonic_ms
from gesturectl.capture.opencv import OPEN_TIMEOUT_MS, READ_TIMEOUT_MS, Capture, open_url
from gesturectl.errors import CameraLostError, SourceError
from gesturectl.types import Frame

if TYPE_CHECKING:
    from http.client import HTTPConnection

SCHEMES = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322, "rtmp": 1935}
"""The schemes of streams, with their usual ports."""

_DAMAGED_IN_A_ROW = 10
_ASK_TIMEOUT_S = 2.0


class StreamCamera:
    """The stream at `url`, connected.

    The owner thread (the daemon's capture thread) calls `grab` as fast as frames come: whoever reads slower is served
    from a queue and lags by seconds, so reading everything and keeping the newest is what "live" means here.
    A stream that is silent for `read_timeout_ms` is lost. Raises CameraLostError; then close it and open a new one.
    """

    live = True

    def __init__(
        self, url: str, open_timeout_ms: int = OPEN_TIMEOUT_MS, read_timeout_ms: int = READ_TIMEOUT_MS
    ) -> None:
        self._place = without_password(url)
        self._read_timeout_ms = read_timeout_ms
        self._t_ms = 0
        self._capture: Capture = open_url(url, open_timeout_ms, read_timeout_ms)
        if not self._capture.opened:
            fact, remedy = _why_refused(urlsplit(url))
            raise CameraLostError(self._place, fact, remedy)
        width, height = self._capture.size
        self.description = f"{self._place}, {width}×{height}"

    def grab(self) -> int:
        """Wait for the next frame and return when it came, on `monotonic_ms`'s clock."""
        began_ms = monotonic_ms()
        for _ in range(_DAMAGED_IN_A_ROW):
            if self._capture.grab():
                self._t_ms = monotonic_ms()
                return self._t_ms
            # OpenCV fails alike for a time-out, the end and a damaged picture; only after the last do more frames come.
            if self._silent(began_ms):
                break
        waited_s = (monotonic_ms() - began_ms) / 1000
        fact = f"it sent nothing for {waited_s:.1f} s" if self._silent(began_ms) else "it ended the stream"
        raise CameraLostError(self._place, fact, "See whether the sender still runs and the network is up")

    def retrieve(self) -> Frame:
        """Decode the frame grabbed last, or, where that one is damaged, the next that isn't."""
        for _ in range(_DAMAGED_IN_A_ROW):
            image = self._capture.rgb()
            if image is not None:
                return Frame(self._t_ms, image)
            self.grab()
        raise CameraLostError(self._place, f"{_DAMAGED_IN_A_ROW} damaged pictures in a row", "See to the sender")

    def close(self) -> None:
        """Disconnect. Safe to call twice."""
        self._capture.close()

    def _silent(self, began_ms: int) -> bool:
        """Whether the wait since `began_ms` has used up the time-out (which OpenCV counts with a little tolerance)."""
        return monotonic_ms() - began_ms >= 0.9 * self._read_timeout_ms


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


def _why_refused(parts: SplitResult) -> tuple[str, str]:
    """Fact and remedy for a stream that couldn't be opened: OpenCV doesn't tell, so ask its sender once."""
    try:
        if parts.scheme in ("http", "https"):
            return _asked_http(parts)
        with socket.create_connection((parts.hostname or "", port_of(parts)), _ASK_TIMEOUT_S):
            return "it answers, but not with a stream that can be read", "Check the path, user and password in the URL"
    except TimeoutError:
        return "nothing answers in time", "See whether the sender runs and the address is right"
    except socket.gaierror:
        return f"there is no host called {parts.hostname}", "Check the address"
    except ConnectionRefusedError:
        return "nothing listens there", "Start the sender, or check the port"
    except OSError as error:
        return f"it can't be reached ({error})", "See whether the sender runs and the network is up"


def _asked_http(parts: SplitResult) -> tuple[str, str]:
    import http.client  # with all of email and TLS, which nobody needs who watches a camera

    try:
        return _ask_http(http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection, parts)
    except http.client.HTTPException as error:
        return f"it can't be reached ({error})", "See whether the sender runs and the network is up"


def _ask_http(kind: "type[HTTPConnection]", parts: SplitResult) -> tuple[str, str]:
    connection = kind(parts.hostname or "", port_of(parts), timeout=_ASK_TIMEOUT_S)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        answer = connection.getresponse()
    finally:
        connection.close()
    if answer.status >= 400:
        fact = f"it answers {answer.status} {answer.reason}"
        if answer.status in (401, 403):
            return fact, "Put user and password into the URL: http://USER:PASSWORD@…"
        return fact, "Check the path, or see to the sender"
    content = answer.getheader("Content-Type", "nothing in particular")
    return f"it answers, but with {content} instead of a video stream", "Give the address of the stream itself"
