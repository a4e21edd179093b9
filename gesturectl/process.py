"""The process around a verb: its output streams, being told to end, and how to start another of ours."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from types import FrameType

from gesturectl import STARTED_WITH

_AS_MODULE = (
    "import os, runpy, sys; sys.path[:] = sys.argv.pop(1).split(os.pathsep); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)


def python_command(module: str) -> list[str]:
    """What starts `module` of ours in a process of its own, wherever this one found its modules.

    The .deb's program, for one, has a folder on its path that Python itself knows nothing of.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "-m", module]  # see packaging/start.py
    return [sys.executable, "-c", _AS_MODULE, os.pathsep.join(sys.path), module]


def environment_for_others(started_with: Mapping[str, str] = STARTED_WITH) -> dict[str, str]:
    """The environment of a program that we start: the person's own, without what only concerns us.

    OpenCV, for one, puts its own folders and the working folder in front of where programs look for libraries, and
    names plug-ins of its own to Qt, with which many a program doesn't start.
    """
    ours = ("GESTURECTL_", "_PYI_", "_MEIPASS")
    environment = {name: value for name, value in started_with.items() if not name.startswith(ours)}
    if getattr(sys, "frozen", False):  # PyInstaller's start program keeps what was there before
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            before = environment.pop(f"{name}_ORIG", None)
            environment.pop(name, None)
            environment |= {name: before} if before is not None else {}
    return environment


class Ended(KeyboardInterrupt):
    """Somebody pressed Ctrl-C or sent SIGTERM."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number
        """What shells expect of a program that a signal ended."""
        super().__init__(number)


_heard: list[int] = []
"""The signals that told us to end."""


def heed() -> None:
    """Raise `Ended` if we were told to end and the exception got lost, as it does in callbacks of native modules."""
    if _heard:
        raise Ended(_heard[0])


@contextmanager
def endable() -> Iterator[None]:
    """Within, SIGTERM cleans up like Ctrl-C does: both raise `Ended`. Only the main thread can do that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _heard.clear()

    def end(number: int, frame: FrameType | None) -> None:
        _heard.append(number)
        raise Ended(number)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # a background job in a shell has it ignored, and means it
            signal.signal(number, end)
    try:
        yield
    except ImportError as error:  # what a native module makes of a signal that arrives while it is loaded
        if _heard:
            raise Ended(_heard[0]) from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ready_streams() -> None:
    """See to it that printing can't fail for want of a stream or a letter.

    A program started from a menu may have no stdout or stderr, and an old terminal or a redirected one on Windows
    doesn't know every letter.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # `print` would send what is meant for a missing stderr to stdout
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  it stays open
        elif isinstance(stream, TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="replace")


@contextmanager
def hushed() -> Iterator[None]:
    """Within, nobody sees what native libraries write to stderr on their own; what Python writes comes as ever."""
    try:
        ours = sys.stderr.fileno() == 2
    except (OSError, ValueError):  # a stream without a file, as under tests
        ours = False
    sys.stderr.flush()
    before, kept = sys.stderr, os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    if ours:
        sys.stderr = os.fdopen(os.dup(kept), "w", encoding=before.encoding, errors=before.errors, buffering=1)
    os.dup2(null, 2)
    os.close(null)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        if ours:
            sys.stderr.close()
            sys.stderr = before


def discard_output() -> None:
    """Forget what stdout still buffers and nobody can take: Python would try again at the end, and complain."""
    with suppress(OSError):  # a stdout without a file, as under tests
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
