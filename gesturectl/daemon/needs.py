"""What the engine and vision need of others: who decides what a gesture is to do, who watches, and who looks on."""

from collections.abc import Sequence
from typing import Protocol

from gesturectl.daemon.policy import Plan
from gesturectl.desktop.base import App
from gesturectl.types import GestureEvent, Hands


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

    def point(self, on: bool) -> None:
        """Tell where the hands are in each frame from now on, or no longer."""


class Onlooker(Protocol):
    """Who looks on while vision watches; both are called in vision's thread and return at once."""

    def see(self, hands: Hands, picture: str, events: Sequence[GestureEvent]) -> None:
        """One frame: the hands in it, what is wrong with the picture, and what was recognised."""

    def broke_off(self, why: str) -> None:
        """There are no more pictures for now."""
