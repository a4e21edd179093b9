"""What actions ask of others and may take its time (a web server, a broker), away from the engine's thread."""

import queue
import threading
from collections.abc import Callable

from gesturectl.daemon.stage import attempt

_WAITING = 16
"""Errands that may wait; a server that hangs must not pile up what was meant long ago."""


class Errands:
    """One thread that runs errands in the order they were given; started by the first."""

    def __init__(self, report: Callable[[str], None]) -> None:
        """`report` is told of each that failed, in that thread."""
        self._report = report
        self._waiting: queue.Queue[tuple[str, Callable[[], None]]] = queue.Queue(_WAITING)
        self._thread: threading.Thread | None = None

    def give(self, words: str, errand: Callable[[], None]) -> None:
        """Have it run soon; `words` say what it is for. Never waits."""
        try:
            self._waiting.put_nowait((words, errand))
        except queue.Full:
            self._report(f"{words}: left out, as {_WAITING} earlier ones still wait for an answer")
            return
        if self._thread is None:
            self._thread = threading.Thread(name="gesturectl-errands", target=self._run, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            words, errand = self._waiting.get()
            error = attempt(words, errand)
            if error is not None:
                self._report(str(error))
