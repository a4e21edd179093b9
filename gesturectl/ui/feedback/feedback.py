"""Sound and label at work: off unless the settings want them, and never more than the gestures themselves."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gesturectl.daemon.broadcast import Broadcast, SettingsChanged
from gesturectl.daemon.performer import Report
from gesturectl.daemon.stage import attempt
from gesturectl.settings import Settings
from gesturectl.types import Phase
from gesturectl.ui.feedback import overlay, sound
from gesturectl.ui.feedback.label import draw_label
from gesturectl.ui.feedback.overlay import Overlay
from gesturectl.ui.feedback.sound import Sound

_log = logging.getLogger(__name__)

_SHOWN_S = 1.4
"""Long enough to read two short lines."""
_PATIENCE_S = 1.0


class Feedback:
    """Tells what gestures do."""

    def __init__(self, broadcast: Broadcast, settings: Settings, folder: Path) -> None:
        """`folder` is for the sound's file."""
        self._broadcast, self._settings = broadcast, settings
        self._sound = Sound(folder)
        self._overlay: Overlay | None = None
        self._hide_at_s: float | None = None
        self._told: set[str] = set()

    def run(self, stopping: threading.Event) -> None:
        """Tell of gestures until `stopping`. In a thread of its own."""
        with self._broadcast.listen(Report, SettingsChanged) as listener:
            while not stopping.is_set():
                news = listener.take(self._patience_s())
                if isinstance(news, SettingsChanged):
                    self._settings = news.settings
                    if not news.settings.overlay:
                        self._close()
                elif isinstance(news, Report) and news.action is not None and news.event.phase is Phase.BEGIN:
                    self._tell(news)
                if self._hide_at_s is not None and time.monotonic() >= self._hide_at_s:
                    self._hide_at_s = None
                    if self._overlay is not None:
                        self._attempt("overlay", self._overlay.hide)
        self._close()

    def _tell(self, report: Report) -> None:
        if self._settings.sound:
            if why := sound.unavailable():
                self._once(f"no sound can be played: {why.reason}. {why.remedy}")
            else:
                self._attempt("sound", self._sound.play)
        if self._settings.overlay:
            if why := overlay.unavailable():
                self._once(f"no label can be shown: {why.reason}. {why.remedy}")
            else:
                self._attempt("overlay", lambda: self._show(report))

    def _show(self, report: Report) -> None:
        if self._overlay is None:
            self._overlay = Overlay()
        self._overlay.show(draw_label(report.event.gesture, report.action or ""))
        self._hide_at_s = time.monotonic() + _SHOWN_S

    def _attempt(self, what: str, call: Callable[[], None]) -> None:
        error = attempt(what, call)
        if error is not None:
            self._once(str(error))
            if what == "overlay":
                self._overlay = self._hide_at_s = None

    def _once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            _log.warning("%s", text)

    def _patience_s(self) -> float:
        if self._hide_at_s is None:
            return _PATIENCE_S
        return max(0.0, min(_PATIENCE_S, self._hide_at_s - time.monotonic()))

    def _close(self) -> None:
        if self._overlay is not None:
            attempt("overlay", self._overlay.close)
            self._overlay = self._hide_at_s = None
