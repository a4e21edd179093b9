"""A long job in a process of its own, one of our verbs: it tells its progress in lines of JSON, and can be ended."""

import json
import logging
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gesturectl.daemon.broadcast import JobState, Progress
from gesturectl.errors import DaemonError
from gesturectl.process import environment_for_others, python_command

_log = logging.getLogger(__name__)


class Child:
    """At most one process of a verb of ours. All methods may be called from any thread, and return at once."""

    def __init__(
        self,
        job: str,
        tell: Callable[[Progress], None],
        command: Sequence[str] = (),
    ) -> None:
        """`tell` hears what becomes of the job named `job`, in another thread; `command` stands in for the program."""
        self._job, self._tell, self._command = job, tell, tuple(command or python_command("gesturectl.cli"))
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = False

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        with self._lock:
            return self._process is not None

    def start(self, words: Sequence[str]) -> None:
        """Run the verb with its options `words`. Raises DaemonError if it runs already or can't be started."""
        with self._lock:
            if self._process is not None:
                raise DaemonError(self._job, "it is under way already", "Wait until it is done, or cancel it.")
            # One thread: those of linear algebra spin against each other, and against what the person does.
            one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
            try:
                process = subprocess.Popen(
                    [*self._command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                    encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL,
                    env={**environment_for_others(), **one, "PYTHONUNBUFFERED": "1"},
                    start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                raise DaemonError(
                    self._job,
                    f"its process can't be started ({error.strerror})",
                    "See that memory and processes are left.",
                ) from error
            self._process, self._cancelled = process, False
        self._say("running", "starting", 0.0)
        threading.Thread(name=f"gesturectl-{self._job}", target=self._follow, args=(process,), daemon=True).start()

    def cancel(self) -> None:
        """End it; what it replaces is replaced whole or not at all. Raises DaemonError if nothing runs."""
        with self._lock:
            if self._process is None:
                raise DaemonError(self._job, "none is under way", "See 'gesturectl status' for what is.")
            self._cancelled = True
            self._process.terminate()

    def close(self) -> None:
        """End it, if it is at work."""
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.terminate()

    def _follow(self, process: "subprocess.Popen[str]") -> None:
        errors: list[str] = []
        assert process.stdout is not None  # noqa: S101  both are pipes
        assert process.stderr is not None  # noqa: S101
        reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()), daemon=True)
        reader.start()
        told: Mapping[str, Any] = {}
        for line in process.stdout:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if told.get("type") == "progress":
                self._say("running", str(told.get("what", "")), float(told.get("share", 0)), told)
        code = process.wait()
        reader.join(1.0)
        with self._lock:
            cancelled, self._process = self._cancelled, None
        if cancelled:
            self._say("cancelled", "cancelled; nothing has changed")
        elif code == 0:
            self._say("done", str(told.get("reason") or "done"), 1.0, told)
        else:
            why = "".join(errors).strip().removeprefix("gesturectl: ") or f"it ended with code {code}"
            _log.warning("%s: %s", self._job, why)
            self._say("failed", why.splitlines()[-1])

    def _say(
        self, state: JobState, words: str, fraction: float | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        self._tell(Progress(self._job, state, words, fraction, dict(details or {})))
