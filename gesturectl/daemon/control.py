"""The control socket: one line of JSON asks, one answers. Whatever comes in, the daemon stays up.

Who may use it is said in `endpoint`. Those who may can still be careless: no client waits for another one that
dribbles, floods, doesn't read or asks what takes its time, and none keeps anything for ever.
"""

import hmac
import json
import logging
import math
import selectors
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from gesturectl.daemon import endpoint
from gesturectl.daemon.allowance import Allowance
from gesturectl.daemon.answering import Answering
from gesturectl.daemon.connection import LINE_BYTES, PATIENCE_S, Connection
from gesturectl.daemon.plain_json import NotPlainError, read_plain
from gesturectl.daemon.stage import attempt
from gesturectl.errors import ConfigError, DaemonError, GesturectlError

_CLIENTS = 16
"""At a time. Another one takes the place of the one that has been slow for longest."""
_BURST, _REQUESTS_A_SECOND = 40, 20
"""Of one connection: far more than a person or a status bar asks. Who asks more is hung up on."""
_ALL_BURST, _ALL_REQUESTS_A_SECOND = 120, 60
"""Of all connections together; beyond it each waits its turn, so that another connection buys nobody more."""
_GOODBYE_S = 0.5
"""For answers that are on their way when everything stops; "quit" is one."""
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
"""Carries a command with its arguments out; raises GesturectlError to refuse. Called in several threads at once."""

_ASK = 'Send {"command": "status"}.'

_log = logging.getLogger(__name__)


class ControlServer:
    """Serves the control socket until told to stop, in one thread that owns all its connections."""

    def __init__(self, path: Path, handle: Handler, stopping: threading.Event) -> None:
        """Listens at once, so that a socket that can't be made is known before anything starts. Raises DaemonError."""
        self._path, self._stopping = path, stopping
        self._server = endpoint.listen(path)
        self._server.setblocking(False)
        self._secret = endpoint.secret_at(path)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ)
        self._answering = Answering(lambda line: answer(line, handle, self._secret), _CLIENTS)
        self._selector.register(self._answering.bell, selectors.EVENT_READ, self._answering)
        self._clients: dict[Connection, Allowance] = {}
        self._allowance = Allowance(_ALL_BURST, _ALL_REQUESTS_A_SECOND)

    def serve(self) -> None:
        """Answer requests until stopping, and what was asked before that."""
        while not self._stopping.is_set():
            self._attend()
            for client in [client for client in self._clients if client.has_request]:
                if self._answering.free and self._allowance.take(time.monotonic()):
                    self._clients[client] = self._clients.pop(client)  # to the end of the queue
                    self._move(client, partial(self._begin, client))
            for client in [client for client in self._clients if client.slow_s(time.monotonic()) > PATIENCE_S]:
                self._drop(client)
        until_s = time.monotonic() + _GOODBYE_S
        while self._answering.busy and time.monotonic() < until_s:
            self._attend()

    def close(self) -> None:
        """Hang up and remove the socket. Safe to call twice; call it after `serve` has returned."""
        for client in list(self._clients):
            self._drop(client)
        self._selector.close()
        self._answering.close()
        self._server.close()
        self._path.unlink(missing_ok=True)

    def _attend(self) -> None:
        """Wait for what comes, and take it."""
        for key, events in self._selector.select(timeout=self._patience_s()):
            if key.data is None:
                self._accept()
            elif isinstance(key.data, Answering):
                for client, words in key.data.taken():
                    if client in self._clients:
                        self._move(client, partial(client.say, words, time.monotonic()))
            elif events & selectors.EVENT_WRITE:
                self._move(key.data, partial(key.data.go_on, time.monotonic()))
            else:
                self._move(key.data, partial(self._hear, key.data))

    def _patience_s(self) -> float:
        if not self._answering.free or not any(client.has_request for client in self._clients):
            return 0.2
        return 0.0 if self._allowance.left(time.monotonic()) >= 1 else 0.02

    def _accept(self) -> None:
        try:
            connection, _ = self._server.accept()
        except BlockingIOError:
            return
        except OSError as error:  # no descriptor is left: the one that waits stays, and would wake us at once
            _log.warning("a client can't be let in (%s)", error.strerror)
            self._stopping.wait(0.2)
            return
        now_s = time.monotonic()
        if not endpoint.is_same_user(connection):
            _log.warning("another user was refused")
            connection.close()
            return
        if len(self._clients) >= _CLIENTS:
            self._drop(max(self._clients, key=lambda client: client.slow_s(now_s)))
        client = Connection(connection, now_s)
        self._clients[client] = Allowance(_BURST, _REQUESTS_A_SECOND)
        self._selector.register(connection, selectors.EVENT_READ, client)

    def _hear(self, client: Connection) -> None:
        client.hear()
        if client.is_too_long:
            remedy = f"Send at most {LINE_BYTES} bytes and a line's end."
            self._hang_up(client, GesturectlError("request", f"it is longer than {LINE_BYTES} bytes", remedy))

    def _begin(self, client: Connection) -> None:
        """Have one request of `client` carried out."""
        line = client.request()
        if self._clients[client].take(time.monotonic()):
            self._answering.begin(client, line)
        else:
            remedy = f"Ask at most {_REQUESTS_A_SECOND} times a second."
            self._hang_up(client, GesturectlError("request", "too many requests", remedy))

    def _hang_up(self, client: Connection, why: GesturectlError) -> None:
        client.hang_up_after()
        client.say(_encode(_refused(why)), time.monotonic())

    def _move(self, client: Connection, step: Callable[[], None]) -> None:
        """Take a step with `client`, drop it if it is gone or done, and wait for what comes next of it."""
        try:
            step()
        except OSError:
            self._drop(client)
            return
        if client.is_over:
            self._drop(client)
            return
        wanted = selectors.EVENT_READ * client.wants_to_hear | selectors.EVENT_WRITE * client.wants_to_say
        watched = client.socket.fileno() in self._selector.get_map()
        if watched and wanted:
            self._selector.modify(client.socket, wanted, client)
        elif watched:
            self._selector.unregister(client.socket)
        elif wanted:
            self._selector.register(client.socket, wanted, client)

    def _drop(self, client: Connection) -> None:
        del self._clients[client]
        if client.socket.fileno() in self._selector.get_map():
            self._selector.unregister(client.socket)
        client.socket.close()


