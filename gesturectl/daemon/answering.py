"""Requests are carried out beside the socket: one that takes its time keeps no other client waiting."""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from gesturectl.daemon.connection import Connection


class Answering:
    """Each request in a thread of its own, at most `most` at once. All methods are for the thread of the socket."""

    def __init__(self, respond: Callable[[bytes], bytes], most: int) -> None:
        """`respond` answers a line, in any thread; it never raises."""
        self._respond, self._most, self._at_work = respond, most, 0
        self._answers: queue.SimpleQueue[tuple[Connection, bytes]] = queue.SimpleQueue()
        self.bell, self._ringing = socket.socketpair()
        """Readable once there are answers."""
        self.bell.setblocking(False)
        self._ringing.setblocking(False)

    @property
    def busy(self) -> bool:
        """Whether a request is being carried out, or its answer not taken yet."""
        return self._at_work > 0

    @property
    def free(self) -> bool:
        """Whether there is room for another request."""
        return self._at_work < self._most

    def begin(self, client: Connection, line: bytes) -> None:
        """Have a request of `client` carried out. Only if there is room."""
        self._at_work += 1

        def work() -> None:
            self._answers.put((client, self._respond(line)))
            with suppress(OSError):  # it rings already, or nobody is left to hear it
                self._ringing.send(b"\0")

        try:
            threading.Thread(target=work, name="gesturectl-control", daemon=True).start()
        except RuntimeError:  # the system has no thread left: then the others do wait
            work()

    def taken(self) -> Iterator[tuple[Connection, bytes]]:
        """The answers that are there, and whose they are."""
        with suppress(BlockingIOError):
            self.bell.recv(4096)
        while not self._answers.empty():
            self._at_work -= 1
            yield self._answers.get()

    def close(self) -> None:
        """Whatever is still carried out has nobody to tell it to."""
        self.bell.close()
        self._ringing.close()
