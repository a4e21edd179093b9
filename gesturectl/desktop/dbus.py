"""D-Bus without an event loop of the caller's: ask and get the answer, or wait for signals."""

import asyncio
import importlib.util
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from gesturectl.desktop.base import NOTHING_TO_DO, Unavailable
from gesturectl.errors import DesktopError

if TYPE_CHECKING:
    from dbus_fast import Message

_Result = TypeVar("_Result")

Which = Literal["session", "system"]

ANSWER_S = 2.0
"""How long a service may take; one that works takes milliseconds. Whoever waits is the engine."""

_DBUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")


class Bus:
    """A connection to a message bus, for one thread. Every method but `wake` raises DesktopError once it is broken."""

    def __init__(self, which: Which = "session", takes_files: bool = False) -> None:
        """`takes_files` for services that hand over open files (`call_for_file`)."""
        self._place = f"D-Bus {which} bus"
        if importlib.util.find_spec("dbus_fast") is None:
            raise DesktopError(self._place, "dbus-fast isn't installed", "Run: pip install dbus-fast")
        self._loop = asyncio.new_event_loop()
        self._heard: list[Callable[[Message], None]] = []
        self._woken = asyncio.Event()
        self._closed = False
        try:
            with self._translated():
                self._bus: Any = self._run(_connected(which, takes_files), ANSWER_S)
        except DesktopError:
            self._loop.close()
            raise
        self._bus.add_message_handler(self._hear)
        self._gone = self._loop.create_task(self._bus.wait_for_disconnect())
        """One for the whole time: to cancel it would cancel the connection's own future."""

    @property
    def unique_name(self) -> str:
        """What the bus calls us."""
        return str(self._bus.unique_name)

    def call(
        self,
        destination: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        *body: Any,
        timeout_s: float = ANSWER_S,
    ) -> list[Any]:
        """What a method returns."""
        return list(self._call(destination, path, interface, member, signature, body, timeout_s).body)

    def call_for_file(
        self, destination: str, path: str, interface: str, member: str, signature: str = "", *body: Any
    ) -> int:
        """The open file that a method returns; whoever asks has to close it."""
        reply = self._call(destination, path, interface, member, signature, body, ANSWER_S)
        if not reply.unix_fds:
            raise DesktopError(
                f"{destination} {member}",
                "it gave no file",
                "Update the desktop; its answer is not what the interface says.",
            )
        return int(reply.unix_fds[reply.body[0]])

    def _call(
        self,
        destination: str,
        path: str,
        interface: str,
        member: str,
        signature: str,
        body: Sequence[Any],
        timeout_s: float,
    ) -> "Message":
        from dbus_fast import Message, MessageType

        message = Message(
            destination=destination, path=path, interface=interface, member=member, signature=signature, body=list(body)
        )  # fmt: skip
        with self._translated(f"{destination} {member}"):
            reply = self._run(self._bus.call(message), timeout_s)
        if reply is None or reply.message_type is MessageType.ERROR:
            name = reply.error_name if reply else ""
            words = ". ".join(str(part) for part in reply.body) if reply else "no reply"
            raise DesktopError(
                f"{destination} {member}",
                f"it refused ({words or name})",
                "Its words say why; the program that answers may say more.",
            )
        answer: Message = reply
        return answer

    def get(self, destination: str, path: str, interface: str, name: str, timeout_s: float = ANSWER_S) -> Any:
        """A property."""
        properties = "org.freedesktop.DBus.Properties"
        (value,) = self.call(destination, path, properties, "Get", "ss", interface, name, timeout_s=timeout_s)
        return value.value

    def listen(self, rule: str, heard: "Callable[[Message], None]") -> None:
        """Have the signals of a match rule; `heard` gets every signal that comes, also those of other rules."""
        self._heard.append(heard)
        self.call(*_DBUS, "AddMatch", "s", f"type='signal',{rule}")

    def answer(self, answer: "Callable[[Message], Message | None]") -> None:
        """Have all calls of others while we wait or call; None leaves one to whoever else may know."""
        self._bus.add_message_handler(answer)

    def emit(self, path: str, interface: str, member: str, signature: str = "", *body: Any) -> None:
        """Send a signal; it leaves at the latest with the next `wait` or `call`."""
        from dbus_fast import Message

        with self._translated():
            self._bus.send(Message.new_signal(path, interface, member, signature, list(body)))

    def has_owner(self, name: str) -> bool:
        """Whether somebody has this name on the bus."""
        return bool(self.call(*_DBUS, "NameHasOwner", "s", name)[0])

    def names(self) -> list[str]:
        """The names on the bus."""
        return [str(name) for name in self.call(*_DBUS, "ListNames")[0]]

    def own(self, name: str) -> None:
        """Be called `name` too, so that others can call us."""
        self.call(*_DBUS, "RequestName", "su", name, 4)  # 4: don't queue

    def serve(self, interface: str, member: str, told: Callable[[list[Any]], None]) -> None:
        """Have others' calls of a method that returns nothing, while we wait or call."""
        from dbus_fast import Message, MessageType

        def handle(message: Message) -> Message | None:
            wanted = message.message_type is MessageType.METHOD_CALL and message.interface == interface
            if not wanted or message.member != member:
                return None
            told(message.body)
            return Message.new_method_return(message)

        self._bus.add_message_handler(handle)

    def wait(self, timeout_s: float | None) -> bool:
        """Hear signals until `wake` is called (True) or the time is over (False; None: no end)."""
        with self._translated():
            try:
                self._run(self._until_woken(), timeout_s)
            except TimeoutError:
                return False
        self._woken.clear()
        return True

    def wake(self) -> None:
        """End a `wait`. From any thread; harmless at any time."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._woken.set)

    def close(self) -> None:
        """Disconnect. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        with suppress(DesktopError), self._translated():
            self._bus.disconnect()
            with suppress(TimeoutError):
                self._run(self._left(), 1.0)
        self._loop.close()

    async def _until_woken(self) -> None:
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({self._gone, woken}, return_when=asyncio.FIRST_COMPLETED)
            if not woken.done():
                raise ConnectionResetError("it hung up")
        finally:
            woken.cancel()

    async def _left(self) -> None:
        await asyncio.wait({self._gone})

    def _run(self, work: Coroutine[Any, Any, _Result], timeout_s: float | None) -> _Result:
        async def limited() -> _Result:
            async with asyncio.timeout(timeout_s):
                return await work

        return self._loop.run_until_complete(limited())

    def _hear(self, message: "Message") -> None:
        from dbus_fast import MessageType

        if message.message_type is MessageType.SIGNAL:
            for heard in self._heard:
                heard(message)

    @contextmanager
    def _translated(self, place: str = "") -> Iterator[None]:
        from dbus_fast.errors import DBusError, InvalidAddressError

        place = place or self._place
        try:
            yield
        except TimeoutError as error:
            if not place.startswith("D-Bus"):
                raise DesktopError(place, "it doesn't answer", "Try again.") from error
            raise
        except (OSError, EOFError, InvalidAddressError, DBusError, ValueError) as error:
            fact = f"it can't be reached ({str(error) or type(error).__name__})"
            raise DesktopError(place, fact, "Start gesturectl from within your desktop session.") from error


