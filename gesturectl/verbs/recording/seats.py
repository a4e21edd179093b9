"""Where a recording runs: in the daemon, or here. Both are spoken to in the same words."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from gesturectl.daemon.client import ask
from gesturectl.daemon.record_alone import Alone
from gesturectl.daemon.record_commands import record_commands
from gesturectl.errors import DaemonError

_POLL_S = 0.12
"""Between two questions to the daemon, which answers twenty a second."""


class Seat(Protocol):
    """A recording under way."""

    def look(self) -> Mapping[str, Any]:
        """How it is, in a moment: `recording` and `recording_hands` as the socket answers them."""

    def ask(self, command: str, **arguments: object) -> Mapping[str, Any]:
        """Have one of its commands carried out. Raises GesturectlError if it is refused."""

    def close(self) -> None:
        """Leave."""


class InDaemon:
    """The daemon's recording, over its socket."""

    def __init__(self) -> None:
        """Raises DaemonError if none runs."""
        ask("status")

    def look(self) -> Mapping[str, Any]:
        time.sleep(_POLL_S)
        return ask("record_status")

    def ask(self, command: str, **arguments: object) -> Mapping[str, Any]:
        return ask(command, arguments)

    def close(self) -> None:
        """Nothing is open."""


class Here:
    """A recording of our own."""

    def __init__(self, alone: Alone, after: Callable[[], None]) -> None:
        """`after` is called once it is closed."""
        self._alone, self._after = alone, after
        self._commands = record_commands(alone.recorder)

    def look(self) -> Mapping[str, Any]:
        self._alone.look(_POLL_S)
        return self.ask("record_status")

    def ask(self, command: str, **arguments: object) -> Mapping[str, Any]:
        return self._commands[command](arguments)

    def close(self) -> None:
        self._alone.close()
        self._after()


def daemon_seat() -> InDaemon | None:
    """A seat in the daemon; None if none runs."""
    try:
        return InDaemon()
    except DaemonError:
        return None
