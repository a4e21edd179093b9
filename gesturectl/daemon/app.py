"""The composition root of the live daemon: introduces the parts to each other, and takes them apart again."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from gesturectl.daemon import endpoint
from gesturectl.daemon.broadcast import Progress
from gesturectl.daemon.control import ControlServer
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.history import History
from gesturectl.daemon.inbox import Focused
from gesturectl.daemon.learning import Learning
from gesturectl.daemon.messages import (
    BrokeOff,
    CameraChanged,
    CameraState,
    Outdated,
    Pulse,
    Seen,
    Told,
    Trouble,
)
from gesturectl.daemon.needs import Seeing
from gesturectl.daemon.page_host import Page, PageHost
from gesturectl.daemon.panic import OpenHotKey, PanicKey
from gesturectl.daemon.parts import Parts
from gesturectl.daemon.performer import Report
from gesturectl.daemon.preferences import Preferences, offer_settings
from gesturectl.daemon.record_commands import offer_recording
from gesturectl.daemon.recorder import Recorder
from gesturectl.daemon.remembered import Remembered, Scene
from gesturectl.daemon.rest import Away, RestWatch
from gesturectl.daemon.stage import Stage, attempt
from gesturectl.daemon.status import Status
from gesturectl.daemon.view import View, Viewer
from gesturectl.errors import DaemonError, SourceError, UsageError
from gesturectl.gestures.take import Take
from gesturectl.recognition.attempts import Attempt
from gesturectl.settings import Settings

_log = logging.getLogger(__name__)

_FIRST_LOOK_S = 3.0
"""How long the line of what was found waits for the camera to open."""
_TWICE_S = 0.5
"""A signal that comes sooner after another is the same wish: `timeout` and terminals tell a program and its group."""
_GOODBYE_S = 0.7
"""What the threads get to end; a driver that hangs longer is left behind."""


class Front(Protocol):
    """What has the main thread while the daemon runs, because its system wants that: a tray.

    It listens to `engine.broadcast`, and asks with `engine.ask` in threads of its own.
    """

    words: str
    """For the line of what was found."""

    def run(self) -> None:
        """Show it until `stop`. Returns sooner if it can't go on; the daemon then goes on without it."""

    def stop(self) -> None:
        """Let `run` end. Called once, from another thread, maybe before `run`."""


