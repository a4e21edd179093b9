"""Vision in a process of its own, seen from the other one: started again when it dies or no longer answers.

The camera's driver, the decoder and the models live there. Whatever becomes of them, this process keeps its state,
lets go of keys, and says what happened.
"""

import contextlib
import logging
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from gesturectl import crashes, errors, paths
from gesturectl.capture.devices import who_uses
from gesturectl.capture.names import is_network
from gesturectl.capture.retry import BackOff
from gesturectl.daemon.messages import (
    Begin,
    BrokeOff,
    CameraChanged,
    CameraState,
    ChildMessage,
    Crashed,
    Failed,
    Logged,
    Looked,
    Order,
    Pause,
    Pulse,
    Ready,
    Reopen,
    Resume,
    Started,
    Switch,
    Told,
    Trouble,
    Warned,
)
from gesturectl.daemon.spawn import spawn_vision
from gesturectl.daemon.stage import Stage
from gesturectl.daemon.wire import Channel, WireError
from gesturectl.errors import DaemonError, GesturectlError

_log = logging.getLogger(__name__)

_LOOK_S = 0.25
"""Between two looks whether it lives."""
_SILENT_LOOKS = 12
"""Three seconds without a pulse. Counted, not timed: while this process stands still, the other does too."""
_START_LOOKS = 240
"""What loading the models may take, on a machine that has much else to do."""
_HUNG_S = {"opening": 20.0, "reading": 8.0, "looking": 8.0}
"""How long one call may take: beyond every time-out of the drivers' own."""
_FIRST_MS, _CEILING_MS = 100, 10_000
"""Before it is started again: at once after a hiccup, every ten seconds when it dies each time."""
_CRASHES = 3
"""Reports that one process may have written: it isn't to be trusted, and must leave those of others."""
KINDS: tuple[type, ...] = get_args(ChildMessage)