async def _connected(which: Which, takes_files: bool) -> Any:
    """A connection within the running loop."""
    from dbus_fast import BusType
    from dbus_fast.aio import MessageBus

    bus_type = BusType.SESSION if which == "session" else BusType.SYSTEM
    return await MessageBus(bus_type=bus_type, negotiate_unix_fd=takes_files).connect()


def unavailable(which: Which = "session") -> Unavailable | None:
    """Why D-Bus can't be used here, as far as can be told without connecting; None if it may."""
    if sys.platform != "linux":
        return Unavailable("D-Bus isn't this system's way", NOTHING_TO_DO)
    if importlib.util.find_spec("dbus_fast") is None:
        return Unavailable("dbus-fast isn't installed", "Run: pip install dbus-fast")
    if which == "session" and not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        if not runtime or not os.path.exists(f"{runtime}/bus"):  # noqa: PTH110  a socket
            return Unavailable("there is no D-Bus session", "Start gesturectl from within your desktop session.")
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={runtime}/bus"
    return None


def owned(name: str) -> bool | Unavailable:
    """Whether somebody has `name` on the session's bus, or why that can't be asked."""
    if (reason := unavailable()) is not None:
        return reason
    try:
        bus = Bus()
    except DesktopError as error:
        return Unavailable(error.fact, error.remedy)
    try:
        return bus.has_owner(name)
    except DesktopError as error:
        return Unavailable(error.fact, error.remedy)
    finally:
        bus.close()


def plain(value: Any) -> Any:
    """A value that came by D-Bus without its type tags, nested ones too."""
    if hasattr(value, "signature") and hasattr(value, "value"):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
