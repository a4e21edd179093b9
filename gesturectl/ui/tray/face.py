"""Which look the icon has: state after state, and a short flash when a gesture does something.

No thread and no clock: time is what its caller says it is.
"""

from dataclasses import replace

from gesturectl.daemon.broadcast import News, Progress, SettingsChanged, StatusChanged
from gesturectl.daemon.performer import Report
from gesturectl.types import Phase
from gesturectl.ui.icons import Look
from gesturectl.ui.tray.base import Appearance
from gesturectl.ui.tray.menu import View, build, status_line

_FLASH_S = 0.4
"""Long enough to be seen from the corner of an eye, short enough for two gestures a second."""
_STEPS = 24
"""Of the ring of training: each is a new picture to send to the panel."""


class Face:
    """What the tray shows, from the news it hears."""

    def __init__(self, view: View) -> None:
        self.view = view
        """What the menu tells."""
        self._recording = False
        self._flash_until_s = 0.0

    def hear(self, news: News, now_s: float) -> None:
        """Something is new."""
        if isinstance(news, StatusChanged):
            self.view = replace(self.view, status=news.status)
        elif isinstance(news, SettingsChanged):
            self.view = replace(self.view, settings=news.settings)
        elif isinstance(news, Report):
            if news.action is not None and news.event.phase is Phase.BEGIN:
                self._flash_until_s = now_s + _FLASH_S
        elif isinstance(news, Progress):
            running = news.state == "running"
            if news.job == "training":
                self.view = replace(self.view, training=news if running else None)
            elif news.job == "recording":
                self._recording = running

    def appearance(self, now_s: float) -> Appearance:
        """What to show now."""
        training = self.view.training
        progress = (training.fraction or 0.0) if training is not None else 0.0
        return Appearance(
            look=self._look(now_s),
            progress=round(progress * _STEPS) / _STEPS,
            title=status_line(self.view),
            menu=build(self.view),
        )

    def due_s(self, now_s: float) -> float | None:
        """In how many seconds it looks different without any news; None if never."""
        return self._flash_until_s - now_s if self._flash_until_s > now_s else None

    def _look(self, now_s: float) -> Look:
        status = self.view.status
        if status.state == "failed":
            return Look.ERROR
        if now_s < self._flash_until_s:
            return Look.FIRED
        if status.state == "paused":
            return Look.PAUSED
        if self._recording:
            return Look.RECORDING
        if self.view.training is not None:
            return Look.TRAINING
        if status.state == "waiting for the camera":
            return Look.NO_CAMERA
        if status.armed:
            return Look.ARMED
        return Look.HAND if status.hands else Look.WATCHING
