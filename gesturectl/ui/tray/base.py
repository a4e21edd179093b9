"""What a tray back-end does: show an icon with a menu, and say what was chosen."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from gesturectl.desktop.base import Unavailable
from gesturectl.ui.icons import Look
from gesturectl.ui.tray.deeds import Deed
from gesturectl.ui.tray.menu import Menu


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the tray shows."""

    look: Look
    progress: float
    """How full the ring of training is, in [0, 1], by coarse steps."""
    title: str
    """For whoever points at the icon, and for screen readers."""
    menu: Menu


class TrayBackend(ABC):
    """One way to show a tray icon. `run` has the main thread; all else may be called from any."""

    name: str

    @classmethod
    @abstractmethod
    def rank(cls) -> int | Unavailable:
        """How good it is here (larger is better), or why it can't run. Must not raise."""

    @property
    @abstractmethod
    def words(self) -> str:
        """For the line of what was found."""

    @abstractmethod
    def run(self, first: Appearance, chosen: Callable[[Deed], None]) -> None:
        """Show the icon until `stop`, or until it can't be shown any more. `chosen` must return at once.

        Raises DesktopError if it can't be shown at all.
        """

    @abstractmethod
    def show(self, appearance: Appearance) -> None:
        """Show this from now on. Does nothing while `run` doesn't run."""

    @abstractmethod
    def notify(self, text: str) -> None:
        """Tell of something that a person asked for and is over, or that can't be done; never of gestures."""

    @abstractmethod
    def stop(self) -> None:
        """Let `run` end, now or as soon as it is called."""
