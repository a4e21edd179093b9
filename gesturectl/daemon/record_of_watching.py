"""What vision told of itself, kept for the status: the camera's state and why, what is in view, how quick it goes."""

import logging
import os
import re
from collections.abc import Sequence

from gesturectl.daemon.cost import Cost
from gesturectl.daemon.messages import CameraChanged, CameraState, Looked, Started
from gesturectl.daemon.status import Status
from gesturectl.types import Hand

_log = logging.getLogger(__name__)

_OLD_NEWS_S = 60.0
"""A trouble of the picture that was away for so long is told in the log again."""
_WORDS = {
    CameraState.OPENING: "starting",
    CameraState.WATCHING: "watching",
    CameraState.LOST: "waiting for the camera",
    CameraState.RELEASED: "starting",  # a pause that was resumed before the camera was let go
    CameraState.FAILED: "failed",
}


class RecordOfWatching:
    """For the engine's thread."""

    def __init__(self, about: Status, dry_run: bool) -> None:
        """`about` is what is known before the first frame."""
        self.status = about
        """What was told last; the engine adds what it knows itself."""
        self.status.dry_run, self.status.pid = dry_run, os.getpid()
        self._paused = False
        self._cost = Cost()
        self._told: dict[str, float] = {}
        """Troubles of the picture, and when they were last the case."""

    def pause(self, reason: str) -> None:
        """Nothing is watched, because of `reason`."""
        self.status.state, self.status.reason = "paused", reason
        self._paused = True

    def resume(self) -> None:
        """Watching is about to begin again."""
        self.status.state, self.status.reason = "starting", ""
        self._paused = False

    def started(self, message: Started) -> None:
        """A process of vision works."""
        ready = message.ready
        self.status.tracker, self.status.model = ready.tracker, ready.model
        self.status.vision = {"pid": message.pid, "restarts": message.restarts, "boxed": ready.boxed}

    def camera(self, message: CameraChanged) -> None:
        """The camera went into another state; why it is lost is logged once, however often it is tried again."""
        status, reason = self.status, str(message.trouble or "")
        if message.state in (CameraState.LOST, CameraState.FAILED) and reason != status.reason:
            _log.warning("%s", reason)
        if message.state is not CameraState.WATCHING:
            self.forget_view()
        if message.description:
            status.camera = message.description
        if self._paused or (message.state is CameraState.OPENING and status.state != "starting"):
            return  # trying again is no news
        if message.state is CameraState.WATCHING:
            again = " again" if status.state == "waiting for the camera" else ""
            _log.info("watching%s: %s", again, message.description)
        status.state, status.reason = _WORDS[message.state], reason

    def looked(self, message: Looked, now_s: float) -> None:
        """What vision has done so far, at `now_s` of our clock."""
        status = self.status
        status.frames, status.dropped, status.fps = message.frames, message.dropped, message.fps
        status.picture, status.stage_ms = message.picture, dict(message.stage_ms)
        self._cost.note(now_s, message.cpu_s)
        status.cpu_percent = self._cost.percent
        self.in_view(message.hands)
        if message.picture:
            kind = re.sub(r"\d+", "", message.picture)  # the rate in it changes, not the trouble
            if now_s - self._told.get(kind, -_OLD_NEWS_S) >= _OLD_NEWS_S:
                _log.warning("camera: %s", message.picture)
            self._told[kind] = now_s

    def in_view(self, hands: Sequence[Hand]) -> None:
        """These hands are in the picture."""
        self.status.hands = [] if self._paused else list(hands)

    def forget_view(self) -> None:
        """There is no picture."""
        self.status.hands, self.status.fps, self.status.cpu_percent = [], 0.0, None
        self._cost = Cost()