class VisionProcess:
    """Watches in another process. All methods may be called from any thread; all but `join` and `ready` return at once.

    What vision tells is kept until `connect` says who listens.
    """

    def __init__(
        self,
        begin: Callable[[], Begin],
        warn: Callable[[str], None],
        first: "subprocess.Popen[bytes] | None" = None,
        command: Sequence[str] | None = None,
        back_off: BackOff | None = None,
    ) -> None:
        """`begin` says what is wanted when a process is started; `warn` hears what a person should read.

        `first` has been started already (`spawn_vision`); `command` stands in for what starts the others.
        """
        self._begin, self._warn = begin, warn
        self._first, self._command = first, command
        self._back_off = back_off or BackOff(_FIRST_MS, _CEILING_MS)
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._lock = threading.RLock()
        self._hear: Callable[[Told], None] | None = None
        self._early: list[Told] = []
        self._child: _Child | None = None
        self._paused = False
        self._switches: dict[str, bool] = {}
        self._known = ("", "")
        """A source, and the name of the local camera it meant."""
        self._restarts = 0
        self._settled = threading.Event()
        self._ready: Ready | None = None
        self._failed: GesturectlError | None = None
        self._stage = Stage("vision", self._keep_alive, self._stopping)

    # ---- what a vision can

    def connect(self, hear: Callable[[Told], None]) -> None:
        """Tell everything to `hear` from now on, what was told before first. Called from threads of ours."""
        with self._lock:
            for message in self._early:
                hear(message)
            self._early.clear()
            self._hear = hear

    def start(self) -> None:
        """Start the process, if it isn't yet."""
        if self._stage.ident is None and not self._stopping.is_set():  # a stage that has given up tells why in `ready`
            self._stage.start()

    def ready(self, timeout_s: float = 60.0) -> Ready:
        """What it loaded, once it has. Raises its GesturectlError if it can't, DaemonError if it doesn't answer."""
        self.start()
        if not self._settled.wait(timeout_s):
            raise DaemonError("vision", f"it didn't start within {timeout_s:g} s", "The log has the details.")
        if self._ready is None:
            assert self._failed is not None  # noqa: S101  either is set before it is settled
            raise self._failed
        return self._ready

    def pause(self) -> None:
        """Release the camera and end what lasts."""
        with self._lock:
            self._paused = True
            self._order(Pause())

    def resume(self) -> None:
        """Open the camera again."""
        with self._lock:
            self._paused = False
            self._order(Resume())

    def reopen(self) -> None:
        """Another camera is wanted: one that needs other rights gets a new process."""
        with self._lock:
            child, begin = self._child, self._begin()
            if child is not None and _rights(child.begin) == _rights(begin):
                child.source = begin.source
                self._order(Reopen(begin.source, begin.mirrored))
            elif child is not None:
                child.why = Trouble("camera", "another one is wanted", "It is being opened.")
                child.process.kill()

    def point(self, on: bool) -> None:
        """Tell where the hands are from now on, or no longer."""
        self._switch("point", on)

    def attend(self, on: bool) -> None:
        """Tell the hands of every frame from now on, or no longer."""
        self._switch("attend", on)

    def show(self, on: bool) -> None:
        """Tell what a page can show from now on, or no longer."""
        self._switch("show", on)

    def stop(self) -> None:
        """End the process; the camera is released."""
        self._stopping.set()
        self._wake.set()
        with self._lock:
            if self._child is not None:
                self._child.hang_up()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end; a driver that hangs longer ends with its process. Always True."""
        child = self._child
        if child is not None:
            try:
                child.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                child.process.kill()
        if self._stage.is_alive():
            self._stage.join(1.0)
        return True

    # ---- the stage's thread

    def _keep_alive(self) -> None:
        while not self._stopping.is_set():
            try:
                child = self._launch()
            except OSError as error:
                fact = f"its process can't be started ({error.strerror})"
                self._failed = self._failed or DaemonError("vision", fact, "Close other programs, and try again.")
                self._mourn(Trouble("vision", fact, "It is tried again."))
            else:
                self._watch_over(child)
                with self._lock:
                    self._child = None
                if self._stopping.is_set():
                    return
                self._mourn(child.why or Trouble("vision", _why(child.process.returncode), "It is started again."))
            if not self._settled.is_set():
                self._failed = self._failed or DaemonError(
                    "vision", "its process ended before it was ready", "Run 'gesturectl doctor', and see the log."
                )
                self._settled.set()
                return
            self._restarts += 1
            self._wake.wait(self._back_off.next_delay_ms() / 1000)
            self._wake.clear()

    def _launch(self) -> "_Child":
        with contextlib.suppress(OSError):  # boxed in, it could never read one made later; else there is none
            paths.data_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock:
            begin = self._begin()
            known = self._known[1] if self._known[0] == begin.source else ""
            begin = replace(begin, paused=self._paused, again=self._restarts > 0, known=known)
            process, self._first = self._first or spawn_vision(self._command), None
            child = _Child(process, begin)
            self._child = child
            self._order(begin)
            for what, on in self._switches.items():
                if on:
                    self._order(Switch(what, on))
        return child

    def _watch_over(self, child: "_Child") -> None:
        """Until the process has ended, by itself or because it no longer lived."""
        reader = threading.Thread(name="gesturectl-vision-reader", target=self._read, args=(child,), daemon=True)
        reader.start()
        looks = 0
        try:
            while child.process.poll() is None:
                reader.join(_LOOK_S)  # ends when its pipe is closed; waiting for the process itself polls, all day long
                if not reader.is_alive():
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        child.process.wait(_LOOK_S)
                looks = 0 if child.told() else looks + 1
                if looks > (_SILENT_LOOKS if child.ready else _START_LOOKS):
                    child.kill(Trouble("vision", "its process no longer answered", "It is started again."))
        finally:
            child.process.kill()
        reader.join(1.0)
        child.close()
        crashes.collect()  # what a driver that crashed left behind

    def _read(self, child: "_Child") -> None:
        try:
            for message in child.channel:
                child.heard = True
                self._take(child, message)
        except WireError as error:
            child.kill(Trouble("vision", f"its process sent what can't be read ({error})", "It is started again."))
        except (OSError, ValueError):  # closed while it was read
            pass

    def _take(self, child: "_Child", message: ChildMessage) -> None:
        match message:
            case Pulse(doing, for_s):
                if for_s >= _HUNG_S.get(doing, float("inf")):
                    fact = f"{doing} hasn't come to an end for {for_s:.0f} s"
                    child.kill(Trouble("camera" if doing != "looking" else "vision", fact, "It is started again."))
                return
            case Logged(level, name, text):
                logger = logging.getLogger(name if name.startswith("gesturectl") else "gesturectl")
                logger.log(level, "%s", text)
                return
            case Crashed(where, told):
                child.crashes += 1
                if child.crashes <= _CRASHES:
                    crashes.keep(f"vision {where}", told)
                return
            case Warned(text):
                self._warn(text)
                return
            case Failed(kind, trouble):
                child.why = trouble
                self._failed = _error(kind, trouble)
                return
            case Ready():
                child.ready = True
                self._ready = message
                self._tell(Started(message, child.process.pid, self._restarts))
                self._settled.set()
                return
            case Looked(frames=frames) if frames:
                self._back_off.reset()
            case CameraChanged(CameraState.WATCHING, name=name):
                self._known = child.source, name
            case CameraChanged(CameraState.LOST, index=int(index), trouble=Trouble(place=place)):
                # From its box, vision can't see what other programs do.
                if (user := who_uses(index, but=(child.process.pid,))) is not None:
                    message = replace(message, trouble=Trouble(place, user.fact, user.remedy))
            case _:
                pass
        self._tell(message)

    def _mourn(self, trouble: Trouble) -> None:
        """It is gone: nothing that lasted lasts any longer."""
        if self._paused:
            _log.warning("%s", trouble)
        self._tell(BrokeOff(str(trouble)))
        if not self._paused:
            self._tell(CameraChanged(CameraState.LOST, trouble=trouble))

    # ---- small things

    def _tell(self, message: Told) -> None:
        with self._lock:
            hear = self._hear
            if hear is None:
                self._early.append(message)
        if hear is not None:
            hear(message)

    def _switch(self, what: str, on: bool) -> None:
        with self._lock:
            if self._switches.get(what, False) != on:
                self._switches[what] = on
                self._order(Switch(what, on))

    def _order(self, order: Order) -> None:
        if self._child is not None:
            with contextlib.suppress(OSError, ValueError):  # it has just died: the next one is told anew
                self._child.channel.send(order)


class _Child:
    """One process and its pipe."""

    def __init__(self, process: "subprocess.Popen[bytes]", begin: Begin) -> None:
        assert process.stdin is not None  # noqa: S101  both are pipes
        assert process.stdout is not None  # noqa: S101
        self.process, self.begin, self.source = process, begin, begin.source
        self._orders, self._messages = process.stdin, open(process.stdout.fileno(), "rb", closefd=False)  # noqa: SIM115
        self.channel = Channel(self._messages, process.stdin, KINDS)  # type: ignore[arg-type]
        self.ready = self.heard = False
        self.crashes = 0
        self.why: Trouble | None = None
        """Why it was ended, or says that it ends; None where nobody knows."""

    def told(self) -> bool:
        """Whether it has told anything since this was last asked."""
        heard, self.heard = self.heard, False
        return heard

    def kill(self, why: Trouble) -> None:
        """End it at once."""
        self.why = self.why or why
        self.process.kill()

    def hang_up(self) -> None:
        """Tell it to end."""
        with contextlib.suppress(OSError):
            self._orders.close()

    def close(self) -> None:
        """Give its pipe back; it has ended."""
        self.hang_up()
        for stream in (self._messages, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _rights(begin: Begin) -> bool:
    return is_network(begin.source)


def _why(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with code {code}"


def _error(kind: str, trouble: Trouble) -> GesturectlError:
    made = getattr(errors, kind, GesturectlError)
    if not issubclass(made, GesturectlError) or made is errors.ConfigError:
        made = GesturectlError
    return made(trouble.place, trouble.fact, trouble.remedy)
