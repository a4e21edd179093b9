"""Speaking Wayland: just enough of its wire protocol to press keys and to hear which window has the focus.

Our own rather than libwayland's binding: no compiler, no generated modules and no system library, so it works from any
virtual environment. The format is that of "The Wayland Protocol", chapter 4, wire format.
"""

import array
import os
import platform
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.errors import DesktopError

Events = Mapping[int, tuple[str, Callable[..., None]]]
"""What to do at each event of an object: by opcode the types of its arguments, as in `request`, and who gets them."""

_DISPLAY = 1
_SYNC, _GET_REGISTRY, _BIND = 0, 1, 0
_HEADER = struct.Struct("=II")
_ANSWER_S = 2.0
"""How long a compositor may take to answer; one that works takes less than a millisecond."""


class WaylandConnection:
    """A connection to the compositor, for one thread. Every method raises DesktopError once it is broken."""

    def __init__(self) -> None:
        path = socket_path()
        self._place = f"Wayland compositor {path}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)  # type: ignore[attr-defined,unused-ignore]
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise self._gone(error.strerror or str(error)) from error
        self._received = b""
        self._descriptors: deque[int] = deque()
        self._last_id = _DISPLAY
        self._free_ids: list[int] = []
        self._events: dict[int, Events] = {}
        self.globals: dict[str, tuple[int, int]] = {}
        """What the compositor offers: interfaces with the number and version of each."""
        self._on_display()
        self._registry = self.new_id({0: ("usu", self._offered), 1: ("u", self._withdrawn)})
        self.request(_DISPLAY, _GET_REGISTRY, "u", self._registry)
        self.roundtrip()

    def new_id(self, events: Events | None = None) -> int:
        """The number of an object that the next request makes; its events go to `events`, others are ignored."""
        if self._free_ids:
            number = self._free_ids.pop()
        else:
            self._last_id = number = self._last_id + 1
        self._events[number] = events or {}
        return number

    def listen(self, number: int, events: Events) -> None:
        """Hear the events of an object that the compositor made."""
        self._events[number] = events

    def bind(self, interface: str, version: int, events: Events | None = None) -> int:
        """The object of a global interface, in `version` or the compositor's if that is older."""
        if interface not in self.globals:
            raise DesktopError(self._place, f"it doesn't offer {interface}", "`gesturectl doctor` says what it offers.")
        name, offered = self.globals[interface]
        number = self.new_id(events)
        self.request(self._registry, _BIND, "usuu", name, interface, min(version, offered), number)
        return number

    def request(self, number: int, opcode: int, types: str = "", *arguments: Any) -> None:
        """Send a request. A letter for each argument: u unsigned (objects too), i signed, f fixed, s text, h file."""
        descriptors = [value for kind, value in zip(types, arguments, strict=True) if kind == "h"]
        body = b"".join(_encoded(kind, value) for kind, value in zip(types, arguments, strict=True))
        message = _HEADER.pack(number, (_HEADER.size + len(body)) << 16 | opcode) + body
        try:
            sent = socket.send_fds(self._socket, [message], descriptors) if descriptors else 0  # type: ignore[attr-defined,unused-ignore]
            self._socket.sendall(message[sent:])
        except OSError as error:
            self._explain()
            raise self._gone(error.strerror or str(error)) from error

    def roundtrip(self, timeout_s: float = _ANSWER_S) -> None:
        """Wait until the compositor has done all that was asked; its events until then are heard."""
        answered: list[int] = []
        self.request(_DISPLAY, _SYNC, "u", self.new_id({0: ("u", answered.append)}))
        until_s = time.monotonic() + timeout_s
        while not answered:
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                raise DesktopError(self._place, f"it doesn't answer for {timeout_s:g} s", "Try again.")
            self.dispatch(left_s)

    def dispatch(self, timeout_s: float | None = 0.0, also: int | None = None) -> bool:
        """Hear the events that come within `timeout_s` (None: however long it takes), at least one read's worth.

        `also` is a file descriptor that ends the wait. Returns whether anything came.
        """
        sources: list[Any] = [self._socket] if also is None else [self._socket, also]
        ready, _, _ = select.select(sources, [], [], timeout_s)
        if self._socket not in ready:
            return False
        try:
            data, descriptors, _, _ = socket.recv_fds(self._socket, 65536, 28, socket.MSG_CMSG_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            raise self._gone(error.strerror or str(error)) from error
        if not data:
            raise self._gone("it hung up")
        self._descriptors.extend(descriptors)
        self._received += data
        self._hear()
        return True

    def close(self) -> None:
        """Disconnect: the compositor then removes all we made. Safe to call twice."""
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())

    def _hear(self) -> None:
        while len(self._received) >= _HEADER.size:
            number, word = _HEADER.unpack_from(self._received)
            size, opcode = word >> 16, word & 0xFFFF
            if size < _HEADER.size:
                raise self._gone("it sends nonsense")
            if len(self._received) < size:
                return
            body, self._received = self._received[_HEADER.size : size], self._received[size:]
            event = self._events.get(number, {}).get(opcode)
            if event is not None:
                types, heard = event
                heard(*self._decoded(types, body))

    def _decoded(self, types: str, body: bytes) -> list[Any]:
        values: list[Any] = []
        at = 0
        for kind in types:
            if kind == "h":
                values.append(self._descriptors.popleft())
                continue
            (word,) = struct.unpack_from("=i" if kind in "if" else "=I", body, at)
            at += 4
            if kind in "sa":
                raw = body[at : at + word]
                values.append(raw[:-1].decode("utf-8", "replace") if kind == "s" else raw)
                at += word + -word % 4
            else:
                values.append(word / 256 if kind == "f" else word)
        return values

    def _on_display(self) -> None:
        def failed(_: int, code: int, words: str) -> None:
            raise DesktopError(self._place, f"it refused ({words}, code {code})", "Please report this.")

        def deleted(number: int) -> None:
            self._events.pop(number, None)
            self._free_ids.append(number)

        self._events[_DISPLAY] = {0: ("uus", failed), 1: ("u", deleted)}

    def _offered(self, name: int, interface: str, version: int) -> None:
        self.globals.setdefault(interface, (name, version))

    def _withdrawn(self, name: int) -> None:
        self.globals = {interface: pair for interface, pair in self.globals.items() if pair[0] != name}

    def _explain(self) -> None:
        """The compositor says why before it hangs up: better than a broken pipe."""
        while self.dispatch():
            pass

    def _gone(self, why: str) -> DesktopError:
        return DesktopError(self._place, f"it can't be reached ({why})", "Check WAYLAND_DISPLAY and XDG_RUNTIME_DIR.")


