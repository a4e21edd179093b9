"""When gestures rest without being told to: the screen is locked, it is night, another program wants the camera."""

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gesturectl.desktop import devices_in_use
from gesturectl.desktop.base import SessionWatcher
from gesturectl.rest_times import parse_rest_time
from gesturectl.settings import Settings

_LOOK_S = 2.0
"""Between two looks at the clock and at who uses the camera; a look costs some 5 ms with 200 processes."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Whether there is a reason to rest, of one kind."""

    cause: str
    """Who says so: "logind", "screensaver", "schedule", "camera", "microphone"."""
    reason: str
    """Why, as a sentence: "the screen is locked"; empty when it is over."""


class RestWatch:
    """Looks every two seconds whether the settings' reasons to rest hold, and tells each change."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        tell: Callable[[Rest], None],
        now: Callable[[], datetime] = datetime.now,
        camera_user: Callable[[], str] = devices_in_use.camera_user,
        microphone_runs: Callable[[], bool] = devices_in_use.microphone_runs,
    ) -> None:
        self._settings, self._tell, self._now = settings, tell, now
        self._camera_user, self._microphone_runs = camera_user, microphone_runs
        self._told: dict[str, str] = {}

    def run(self, stopping: threading.Event) -> None:
        """Look until stopping."""
        while not stopping.is_set():
            self.look()
            stopping.wait(_LOOK_S)

    def look(self) -> None:
        """Tell what has changed since the last look."""
        settings = self._settings()
        reasons = {"schedule": "", "camera": "", "microphone": ""}
        for text in settings.pause_at:
            span = parse_rest_time(text)
            if span is not None and span.holds(self._now()):
                reasons["schedule"] = f"it is {text}, as your settings ask"
        if sys.platform == "linux":
            if settings.pause_when_camera_used and (user := self._camera_user()):
                reasons["camera"] = f"{user} uses the camera"
            if settings.pause_when_microphone_used and self._microphone_runs():
                reasons["microphone"] = "a program uses the microphone"
        for cause, reason in reasons.items():
            if reason != self._told.get(cause, ""):
                self._told[cause] = reason
                self._tell(Rest(cause, reason))


class Away:
    """Tells of a session's watcher as long as the settings want to know."""

    def __init__(self, watcher: SessionWatcher, settings: Callable[[], Settings], tell: Callable[[Rest], None]) -> None:
        self._watcher, self._settings, self._tell = watcher, settings, tell

    def run(self) -> None:
        """Until the watcher is closed."""
        self._watcher.watch(self._heard)

    def _heard(self, reason: str) -> None:
        wanted = reason if self._settings().pause_when_locked else ""
        if reason and not wanted:  # the camera stays on: nothing to wait for
            self._watcher.camera_in_use(False)
        self._tell(Rest(self._watcher.name, wanted))


def session_watchers() -> Sequence[SessionWatcher]:
    """All that can tell here whether the person is away; each knows something of its own."""
    if sys.platform != "linux":
        return ()
    from gesturectl.desktop.select import session_watchers as found

    return found()