def answer(line: bytes, handle: Handler, secret: str = "") -> bytes:
    """The answer to a request's line, without a line's end. Never raises: what goes wrong is an answer, too."""
    answers: list[bytes] = []

    def respond() -> None:
        command, arguments = parse_request(line, secret)
        answers.append(_encode({"ok": True, **handle(command, arguments)}))

    error = attempt("request", respond)
    if error is None:
        return answers[0]
    _log.info("a request was refused: %s", error.fact)
    return _encode(_refused(error))


def parse_request(line: bytes, secret: str = "") -> tuple[str, dict[str, object]]:
    """The command of a request and its arguments: of plain values, nothing hidden in them.

    Raises GesturectlError for anything that isn't one.
    """
    place = "request"
    if len(line) > LINE_BYTES:
        raise GesturectlError(place, f"it is longer than {LINE_BYTES} bytes", _ASK)
    try:
        request = read_plain(line)
    except NotPlainError as error:
        raise GesturectlError(place, str(error), _ASK) from error
    if not isinstance(request, dict):
        raise GesturectlError(place, "it isn't a JSON object", _ASK)
    given = request.pop("token", None)
    if secret and not (isinstance(given, str) and hmac.compare_digest(given.encode(), secret.encode())):
        raise DaemonError(place, "the secret is missing or wrong", "Ask with the gesturectl of the user who runs it.")
    command = request.pop("command", None)
    if not isinstance(command, str) or command not in COMMANDS:
        raise GesturectlError(place, "there is no such command", f"There are {', '.join(COMMANDS)}.")
    if unknown := sorted(set(request) - COMMANDS[command]):
        known = ", ".join(sorted(COMMANDS[command])) or "none"
        raise GesturectlError(place, f"'{command}' has no argument {unknown[0][:40]!r}", f"It may have: {known}.")
    return command, request


def _refused(error: GesturectlError) -> Answer:
    problems = error.problems if isinstance(error, ConfigError) else ()
    listed = {"problems": [_told(problem) for problem in problems]} if problems else {}
    return {"ok": False, "error": {**_told(error), "exit_code": error.exit_code, **listed}}


def _told(error: GesturectlError) -> dict[str, str]:
    return {"place": error.place, "fact": error.fact, "remedy": error.remedy}


def _encode(answer: Answer) -> bytes:
    try:
        return json.dumps(answer, allow_nan=False).encode()
    except ValueError:
        return json.dumps(_finite(answer), allow_nan=False).encode()


def _finite(value: Any) -> Any:
    """`value` with null where a number is none: vision measured it, and JSON has no word for it."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
