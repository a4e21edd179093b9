"""Where surprises stop while the daemon runs: they are logged and reported, and what failed is tried again or given up.

The other broad `except` is `cli.main`'s, for the verbs.
"""

import logging
import threading
from collections.abc import Callable

from gesturectl import crashes
from gesturectl.errors import GesturectlError
from gesturectl.scrubbing import without_data

_log = logging.getLogger(__name__)

_BACK_OFF_S = (0.2, 1.0, 5.0, 30.0)
"""Pauses before a stage is started again: quick after a hiccup, rare when it fails for good."""


def attempt(what: str, call: Callable[[], object]) -> GesturectlError | None:
    """Call it; returns the error if it fails. A surprise is logged with its traceback, kept as a crash report, and put
    into plain words.
    """
    try:
        call()
    except GesturectlError as error:
        return error
    except Exception as error:
        _log.exception("%s failed", what)
        crashes.report(threading.current_thread().name.removeprefix("gesturectl-"), error)
        fact = f"failed unexpectedly ({type(error).__name__}: {without_data(str(error))})"
        return GesturectlError(what, fact, "The log has the details; 'gesturectl doctor --report' tells them.")
    return None


class Stage(threading.Thread):
    """A thread that runs one stage of the daemon and starts it again, more and more patiently, when it fails."""

    def __init__(
        self,
        name: str,
        run: Callable[[], None],
        stopping: threading.Event,
        failed: Callable[[GesturectlError], None] = lambda _: None,
    ) -> None:
        """`run` returns when the stage is done for good; `failed` is told of each failure, in this thread."""
        # A driver that hangs must not keep the program from ending: hence a daemon thread.
        super().__init__(name=f"gesturectl-{name}", daemon=True)
        self._stage, self._run, self._stopping, self._failed = name, run, stopping, failed

    def run(self) -> None:
        """Run until done or stopping."""
        failures = 0
        while not self._stopping.is_set():
            error = attempt(self._stage, self._run)
            if error is None:
                return
            _log.error("%s", error)
            self._failed(error)
            self._stopping.wait(_BACK_OFF_S[min(failures, len(_BACK_OFF_S) - 1)])
            failures += 1