def socket_path() -> Path:
    """Where the compositor listens. A name within XDG_RUNTIME_DIR, or a whole path."""
    return Path(os.environ.get("XDG_RUNTIME_DIR", "")) / os.environ.get("WAYLAND_DISPLAY", "wayland-0")


def unavailable(*interfaces: str) -> Unavailable | None:
    """Why these Wayland interfaces can't be used here; None if they can."""
    if platform.system() in ("Windows", "Darwin"):
        return Unavailable("Wayland isn't this system's desktop", NOTHING_TO_DO)
    if not os.environ.get("WAYLAND_DISPLAY"):
        return Unavailable("no WAYLAND_DISPLAY is set", "Start gesturectl from within your desktop session.")
    try:
        connection = WaylandConnection()
    except DesktopError as error:
        return Unavailable(error.fact, error.remedy)
    missing = [interface for interface in interfaces if interface not in connection.globals]
    connection.close()
    if missing:
        fact = f"this compositor doesn't offer {', '.join(missing)}"
        return Unavailable(fact, "Nothing to do here: GNOME and KDE have ways of their own.")
    return None


def _encoded(kind: str, value: Any) -> bytes:
    if kind == "h":
        return b""
    if kind == "s":
        raw = str(value).encode() + b"\0"
        return struct.pack("=I", len(raw)) + raw + b"\0" * (-len(raw) % 4)
    if kind == "f":
        return struct.pack("=i", round(value * 256))
    return array.array("i" if kind == "i" else "I", [value]).tobytes()
