"""A message bus of our own, and services on it that answer as they are told."""

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""

Answer = tuple[str, list[Any]] | tuple[str, list[Any], list[int]] | str
"""What a method returns: a signature, values, and open files if any; or the name of an error."""


@pytest.fixture(scope="session")
def bus_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a fresh message bus, ended with the tests."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon not installed (apt-get install dbus)")
    folder = tmp_path_factory.mktemp("bus")
    config = folder / "bus.conf"
    config.write_text(_CONFIG.format(folder=folder))
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait(10)


@pytest.fixture
def bus(bus_daemon: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The message bus is this process' session bus and system bus."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus_daemon)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus_daemon)
    return bus_daemon


@pytest.fixture
def serve(bus: str) -> Iterator[Callable[..., "Service"]]:
    """Starts services."""
    services: list[Service] = []

    def start(name: str, answers: Callable[[Any], Answer | None]) -> "Service":
        services.append(Service(bus, name, answers))
        return services[-1]

    yield start
    for service in services:
        service.close()


class Service:
    """A program that has a name on the bus, in a thread of its own."""

    def __init__(self, address: str, name: str, answers: Callable[[Any], Answer | None]) -> None:
        """`answers` gets each call as a message; None leaves it to whoever else may know."""
        self._answers = answers
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._do(self._connect(address, name))

    def emit(self, path: str, interface: str, member: str, signature: str = "", *body: Any) -> None:
        """Send a signal."""
        from dbus_fast import Message

        message = Message.new_signal(path, interface, member, signature, list(body))

        async def send() -> None:
            await self._bus.send(message)

        self._do(send())

    def post(self, path: str, interface: str, member: str, signature: str = "", *body: Any) -> None:
        """Send a signal from within an answer: after what the answer returns."""
        from dbus_fast import Message

        message = Message.new_signal(path, interface, member, signature, list(body))

        async def send() -> None:
            await self._bus.send(message)

        self._loop.call_soon_threadsafe(lambda: self._loop.create_task(send()))

    def close(self) -> None:
        """Leave the bus."""

        async def leave() -> None:
            self._bus.disconnect()

        if self._thread.is_alive():
            self._do(leave())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()

    async def _connect(self, address: str, name: str) -> None:
        from dbus_fast.aio import MessageBus

        self._bus = await MessageBus(bus_address=address, negotiate_unix_fd=True).connect()
        self._bus.add_message_handler(self._handle)
        await self._bus.request_name(name)

    def _handle(self, message: Any) -> Any:
        from dbus_fast import Message, MessageType

        if message.message_type is not MessageType.METHOD_CALL:
            return None
        answer = self._answers(message)
        if answer is None:
            return None
        if isinstance(answer, str):
            return Message.new_error(message, answer, answer.rpartition(".")[2])
        return Message.new_method_return(message, *answer)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(5)
