"""A desktop that nobody sees, for what needs one: an X display, a session bus, and a panel that shows icons."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from gesturectl.benchmarks.started import end
from gesturectl.errors import GesturectlError

_WATCHER = "org.kde.StatusNotifierWatcher"


def missing() -> str:
    """Why there can't be one here; empty if there can."""
    absent = [program for program in ("Xvfb", "dbus-daemon") if shutil.which(program) is None]
    return f"{' and '.join(absent)} must be installed for it" if absent else ""


@contextmanager
def desktop() -> Iterator[dict[str, str]]:
    """The environment that leads to it. Raises GesturectlError if it doesn't come up."""
    with ExitStack() as stack:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[writing])
        stack.callback(end, server)
        os.close(writing)
        with os.fdopen(reading) as told:
            display = _word(told.readline(), "Xvfb")
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        stack.callback(end, bus)
        assert bus.stdout is not None  # noqa: S101  it is a pipe
        environment = {
            "DISPLAY": f":{display}",
            "DBUS_SESSION_BUS_ADDRESS": _word(bus.stdout.readline(), "dbus-daemon"),
            "XDG_SESSION_TYPE": "x11",
        }
        panel = subprocess.Popen(
            [sys.executable, "-m", __name__], env={**os.environ, **environment}, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        stack.callback(end, panel)
        assert panel.stdout is not None  # noqa: S101  it is a pipe
        _word(panel.stdout.readline(), "the panel")
        yield environment


def be_panel() -> None:
    """Be a panel that takes every icon, until we are ended; says "ready" once it is there."""
    from dbus_fast import Message, MessageType

    from gesturectl.desktop.dbus import Bus

    bus = Bus()

    def answer(message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.member != "RegisterStatusNotifierItem":
            return None
        return Message.new_method_return(message)

    bus.answer(answer)
    bus.own(_WATCHER)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        bus.wait(3600)


def _word(line: str, who: str) -> str:
    if not line.strip():
        raise GesturectlError("bench", f"{who} ended before it was ready", "Start it by hand to see why.")
    return line.strip()


if __name__ == "__main__":
    be_panel()
