"""The panic chord: pressed on the keyboard, it stops everything at once. It needs no camera, and waits for none."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from gesturectl.desktop.base import HotKey
from gesturectl.desktop.select import NoHotKeyError
from gesturectl.errors import DesktopError
from gesturectl.keys import describe, parse_chord

_log = logging.getLogger(__name__)

_AGAIN_S = 30.0
"""Until a chord that couldn't be had is tried again: the program that has it may have ended."""

OpenHotKey = Callable[[tuple[str, ...]], HotKey]
"""Has a chord watched for; raises DesktopError if it can't be had."""


@dataclass(frozen=True, slots=True)
class Panicked:
    """The chord was pressed."""

    chord: str


@dataclass(frozen=True, slots=True)
class PanicChord:
    """What stops everything now, in words for the status."""

    words: str


class PanicKey:
    """Waits for the chord that the settings name, in a thread of its own."""

    def __init__(
        self, chord: Callable[[], str], open_key: OpenHotKey, tell: Callable[[Panicked | PanicChord], None]
    ) -> None:
        """`chord` gives what the settings say now; empty for none."""
        self._chord, self._open, self._tell = chord, open_key, tell
        self._lock = threading.Lock()
        self._again = threading.Event()
        self._key: HotKey | None = None
        self._told = ""

    def run(self, stopping: threading.Event) -> None:
        """Wait for the chord until stopping; call `renew` then, too."""
        while not stopping.is_set():
            self._again.clear()
            if stopping.is_set():  # `renew` may have been called for it just before
                return
            try:
                self._wait(self._chord())
            except DesktopError as error:
                level = logging.INFO if isinstance(error, NoHotKeyError) else logging.WARNING
                self._say(f"none ({error.fact})", str(error), level)
            self._again.wait(_AGAIN_S)

    def renew(self) -> None:
        """The setting has changed, or all ends. From any thread."""
        with self._lock:
            self._again.set()
            if self._key is not None:
                self._key.close()

    def _wait(self, text: str) -> None:
        if not text:
            self._say("none (switched off)", "no chord stops everything: it is switched off", logging.INFO)
            return
        chord = parse_chord(text)
        key = self._open(chord)
        with self._lock:
            self._key = None if self._again.is_set() else key
        try:
            if self._key is not None:
                words = describe(chord)
                self._say(words, f"{words} stops everything at once", logging.INFO)
                key.watch(lambda: self._tell(Panicked(words)))
        finally:
            with self._lock:
                self._key = None
            key.close()

    def _say(self, words: str, line: str, level: int) -> None:
        if words != self._told:
            self._told = words
            _log.log(level, "%s", line)
            self._tell(PanicChord(words))
