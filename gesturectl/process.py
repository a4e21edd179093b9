"""The process around a verb: its output streams, and being told to end."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from types import FrameType


class Terminated(KeyboardInterrupt):
    """Somebody sent SIGTERM."""


@contextmanager
def terminable() -> Iterator[None]:
    """Within, SIGTERM raises `Terminated`, so that it cleans up like Ctrl-C does. Only the main thread can do that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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


def discard_output() -> None:
    """Forget what stdout still buffers and nobody can take: Python would try again at the end, and complain."""
    with suppress(OSError):  # a stdout without a file, as under tests
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
