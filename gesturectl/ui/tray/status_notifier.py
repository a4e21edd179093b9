"""A tray icon over D-Bus alone (StatusNotifierItem): no GTK and no display needed, so any virtual environment has it.

The panel's side is a StatusNotifierWatcher. Panels start late and crash: the icon is registered whenever one appears.
"""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gesturectl.desktop.base import Unavailable
from gesturectl.errors import DesktopError
from gesturectl.ui.tray.base import Appearance, TrayBackend
from gesturectl.ui.tray.deeds import Deed
from gesturectl.ui.tray.notifier_item import NotifierItem

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_log = logging.getLogger(__name__)

_WATCHER, _WATCHER_PATH = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
_BUS, _BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
_PATIENCE_S = 2.0
"""For one answer of the bus."""


class StatusNotifier(TrayBackend):
    """Shows the icon in every panel that reads StatusNotifierItems."""

    name = "status notifier"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._item: NotifierItem | None = None
        self._ended: asyncio.Event | None = None
        self._stopped = False

    @classmethod
    def rank(cls) -> int | Unavailable:
        if sys.platform != "linux":
            return Unavailable("StatusNotifierItems are Linux's", "Nothing to do.")
        if not (os.environ.get("DBUS_SESSION_BUS_ADDRESS") or _has_user_bus()):
            return Unavailable("there is no D-Bus session bus", "Start it within your desktop's session.")
        try:
            panel = asyncio.run(_has_panel())
        except ImportError:
            return Unavailable("dbus-fast isn't installed", "Run 'pip install dbus-fast'.")
        except (OSError, EOFError, TimeoutError, DesktopError) as error:
            fact = f"the D-Bus session bus can't be reached ({error or type(error).__name__})"
            return Unavailable(fact, "Start it within your desktop's session.")
        return 80 if panel else 10

    @property
    def words(self) -> str:
        return self.name

    def run(self, first: Appearance, chosen: Callable[[Deed], None]) -> None:
        try:
            asyncio.run(self._serve(first, chosen))
        except (OSError, EOFError, TimeoutError) as error:
            raise DesktopError("D-Bus session bus", f"it went away ({error or type(error).__name__})") from error

    def show(self, appearance: Appearance) -> None:
        with self._lock:
            if self._loop is not None and self._item is not None:
                self._loop.call_soon_threadsafe(self._item.show, appearance)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._loop is not None and self._ended is not None:
                self._loop.call_soon_threadsafe(self._ended.set)

    async def _serve(self, first: Appearance, chosen: Callable[[Deed], None]) -> None:
        bus = await _connected()
        ended = asyncio.Event()
        item = NotifierItem(bus.send, chosen)
        item.show(first)
        name = f"org.kde.StatusNotifierItem-{os.getpid()}-1"
        registering: set[asyncio.Task[None]] = set()

        def hear(message: "Message") -> "Message | None":
            if message.member == "NameOwnerChanged" and message.body[0] == _WATCHER and message.body[2]:
                task = asyncio.ensure_future(_register(bus, name))  # a panel came, maybe again
                registering.add(task)
                task.add_done_callback(registering.discard)
            return item.answer(message)

        bus.add_message_handler(hear)
        with self._lock:
            self._loop, self._item, self._ended = asyncio.get_running_loop(), item, ended
            if self._stopped:
                ended.set()
        try:
            await bus.request_name(name)
            rule = f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{_WATCHER}'"
            await _call(bus, _BUS, _BUS_PATH, _BUS, "AddMatch", "s", [rule])
            await _register(bus, name)
            gone = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
            stopped = asyncio.ensure_future(ended.wait())
            done, pending = await asyncio.wait({gone, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            if gone in done and not ended.is_set():
                raise EOFError("the bus hung up")
        finally:
            with self._lock:
                self._loop = self._item = self._ended = None
            for registration in registering:
                registration.cancel()
            bus.disconnect()


async def _has_panel() -> bool:
    bus = await _connected()
    try:
        (has,) = await _call(bus, _BUS, _BUS_PATH, _BUS, "NameHasOwner", "s", [_WATCHER])
        return bool(has)
    finally:
        bus.disconnect()


async def _connected() -> "MessageBus":
    from dbus_fast import AuthError, InvalidAddressError
    from dbus_fast.aio import MessageBus

    try:
        return await asyncio.wait_for(MessageBus().connect(), _PATIENCE_S)
    except (AuthError, InvalidAddressError) as error:
        raise DesktopError("D-Bus session bus", str(error)) from error


async def _register(bus: "MessageBus", name: str) -> None:
    """Tell the panel's watcher of our icon, if there is one."""
    try:
        await _call(bus, _WATCHER, _WATCHER_PATH, _WATCHER, "RegisterStatusNotifierItem", "s", [name])
    except (DesktopError, TimeoutError) as error:
        _log.info("no panel shows the icon yet: %s", error)


async def _call(
    bus: "MessageBus", to: str, path: str, interface: str, member: str, signature: str, body: list[Any]
) -> list[Any]:
    """What was answered. Raises DesktopError if the answer is an error, TimeoutError if there is none."""
    from dbus_fast import Message, MessageType

    call = Message(destination=to, path=path, interface=interface, member=member, signature=signature, body=body)
    reply = await asyncio.wait_for(bus.call(call), _PATIENCE_S)
    if reply is None or reply.message_type is MessageType.ERROR:
        raise DesktopError(to, f"{member} was refused ({reply.error_name if reply else 'no answer'})")
    return list(reply.body)


def _has_user_bus() -> bool:
    """Whether systemd's bus of the user is where libraries look for it when no variable says so."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(runtime) and os.path.exists(f"{runtime}/bus")  # noqa: PTH110