class Daemon:
    """Watches a live camera until stopped. Made and run in the main thread."""

    def __init__(
        self,
        vision: Seeing,
        about: Status,
        parts: Parts,
        tell: Callable[[Report], None],
        say: Callable[[str], None],
        *,
        dry_run: bool,
        preferences: Preferences | None = None,
        tell_refusal: Callable[[Attempt], None] | None = None,
        page: "Callable[[Daemon], Page] | None" = None,
    ) -> None:
        """`vision` is who watches; `about` is what is known before the first frame.

        `tell` gets each event, in the engine's thread, `tell_refusal` what a rule refused; `say` the line of what
        was found.

        Without `preferences` no setting can be changed while it runs. `page` makes the studio when somebody opens it;
        None for a daemon without one.
        """
        self._parts, self._about, self._say = parts, about, say
        self._stopping = threading.Event()
        self._camera = threading.Event()
        self._failed: Trouble | None = None
        self._found = ""
        self._signalled_s: float | None = None
        """When a signal first asked us to end."""
        self.history = History()
        """What fired lately."""

        def remember(report: Report) -> None:
            app = self.engine.app
            self.history.note(report, app.wm_class or app.exe or app.bundle)
            tell(report)

        self._page = PageHost(lambda: page(self)) if page is not None else None
        self.recorder = Recorder(parts.learning, self._tell_progress) if parts.learning is not None else None
        """Records gestures of the person's own; None where none are used."""
        self._remembered = Remembered()
        self._viewer: Viewer | None = None
        self._vision = vision
        self.engine = Engine(
            parts.plans,
            parts.injector,
            remember,
            dry_run=dry_run,
            vision=self._vision,
            about=about,
            settings=preferences.current if preferences is not None else None,
            input_watcher=parts.input_watcher,
            tell_refusal=tell_refusal,
            players=parts.players,
            reserved=self._reserved,
        )
        if self.recorder is not None:
            offer_recording(self.engine, self.recorder)
        if preferences is not None:
            offer_settings(self.engine, preferences, parts.plans, self._vision.reopen)
        self._learning = Learning(self.engine, self._remembered)
        self._threads = [
            Stage("engine", self._run_engine, self._stopping),
            Stage("focus", self._watch_focus, self._stopping),
        ]
        self._sessions = list(parts.sessions)
        self._panic: PanicKey | None = None
        if preferences is not None and parts.hot_key is not None:
            self._panic = self._panic_key(parts.hot_key, preferences)
        if preferences is not None:
            rest = RestWatch(lambda: preferences.current, self.engine.post)
            self._threads.append(Stage("rest", lambda: rest.run(self._stopping), self._stopping))
            for watcher in self._sessions:
                away = Away(watcher, lambda: preferences.current, self.engine.post)
                self._threads.append(Stage(f"session-{watcher.name}", away.run, self._stopping))

    def run(
        self, control_folder: Path | None = None, front: Front | None = None, no_front: str = "none (headless)"
    ) -> bool:
        """Run until told to stop; `control_folder` is where the control socket goes, None for none.

        `front` gets the main thread; `no_front` tells why there is none.

        Returns False if a driver that hangs keeps a thread alive: the process should then leave without waiting.
        Raises SourceError if the source can never work, DaemonError if the socket can't be made.
        """
        with ExitStack() as stack:
            if control_folder is not None:
                control = ControlServer(control_folder / endpoint.NAME, self.ask, self._stopping)
                stack.callback(control.close)
                self._threads.append(Stage("control", control.serve, self._stopping))
            stack.enter_context(_signals(self._stop_by_signal))
            for thread in self._threads:
                thread.start()
            self._vision.connect(self._hear)
            self._vision.start()
            if front is None:
                self._say_found(no_front)
            else:
                self._show(front)
            while not self._stopping.wait(1.0):  # a wait without end would be deaf to Ctrl-C on Windows
                pass
            clean = self._end()
        if self._failed is not None:
            raise SourceError(self._failed.place, self._failed.fact, self._failed.remedy)
        return clean

    def ask(self, command: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        """Have a command of the control socket carried out, and wait for the answer. Raises GesturectlError.

        From any thread but the engine's.
        """
        if command != "studio":
            return self.engine.ask(command, arguments)
        if self._page is None:
            raise DaemonError("studio", "this daemon has no page", "Start it with 'gesturectl run'.")
        return {"link": self._page.link()}

    def beside(self, name: str, work: Callable[[threading.Event], None]) -> None:
        """Have `work` done in a thread of its own while the daemon runs; it ends when its event is set."""
        self._threads.append(Stage(name, lambda: work(self._stopping), self._stopping))

    @property
    def commands(self) -> frozenset[str]:
        """What can be asked."""
        return self.engine.commands | ({"studio"} if self._page is not None else frozenset())

    def show(self, viewer: Viewer | None) -> None:
        """Hand what vision sees to `viewer` from now on, in a thread of vision's; None for nobody."""
        self._viewer = viewer
        self._vision.show(viewer is not None)

    def take(self, number: int) -> Take:
        """A take of the recording that goes on. Raises UsageError if there is none."""
        if self.recorder is None:
            raise UsageError("record", "nothing is being recorded", "Begin with 'gesturectl record NAME'.")
        return self.recorder.take(number)

    @property
    def profiles(self) -> tuple[Path, ...]:
        """The folders of profiles that are read, general ones first."""
        return self._parts.plans.folders

    def stop(self) -> None:
        """Let `run` end. May be called from any thread and from a signal handler."""
        self.engine.stop()
        self._stopping.set()

    def _end(self) -> bool:
        """End all threads, keys first."""
        deadline_s = time.monotonic() + _GOODBYE_S
        self.engine.stop()
        self._vision.stop()
        if self._page is not None:
            self._page.close(timeout_s=0.3)
        self._learning.close()
        if self._panic is not None:
            self._panic.renew()
        self._parts.watcher.close()
        for session in self._sessions:
            session.close()
        for thread in self._threads:
            thread.join(max(0.05, deadline_s - time.monotonic()))
        clean = self._vision.join(max(0.05, deadline_s - time.monotonic()))
        self._parts.injector.close()
        if self._parts.players is not None:
            self._parts.players.close()
        self._parts.input_watcher.close()
        if not clean:
            _log.error("the camera's driver hangs; leaving without it")
        _log.info("stopped")
        return clean and not any(thread.is_alive() for thread in self._threads)

    def _show(self, front: Front) -> None:
        """Give this thread to `front` until we stop, or it can't go on."""
        found = Stage("found", lambda: self._say_found(front.words), self._stopping)
        ending = threading.Thread(name="gesturectl-end-front", target=self._end_front, args=(front,), daemon=True)
        self._threads += [found]
        found.start()
        ending.start()
        error = attempt("tray", front.run)
        if not self._stopping.is_set():
            _log.warning("the tray is gone, all else goes on%s", f": {error}" if error else "")

    def _end_front(self, front: Front) -> None:
        self._stopping.wait()
        attempt("tray", front.stop)

    def _say_found(self, tray: str) -> None:
        self._camera.wait(_FIRST_LOOK_S)
        if self._failed is None:
            self._say(self._parts.found(self._found or "still opening", self._about.tracker, self._about.model, tray))

    def _panic_key(self, open_key: OpenHotKey, preferences: Preferences) -> PanicKey:
        panic = PanicKey(lambda: preferences.current.panic_chord, open_key, self.engine.post)

        def adopt(settings: Settings) -> None:
            self.engine.adopt(settings)
            panic.renew()

        preferences.when("panic_chord", adopt)
        self._threads.append(Stage("panic", lambda: panic.run(self._stopping), self._stopping))
        return panic

    def _tell_progress(self, progress: Progress) -> None:
        state = self.recorder.state if self.recorder is not None else None
        self._vision.attend(state is not None and not state.step.is_over)
        self.engine.broadcast.publish(progress)
        self.engine.post(None)  # the status may have another reason now

    def _reserved(self) -> str:
        recording = self.recorder is not None and self.recorder.is_watching
        return "a gesture is being recorded" if recording else ""

    def _run_engine(self) -> None:
        self.engine.run()
        self._stopping.set()  # "quit" ends the engine first

    def _watch_focus(self) -> None:
        watcher = self._parts.watcher
        self.engine.post(Focused(watcher.current()))
        watcher.watch(lambda app: self.engine.post(Focused(app)))

    def _hear(self, message: Told) -> None:
        match message:
            case Seen(hands, picture, events):
                if self.recorder is not None:
                    self.recorder.see(hands, picture, events)
            case BrokeOff(why):
                if self.recorder is not None:
                    self.recorder.broke_off(why)
            case View():
                if (viewer := self._viewer) is not None:
                    viewer(message)
            case Scene():
                self._remembered.note(message)
            case Outdated():
                self._learning.again()
            case Pulse():
                pass
            case _:
                self.engine.post(message)
        if isinstance(message, CameraChanged):
            for watcher in self._sessions:
                watcher.camera_in_use(message.state is CameraState.WATCHING)
        if isinstance(message, CameraChanged) and message.state is not CameraState.OPENING:
            self._found = message.description or "none yet"  # why is said by the engine
            if message.state is CameraState.FAILED:
                self._failed = message.trouble
                self.stop()
            self._camera.set()

    def _stop_by_signal(self, number: int) -> None:
        now_s = time.monotonic()
        if self._signalled_s is None:
            self._signalled_s = now_s
            self.stop()
        elif now_s - self._signalled_s > _TWICE_S:  # asked again: at once, whatever hangs
            os._exit(128 + number)


@contextmanager
def _signals(stop: Callable[[int], None]) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal call `stop`, in a thread of its own; only the main thread can arrange it.

    Python's own handlers run between two steps of Python in the main thread, and that may be deep in a tray's loop.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    heard, told = socket.socketpair()
    told.setblocking(False)

    def listen() -> None:
        while number := heard.recv(1):
            if number[0] in numbers:
                stop(number[0])

    listening = threading.Thread(name="gesturectl-signals", target=listen, daemon=True)
    listening.start()
    handlers = {number: signal.signal(number, _ignore) for number in numbers}
    before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        told.close()
        listening.join()
        heard.close()


def _ignore(number: int, frame: FrameType | None) -> None:
    """The thread that listens does what is to be done."""
