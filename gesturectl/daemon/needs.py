"""What the engine needs of others: somebody who decides what a gesture is to do, and somebody who watches."""

from typing import Protocol

from gesturectl.daemon.policy import Plan
from gesturectl.desktop.base import App
from gesturectl.types import GestureEvent


class Plans(Protocol):
    """What is needed of `daemon.plans`: who decides what a gesture is to do."""

    trouble: str
    """Mistakes in the files while the last good profiles stay in use; else empty."""

    recognised: tuple[str, ...]
    """The gestures that can be recognised now."""

    @property
    def names(self) -> tuple[str, ...]:
        """All profiles."""

    @property
    def fixed(self) -> str | None:
        """The profile a person chose; None while the app chooses."""

    @property
    def ask_for_arming(self) -> bool:
        """Whether any profile has gestures that act only while armed."""

    def plan(self, event: GestureEvent, app: App) -> Plan | str:
        """What a gesture is to do in an app, or the reason why it does nothing."""

    def profile(self, app: App) -> str:
        """The name of the profile that is in use for `app`."""

    def check(self, name: str | None) -> None:
        """Raises UsageError if there is no profile of that name; None is always right."""

    def fix(self, name: str | None) -> None:
        """Use the profile `name` whatever the app; None lets the app choose. Raises UsageError if there is none."""

    def poll(self) -> bool:
        """Whether the profiles have changed since the last call; they are then in use."""

    def reload(self) -> None:
        """Read the profiles again. Raises ConfigError; the last good ones then stay."""


class Watching(Protocol):
    """What is needed of `daemon.vision.Vision`."""

    def pause(self) -> None:
        """Release the camera."""

    def resume(self) -> None:
        """Open it again."""

    def reopen(self) -> None:
        """Another camera is wanted."""
