"""Keys go up even if this process is killed: where the desktop doesn't see to that, a small process beside us does."""

import logging
import os
import subprocess
import sys
from typing import Any

from gesturectl.desktop.base import Down, Injector
from gesturectl.process import python_command

_log = logging.getLogger(__name__)

_NOTHING = Down()


def guarded(injector: Injector) -> Injector:
    """`injector`, guarded from the first key it holds, if what it holds would stay down."""
    if injector.stays_down:
        injector.tell_holds(KeyGuard(type(injector)).tell)
    return injector


class KeyGuard:
    """Tells the guard (`guard.py`) what is held. For one thread.

    The guard is started when something is held for the first time, and again if it has ended. It ends when this process
    does: the pipe between them breaks, however that came about.
    """

    def __init__(self, kind: type[Injector]) -> None:
        """`kind` is the injector that the guard is to release things with."""
        self._command = [*python_command("gesturectl.daemon.guard"), kind.__module__, kind.__qualname__]
        self._process: subprocess.Popen[bytes] | None = None
        self._failed = False

    @property
    def pid(self) -> int | None:
        """The guard's process; None if there is none yet."""
        return self._process.pid if self._process is not None else None

    def tell(self, down: Down) -> None:
        """Everything that is held from now on. Quick, and never raises: keys work without a guard, too."""
        line = "\t".join([*(f"k{key}" for key in down.keys), *(f"b{button}" for button in down.buttons)]) + "\n"
        if not self._write(line.encode()) and down != _NOTHING:
            self._start()
            self._write(line.encode())

    def _write(self, line: bytes) -> bool:
        """Whether the guard has it, or will. A line is far shorter than what a pipe takes in one piece."""
        if self._process is None or self._process.stdin is None:
            return False
        try:
            os.write(self._process.stdin.fileno(), line)
        except OSError as error:
            why = "it doesn't read" if isinstance(error, BlockingIOError) else f"it ended ({error.strerror})"
            _log.warning("the guard of held keys is started again: %s", why)
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process = None
            return False
        return True

    def _start(self) -> None:
        # A session of its own: what the terminal sends to all of us doesn't reach it.
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0,
                **apart,
            )  # fmt: skip
        except OSError as error:
            if not self._failed:
                _log.warning("no guard of held keys can be started (%s): killed, we would leave them down", error)
            self._failed = True
            return
        self._failed = False
        if sys.platform != "win32" and self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
