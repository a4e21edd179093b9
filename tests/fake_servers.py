"""Small servers on the loopback, for actions that tell others something."""

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def web_server(code: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server's address, and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append({"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body})
            self.send_response(code)
            self.end_headers()

        do_GET = do_POST = do_PUT = answer  # noqa: N815  the library's names

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@contextmanager
def mqtt_broker(code: int = 0) -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    """A broker's host and port, and the packets it got: kind and body. It refuses with `code`."""
    got: list[tuple[int, bytes]] = []

    def serve() -> None:
        with server:
            client, _ = server.accept()
            with client:
                for answer in (bytes([0x20, 2, 0, code]), b"\x40\x02\0\1", b""):
                    packet = _packet(client)
                    if packet is None:
                        return
                    got.append(packet)
                    client.sendall(answer)

    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve)
    thread.start()
    yield f"127.0.0.1:{server.getsockname()[1]}", got
    thread.join(5)


def _packet(client: socket.socket) -> tuple[int, bytes] | None:
    head = client.recv(1)
    if not head:
        return None
    size = shift = 0
    while True:
        digit = client.recv(1)[0]
        size |= (digit & 0x7F) << shift
        shift += 7
        if digit < 0x80:
            break
    body = b""
    while len(body) < size:
        body += client.recv(size - len(body))
    return head[0], body
