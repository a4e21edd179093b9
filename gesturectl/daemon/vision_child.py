"""The process of vision: it watches, boxed in, does what the pipe's orders say, and ends when the pipe does.

Started by `vision_process.py`, with orders on stdin and messages on stdout.
"""

import contextlib
import faulthandler
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from gesturectl import crashes
from gesturectl.capture.camera import Camera
from gesturectl.capture.names import is_network
from gesturectl.capture.source import open_source
from gesturectl.capture.stream import without_password
from gesturectl.crashes import native_crashes
from gesturectl.daemon.boxing.box import box_in
from gesturectl.daemon.frugal import give_back, share_arena
from gesturectl.daemon.logs import Printable
from gesturectl.daemon.messages import (
    Begin,
    Crashed,
    Failed,
    Knows,
    Logged,
    Order,
    Outdated,
    Pause,
    Ready,
    Reopen,
    Resume,
    Switch,
    Trouble,
    Warned,
)
from gesturectl.daemon.vision import Vision
from gesturectl.daemon.wire import Channel
from gesturectl.errors import GesturectlError

_GOODBYE_S = 0.5
"""What the camera gets to be let go; a driver that hangs longer is ended with the process."""
_PARENT_DEATH_SIGNAL = 1
ORDERS: tuple[type, ...] = (Begin, Pause, Resume, Reopen, Switch)


def main() -> None:
    """Watch until the pipe is closed. Doesn't return: whatever still hangs is left behind."""
    _end_with_parent()
    _leave_no_core()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # meant for all of the program: the other process tells us
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    faulthandler.enable()
    orders, messages = _take_streams()
    channel = Channel(orders, messages, ORDERS)
    state = Path(sys.argv[1]) if len(sys.argv) > 1 else None  # opened before the box is closed
    with native_crashes(state, "vision"), contextlib.suppress(OSError):  # whoever gave the orders is gone
        _watch(channel)
    os._exit(0)


def _watch(channel: Channel) -> None:
    orders = iter(channel)
    begin = next(orders, None)
    if not isinstance(begin, Begin):
        return
    _log_to(channel)
    model = Path(begin.model) if begin.model is not None else None
    try:
        boxed = box_in(is_network(begin.source), [model] if model else [])
    except OSError as error:
        boxed = ""
        channel.send(Warned(f"vision couldn't be boxed in ({error.strerror}); it works all the same"))
    # The camera takes its time to open, and so do the models: both at once.
    wanted = _Wanted(begin.source, begin.mirrored, begin.known)
    vision = Vision(wanted.opened, again=begin.again, place=wanted.place)
    vision.connect(channel.send)
    if begin.paused:
        vision.pause()
    vision.start()
    try:
        # Loaded in the box: nothing that a model or a camera does happens outside.
        from gesturectl.daemon.sight import find_sight

        share_arena()
        sight = find_sight(
            begin.tracker,
            model,
            begin.own_gestures,
            lambda text: channel.send(Warned(text)),
            lambda: channel.send(Outdated()),
            begin.power,
            begin.compute,
        )
    except GesturectlError as error:
        channel.send(Failed(type(error).__name__, Trouble.of(error)))
        return
    give_back()
    sight.tell(lambda names: channel.send(Knows(tuple(names))))
    channel.send(Ready(sight.tracker_words, sight.model_words, sight.gestures, boxed))
    if begin.again:
        sight.pipeline.cut(0)
    vision.see_with(sight.pipeline)
    for order in orders:
        if isinstance(order, Reopen):
            wanted.change(order.source, order.mirrored)
        _obey(vision, order)
    vision.stop()
    vision.join(_GOODBYE_S)


class _Wanted:
    """The camera that is wanted, opened again and again: by the name it had when it was last open."""

    def __init__(self, source: str, mirrored: bool, known: str) -> None:
        self._source, self._mirrored, self._known = source, mirrored, known

    def change(self, source: str, mirrored: bool) -> None:
        """Another one, or the same in a mirror."""
        self._known = self._known if source == self._source else ""
        self._source, self._mirrored = source, mirrored

    def place(self) -> str:
        """What it is called in an error."""
        return without_password(self._source) if is_network(self._source) else "camera"

    def opened(self) -> Camera:
        """Open it. Raises SourceError."""
        source = self._source
        camera = open_source(source, mirrored=self._mirrored, known=self._known)
        if source == self._source:
            self._known = camera.name
        return camera


def _obey(vision: Vision, order: Order) -> None:
    match order:
        case Pause():
            vision.pause()
        case Resume():
            vision.resume()
        case Reopen():
            vision.reopen()
        case Switch("point", on):
            vision.point(on)
        case Switch("attend", on):
            vision.attend(on)
        case Switch("show", on):
            vision.show(on)


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipe's two ends; what any library prints goes to stderr from now on, and nothing reads what isn't meant."""
    orders, messages = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    return orders, messages


def _end_with_parent() -> None:
    """Have the kernel end us with whoever started us, even while a library hangs: the camera mustn't stay on."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def _leave_no_core() -> None:
    """Should we crash, the system mustn't write our memory to the disk: the last pictures are in it."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _log_to(channel: Channel) -> None:
    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            with contextlib.suppress(OSError):
                channel.send(Logged(record.levelno, record.name, self.format(record)))

    root = logging.getLogger("gesturectl")
    root.setLevel(logging.DEBUG)  # the other process knows which lines are wanted
    root.propagate = False
    handler = Handler()
    handler.setFormatter(Printable())
    root.addHandler(handler)
    crashes.hand_to(lambda where, told: channel.send(Crashed(where, told)))

    def died(args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, OSError) and args.thread is not None and args.thread.name == "gesturectl-pulse":
            return
        name = args.thread.name if args.thread else "a thread"
        root.critical("%s died", name, exc_info=args.exc_value)
        if args.exc_value is not None:
            crashes.report(name.removeprefix("gesturectl-"), args.exc_value)

    threading.excepthook = died


if __name__ == "__main__":
    main()
