"""A stream whose sender hangs, dies, sends half pictures or refuses: one defined behaviour each, within seconds."""

import contextlib
import http.server
import threading
import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from gesturectl.capture.stream import StreamCamera, without_password
from gesturectl.errors import CameraLostError, SourceError

SENT_BEFORE_THE_FAULT = 6
TIMEOUT_MS = 700

NOISE = cv2.imencode(".jpg", np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8))[1].tobytes()
PICTURES = [cv2.imencode(".jpg", np.full((48, 64, 3), 20 * k, np.uint8))[1].tobytes() for k in range(10)]


class Sender(http.server.BaseHTTPRequestHandler):
    """An MJPEG camera on the loopback whose path names its fault."""

    released = threading.Event()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def do_GET(self) -> None:
        fault = self.path.strip("/")
        if fault == "busy":
            self.send_error(503)
        elif fault == "login":
            self._answer("text/html")
            self.wfile.write(b"<html>password?</html>")
        elif fault == "mute":
            self.released.wait(10)
        elif fault == "garbage":
            self.wfile.write(bytes(range(128, 256)) * 50)
        elif fault == "dripping":
            with contextlib.suppress(OSError):
                self.send_response(200)
                while not self.released.wait(0.1):
                    self.wfile.write(b"X-More: of it\r\n")
        else:
            self._answer("multipart/x-mixed-replace; boundary=frame")
            with contextlib.suppress(OSError):  # the reader has gone
                self._send_pictures(fault)

    def _answer(self, content: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content)
        self.end_headers()

    def _send_pictures(self, fault: str) -> None:
        for k in range(SENT_BEFORE_THE_FAULT if fault not in ("endless", "cut_off") else 300):
            jpeg = PICTURES[k % 10]
            if fault == "damaged" and k == 3:
                jpeg = b"\xff\xd8 this is no JPEG"
            if fault == "turned" and k >= 3:
                jpeg = cv2.imencode(".jpg", np.full((64, 48, 3), 20 * k, np.uint8))[1].tobytes()
            if fault == "cut_off" and k >= 3:
                jpeg = NOISE[: len(NOISE) // 2]
            if fault == "no_end_marks":
                jpeg = NOISE[:-2]
            self._part(jpeg, len(jpeg))
            time.sleep(0.02)
        if fault in ("half_then_silent", "half_then_dead"):
            self._part(PICTURES[0][: len(PICTURES[0]) // 2], len(PICTURES[0]))
        if fault in ("silent", "half_then_silent"):
            self.released.wait(10)

    def _part(self, content: bytes, length: int) -> None:
        self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % length)
        self.wfile.write(content + b"\r\n" * (len(content) == length))
        self.wfile.flush()


@pytest.fixture(scope="module")
def sender() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sender)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Sender.released.set()
    server.shutdown()
    server.server_close()


def connect(url: str) -> StreamCamera:
    return StreamCamera(url, TIMEOUT_MS, TIMEOUT_MS)


def read_until_lost(camera: StreamCamera) -> tuple[int, CameraLostError]:
    """How many frames came, and the error that ended them."""
    count = 0
    try:
        while count < 50:
            camera.grab()
            camera.retrieve()
            count += 1
    except CameraLostError as error:
        return count, error
    finally:
        camera.close()
    raise AssertionError("the stream never ended")


def test_a_stream_gives_rgb_frames_stamped_as_they_come(sender: str) -> None:
    camera = connect(f"{sender}/endless")
    before_ms = time.monotonic_ns() // 1_000_000
    times = []
    for _ in range(8):
        times.append(camera.grab())
        frame = camera.retrieve()
        assert frame.image.shape == (48, 64, 3)
        assert frame.t_ms == times[-1]
    camera.close()
    camera.close()
    assert camera.live
    assert times == sorted(times)
    assert before_ms <= times[0] <= times[-1] <= time.monotonic_ns() // 1_000_000
    assert times[-1] > times[0]


@pytest.mark.parametrize(
    ("fault", "fact"),
    [
        ("dead", "it ended the stream"),
        ("half_then_dead", "it ended the stream"),
        ("silent", "it sent nothing for 0.7 s"),
        ("half_then_silent", "it sent nothing for 0.7 s"),
    ],
)
def test_a_stream_that_fails_later_gives_its_frames_and_then_its_reason(sender: str, fault: str, fact: str) -> None:
    count, error = read_until_lost(connect(f"{sender}/{fault}"))
    assert count == SENT_BEFORE_THE_FAULT
    assert error.fact == fact
    assert error.place == f"{sender}/{fault}"
    assert error.remedy


def test_a_damaged_picture_is_passed_over(sender: str) -> None:
    count, error = read_until_lost(connect(f"{sender}/damaged"))
    assert count == SENT_BEFORE_THE_FAULT - 1
    assert error.fact == "it ended the stream"


def test_pictures_that_are_cut_off_are_a_fault(sender: str) -> None:
    count, error = read_until_lost(connect(f"{sender}/cut_off"))
    assert count == 3
    assert error.fact == "10 damaged pictures in a row"


def test_a_camera_that_leaves_the_end_marks_out_can_be_used(sender: str) -> None:
    count, _ = read_until_lost(connect(f"{sender}/no_end_marks"))
    assert count == SENT_BEFORE_THE_FAULT


def test_pictures_that_are_turned_in_mid_stream_keep_their_own_shape(sender: str) -> None:
    camera = connect(f"{sender}/turned")
    shapes = []
    for _ in range(SENT_BEFORE_THE_FAULT):
        camera.grab()
        shapes.append(camera.retrieve().image.shape[:2])
    camera.close()
    assert shapes == [(48, 64)] * 3 + [(64, 48)] * 3


@pytest.mark.parametrize(
    ("fault", "fact"),
    [
        ("busy", "it answers 503"),
        ("login", "it answers, but with text/html instead of a video stream"),
        ("mute", "no picture came within"),
        ("garbage", "isn't a camera's web server"),
        ("dripping", "no picture came within"),
    ],
)
def test_a_stream_that_is_refused_says_why(sender: str, fault: str, fact: str) -> None:
    with pytest.raises(CameraLostError, match=fact) as lost:
        connect(f"{sender}/{fault}")
    assert lost.value.remedy


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_nobody_there_is_told_at_once(scheme: str) -> None:
    with pytest.raises(CameraLostError, match="nothing listens there"):
        connect(f"{scheme}://127.0.0.1:9/live")  # the discard port


def test_a_password_is_never_shown() -> None:
    assert without_password("rtsp://me:secret@cam:554/live?x=1") == "rtsp://cam:554/live?x=1"
    with pytest.raises(CameraLostError) as lost:
        connect("http://me:secret@127.0.0.1:9/")
    assert "secret" not in str(lost.value)


def test_an_impossible_port_is_a_mistake_not_a_lost_camera() -> None:
    with pytest.raises(SourceError, match="port") as refusal:
        connect("http://127.0.0.1:99999/")
    assert not isinstance(refusal.value, CameraLostError)
