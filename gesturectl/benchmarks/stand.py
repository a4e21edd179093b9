"""A network camera on this machine that shows a clip, thirty frames a second, to each program that connects."""

import contextlib
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gesturectl.benchmarks.clips import FPS, Clip


@contextmanager
def camera_showing(clip: Clip) -> Iterator[str]:
    """The URL of the camera. Each program sees the clip from its start, again and again, never backwards."""
    closed = threading.Event()

    class Sender(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            with contextlib.suppress(OSError):
                self._send()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as its base names it
            """Say nothing."""

        def _send(self) -> None:
            began_s, index = time.monotonic(), 0
            while not closed.wait(max(0.0, began_s + index / FPS - time.monotonic())):
                jpeg = clip.jpegs[index % len(clip.jpegs)]
                self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg))
                self.wfile.write(jpeg + b"\r\n")
                index += 1

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sender)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/video"
    finally:
        closed.set()
        server.shutdown()
        server.server_close()
