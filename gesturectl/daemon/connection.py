"""One client of the control socket: bytes that came, bytes that are to go, and how long it has had for that."""

import socket

LINE_BYTES = 64 * 1024
"""The longest request or answer."""

PATIENCE_S = 10.0
"""What a client has for saying a whole request, and for reading a whole answer, however busily it dribbles."""

_PART = 4096


class Connection:
    """Never waits for the client. Not for several threads."""

    def __init__(self, client: socket.socket, now_s: float) -> None:
        client.setblocking(False)
        self.socket = client
        self._coming, self._going = b"", b""
        self._finished = self._ending = self._asked = False
        self._since_s = now_s
        """When the client began to be slow: with saying a request, or with reading an answer."""

    @property
    def has_request(self) -> bool:
        """Whether a whole line has come, and what went before is answered and read."""
        return not self._asked and not self._going and not self._ending and b"\n" in self._coming

    @property
    def wants_to_hear(self) -> bool:
        """Whether more is to be read from it: one request at a time is kept."""
        return not (self._asked or self._going or self._ending or self._finished or b"\n" in self._coming)

    @property
    def wants_to_say(self) -> bool:
        """Whether the client hasn't taken all of an answer yet."""
        return bool(self._going)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to do for it."""
        return not (self._asked or self._going or self.has_request) and (self._ending or self._finished)

    @property
    def is_too_long(self) -> bool:
        """Whether it has said more than a request may have, or is about to."""
        end = self._coming.find(b"\n")
        return (len(self._coming) if end < 0 else end) > LINE_BYTES

    def slow_s(self, now_s: float) -> float:
        """For how long it has been keeping us waiting; 0 while it is we who keep it waiting."""
        return 0.0 if self._asked or self.has_request else now_s - self._since_s

    def hear(self) -> None:
        """Take what has come. Raises OSError if the client is gone."""
        try:
            part = self.socket.recv(_PART)
        except BlockingIOError:
            return
        self._finished = not part
        self._coming += part

    def request(self) -> bytes:
        """The next line, without its end; only if it has one. The client waits until something is said."""
        self._asked = True
        line, _, self._coming = self._coming.partition(b"\n")
        return line

    def say(self, answer: bytes, now_s: float) -> None:
        """Send a line, as far as the client takes it now; the rest goes with `go_on`. Raises OSError."""
        self._asked = False
        self._going += answer + b"\n"
        self._since_s = now_s
        self.go_on(now_s)

    def hang_up_after(self) -> None:
        """Hear nothing more; end when what was said has been taken."""
        self._ending = True
        self._coming = b""

    def go_on(self, now_s: float) -> None:
        """Send what the client takes now. Raises OSError if it is gone."""
        try:
            sent = self.socket.send(self._going)
        except BlockingIOError:
            return
        self._going = self._going[sent:]
        if not self._going:
            self._since_s = now_s  # the next request has its own time
