"""What the engine needs of others: who decides what a gesture is to do, and who watches."""

from collections.abc import Callable, Collection
from typing import Protocol

from gesturectl.daemon.messages import Told
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

    def know(self, gestures: Collection[str]) -> None:
        """These gestures are recognised from now on."""

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

    def point(self, on: bool) -> None:
        """Tell where the hands are in each frame from now on, or no longer."""


class Seeing(Watching, Protocol):
    """What is needed of vision, in this process or in its own. All methods return at once but `join`."""

    def connect(self, hear: Callable[[Told], None]) -> None:
        """Tell everything to `hear`, in threads of its own."""

    def start(self) -> None:
        """Begin to watch."""

    def attend(self, on: bool) -> None:
        """Tell the hands of every frame from now on, or no longer."""

    def show(self, on: bool) -> None:
        """Tell what a page can show from now on, or no longer."""

    def stop(self) -> None:
        """Release the camera and end."""

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False if a driver that hangs is in the way."""
