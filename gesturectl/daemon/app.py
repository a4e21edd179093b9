"""The composition root of the live daemon: introduces the parts to each other, and takes them apart again."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from gesturectl.capture.camera import Camera
from gesturectl.daemon import endpoint
from gesturectl.daemon.control import ControlServer
from gesturectl.daemon.engine import Engine, Focused
from gesturectl.daemon.instance import SingleInstance
from gesturectl.daemon.messages import CameraChanged, CameraState, Trouble, VisionMessage
from gesturectl.daemon.parts import Parts
from gesturectl.daemon.performer import Report
from gesturectl.daemon.stage import Stage
from gesturectl.daemon.vision import Vision
from gesturectl.errors import SourceError
from gesturectl.settings import Settings

_log = logging.getLogger(__name__)

_FIRST_LOOK_S = 3.0
"""How long the line of what was found waits for the camera to open."""
_GOODBYE_S = 0.7
"""What the threads get to end; a driver that hangs longer is left behind."""

LOCK_NAME = "gesturectl.lock"


class Daemon:
    """Watches a live camera until stopped. Made and run in the main thread."""

    def __init__(
        self,
        open_camera: Callable[[], Camera],
        parts: Parts,
        tell: Callable[[Report], None],
        say: Callable[[str], None],
        *,
        dry_run: bool,
        settings: Settings | None = None,
    ) -> None:
        """`tell` gets each event, in the engine's thread; `say` the line of what was found."""
        self._parts, self._say = parts, say
        self._stopping = threading.Event()
        self._camera = threading.Event()
        self._failed: Trouble | None = None
        self._found = ""
        self._vision = Vision(open_camera, parts.pipeline, self._hear)
        self.engine = Engine(
            parts.plans,
            parts.injector,
            tell,
            dry_run=dry_run,
            vision=self._vision,
            about=parts.about(),
            settings=settings,
        )
        self._threads = [
            Stage("engine", self._run_engine, self._stopping),
            Stage("focus", self._watch_focus, self._stopping),
        ]

    def run(self, control_folder: Path | None = None) -> bool:
        """Run until told to stop; `control_folder` is where the control socket goes, None for none.

        Returns False if a driver that hangs keeps a thread alive: the process should then leave without waiting.
        Raises SourceError if the source can never work, DaemonError if the socket can't be made.
        """
        with ExitStack() as stack:
            if control_folder is not None:
                control = ControlServer(control_folder / endpoint.NAME, self.engine.ask, self._stopping)
                stack.callback(control.close)
                self._threads.append(Stage("control", control.serve, self._stopping))
            stack.enter_context(_signals(self._stop_by_signal))
            for thread in self._threads:
                thread.start()
            self._vision.start()
            self._camera.wait(_FIRST_LOOK_S)
            if self._failed is None:
                self._say(self._parts.found(self._found or "still opening"))
            while not self._stopping.wait(1.0):  # a wait without end would be deaf to Ctrl-C on Windows
                pass
            clean = self._end()
        if self._failed is not None:
            raise SourceError(self._failed.place, self._failed.fact, self._failed.remedy)
        return clean

    def stop(self) -> None:
        """Let `run` end. May be called from any thread and from a signal handler."""
        self.engine.stop()
        self._stopping.set()

    def _end(self) -> bool:
        """End all threads, keys first."""
        deadline_s = time.monotonic() + _GOODBYE_S
        self.engine.stop()
        self._vision.stop()
        self._parts.watcher.close()
        for thread in self._threads:
            thread.join(max(0.05, deadline_s - time.monotonic()))
        clean = self._vision.join(max(0.05, deadline_s - time.monotonic()))
        self._parts.injector.close()
        if clean:
            self._parts.tracker.close()
        else:
            _log.error("the camera's driver hangs; leaving without it")
        _log.info("stopped")
        return clean and not any(thread.is_alive() for thread in self._threads)

    def _run_engine(self) -> None:
        self.engine.run()
        self._stopping.set()  # "quit" ends the engine first

    def _watch_focus(self) -> None:
        watcher = self._parts.watcher
        self.engine.post(Focused(watcher.current()))
        watcher.watch(lambda app: self.engine.post(Focused(app)))

    def _hear(self, message: VisionMessage) -> None:
        self.engine.post(message)
        if isinstance(message, CameraChanged) and message.state is not CameraState.OPENING:
            self._found = message.description or "none yet"  # why is said by the engine
            if message.state is CameraState.FAILED:
                self._failed = message.trouble
                self.stop()
            self._camera.set()

    def _stop_by_signal(self, number: int) -> None:
        if self.engine.stopping:  # asked twice: at once, whatever hangs
            os._exit(128 + number)
        self.stop()


@contextmanager
def only_daemon() -> Iterator[Path]:
    """The user's runtime folder, while no other daemon of this user runs. Raises DaemonError if one does."""
    folder = endpoint.private_folder(endpoint.folder())
    with SingleInstance(folder / LOCK_NAME):
        yield folder


@contextmanager
def _signals(stop: Callable[[int], None]) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal call `stop`; only the main thread can hear them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heard(number: int, _: FrameType | None) -> None:
        stop(number)

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), heard) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
