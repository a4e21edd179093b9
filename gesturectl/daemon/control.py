"""The control socket: one line of JSON asks, one answers. Whatever comes in, the daemon stays up."""

import json
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gesturectl.daemon import endpoint
from gesturectl.errors import ConfigError, DaemonError, GesturectlError

LINE_BYTES = 64 * 1024
"""The longest request or answer."""

_CLIENTS = 16
_IDLE_S = 10.0
"""A client that says nothing for so long is let go."""
_BURST, _REQUESTS_A_SECOND = 40, 20
"""Far more than a person or a status bar asks; a program that asks more waits its turn."""

COMMANDS: dict[str, frozenset[str]] = {
    "status": frozenset(),
    "pause": frozenset(),
    "resume": frozenset(),
    "profile": frozenset({"name"}),
    "arming": frozenset({"do"}),
    "pointer": frozenset({"do"}),
    "why": frozenset({"last", "after"}),
    "reload": frozenset(),
    "settings": frozenset({"values"}),
    "studio": frozenset(),
    "gestures": frozenset({"do", "name"}),
    "record": frozenset({"name", "takes", "add"}),
    "record_status": frozenset(),
    "record_use": frozenset(),
    "record_retry": frozenset({"takes"}),
    "record_done": frozenset(),
    "record_bind": frozenset({"gesture", "app", "action"}),
    "record_cancel": frozenset(),
    "not-this": frozenset({"t_ms"}),
    "retrain": frozenset(),
    "cancel_retrain": frozenset(),
    "rollback": frozenset(),
    "quit": frozenset(),
}
"""Each command and the arguments it may have."""

Answer = dict[str, Any]
Handler = Callable[[str, Mapping[str, object]], Answer]
"""Carries a command with its arguments out; raises GesturectlError to refuse. Called in the control thread."""

_log = logging.getLogger(__name__)


class ControlServer:
    """Serves the control socket until told to stop, in one thread that owns all its connections."""

    def __init__(self, path: Path, handle: Handler, stopping: threading.Event) -> None:
        """Listens at once, so that a socket that can't be made is known before anything starts. Raises DaemonError."""
        self._path, self._handle, self._stopping = path, handle, stopping
        self._server = endpoint.listen(path)
        self._server.setblocking(False)
        self._secret = endpoint.secret_at(path)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ)
        self._clients: dict[socket.socket, _Client] = {}

    def serve(self) -> None:
        """Answer requests until stopping."""
        while not self._stopping.is_set():
            for key, _ in self._selector.select(timeout=0.2):
                if key.fileobj is self._server:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)
            self._drop_idle()

    def close(self) -> None:
        """Hang up and remove the socket. Safe to call twice; call it after `serve` has returned."""
        for connection in list(self._clients):
            self._drop(connection)
        self._selector.close()
        self._server.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        try:
            connection, _ = self._server.accept()
        except OSError:
            return
        connection.settimeout(1.0)  # for the answer; a reader that doesn't read is dropped
        if len(self._clients) >= _CLIENTS or not endpoint.is_same_user(connection):
            connection.close()
            return
        self._clients[connection] = _Client(time.monotonic())
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> None:
        client = self._clients[connection]
        try:
            part = connection.recv(4096)
            if not part:
                self._drop(connection)
                return
            client.heard_s = time.monotonic()
            client.received += part
            while b"\n" in client.received:
                line, _, client.received = client.received.partition(b"\n")
                if not client.allowance.take(client.heard_s):
                    remedy = f"Ask at most {_REQUESTS_A_SECOND} times a second."
                    self._hang_up(connection, GesturectlError("request", "too many requests", remedy))
                    return
                connection.sendall(self._answer(line) + b"\n")
            if len(client.received) > LINE_BYTES:
                self._hang_up(connection, GesturectlError("request", f"it is longer than {LINE_BYTES} bytes"))
        except OSError:
            self._drop(connection)

    def _answer(self, line: bytes) -> bytes:
        try:
            command, arguments = parse_request(line, self._secret)
            return _encode({"ok": True, **self._handle(command, arguments)})
        except GesturectlError as error:
            _log.info("a request was refused: %s", error.fact)
            return _encode(_refused(error))

    def _hang_up(self, connection: socket.socket, why: GesturectlError) -> None:
        connection.sendall(_encode(_refused(why)) + b"\n")
        self._drop(connection)

    def _drop_idle(self) -> None:
        too_old_s = time.monotonic() - _IDLE_S
        for connection in [connection for connection, client in self._clients.items() if client.heard_s < too_old_s]:
            self._drop(connection)

    def _drop(self, connection: socket.socket) -> None:
        self._clients.pop(connection, None)
        self._selector.unregister(connection)
        connection.close()


def parse_request(line: bytes, secret: str = "") -> tuple[str, dict[str, object]]:
    """The command of a request and its arguments. Raises GesturectlError for anything that isn't one."""
    place = "request"
    if len(line) > LINE_BYTES:
        raise GesturectlError(place, f"it is longer than {LINE_BYTES} bytes")
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise GesturectlError(place, "it isn't one line of JSON", 'Send {"command": "status"}.') from error
    if not isinstance(request, dict):
        raise GesturectlError(place, "it isn't a JSON object", 'Send {"command": "status"}.')
    if secret and request.pop("token", None) != secret:
        raise DaemonError(place, "the secret is missing or wrong")
    command = request.pop("command", None)
    if not isinstance(command, str) or command not in COMMANDS:
        raise GesturectlError(place, "there is no such command", f"There are {', '.join(COMMANDS)}.")
    if unknown := sorted(set(request) - COMMANDS[command]):
        raise GesturectlError(place, f"'{command}' has no argument {unknown[0][:40]!r}")
    return command, request


class _Client:
    """One connection."""

    def __init__(self, now_s: float) -> None:
        self.heard_s = now_s
        self.received = b""
        self.allowance = _Allowance(_BURST, _REQUESTS_A_SECOND)


class _Allowance:
    """A bucket of requests that fills again with time."""

    def __init__(self, burst: int, a_second: float) -> None:
        self._burst, self._a_second = burst, a_second
        self._left = float(burst)
        self._at_s: float | None = None

    def take(self, now_s: float) -> bool:
        """Whether one more request may be answered now."""
        passed_s = now_s - self._at_s if self._at_s is not None else 0.0
        self._at_s = now_s
        self._left = min(self._burst, self._left + passed_s * self._a_second)
        if self._left < 1:
            return False
        self._left -= 1
        return True


def _refused(error: GesturectlError) -> Answer:
    problems = error.problems if isinstance(error, ConfigError) else ()
    listed = {"problems": [_told(problem) for problem in problems]} if problems else {}
    return {"ok": False, "error": {**_told(error), "exit_code": error.exit_code, **listed}}


def _told(error: GesturectlError) -> dict[str, str]:
    return {"place": error.place, "fact": error.fact, "remedy": error.remedy}


def _encode(answer: Answer) -> bytes:
    return json.dumps(answer).encode()
