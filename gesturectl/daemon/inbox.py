"""The engine's one way in: any thread leaves messages and asks, the engine's takes them, one after the other."""

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesturectl.daemon.messages import Told
from gesturectl.daemon.panic import PanicChord, Panicked
from gesturectl.daemon.rest import Rest
from gesturectl.desktop.base import App
from gesturectl.errors import DaemonError, GesturectlError


@dataclass(frozen=True, slots=True)
class Focused:
    """Another app has the focus."""

    app: App


@dataclass(frozen=True, slots=True)
class Request:
    """A command from outside."""

    command: str
    arguments: Mapping[str, object]
    reply: "queue.SimpleQueue[dict[str, Any] | GesturectlError]"


Message = Told | Focused | Rest | Panicked | PanicChord | Request | None
"""None wakes the engine to see that it is to stop."""


class Inbox:
    """Messages in the order in which they came. Every method but `wait` and `taken` is for any thread."""

    def __init__(self) -> None:
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._stop_asked = threading.Event()

    def post(self, message: Message) -> None:
        """Leave a message. Never waits."""
        if _stops(message):
            self._stop_asked.set()
        self._messages.put(message)

    def ask(self, command: str, arguments: Mapping[str, object], timeout_s: float) -> dict[str, Any]:
        """Leave a command and wait for the answer. Raises GesturectlError if it is refused or none comes in time."""
        reply: queue.SimpleQueue[dict[str, Any] | GesturectlError] = queue.SimpleQueue()
        self.post(Request(command, arguments, reply))
        try:
            answer = reply.get(timeout=timeout_s)
        except queue.Empty:
            raise DaemonError("daemon", "the engine is busy", "Try again in a moment.") from None
        if isinstance(answer, GesturectlError):
            raise answer
        return answer

    def end(self) -> None:
        """Everything is to stop."""
        self._stop_asked.set()
        self.post(None)

    def stop_asked(self) -> bool:
        """Whether everything is to stop, by a message that isn't taken yet: a text that is being typed ends."""
        return self._stop_asked.is_set()

    def wait(self, timeout_s: float) -> Message:
        """The next message. Raises queue.Empty if none comes in time."""
        return self._messages.get(timeout=timeout_s)

    def taken(self, message: Message) -> None:
        """The engine deals with it now."""
        if _stops(message):
            self._stop_asked.clear()


def _stops(message: Message) -> bool:
    """Whether it is to stop everything, and waits for nothing that takes its time."""
    return isinstance(message, Panicked) or (isinstance(message, Request) and message.command in ("pause", "quit"))
