"""What an action is. A new action is one new file in this folder that defines one subclass of `Action`."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from gesturectl.actions.children import Children
from gesturectl.desktop.base import Injector, Players
from gesturectl.errors import DesktopError


def _at_once(_: object, call: Callable[[], None]) -> None:
    call()


def _no_pointer(do: str) -> None:
    raise DesktopError(
        "pointer", "no hands are watched here that could move it", "Use it with a camera: gesturectl run."
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """What an action may use while it runs."""

    injector: Injector
    switch_profile: Callable[[str | None], None]
    """Fix the profile of this name; None returns to choosing by app."""
    pause: Callable[[], None]
    """Pause the daemon."""
    report: Callable[[str], None]
    """Tell the person that something an action started failed later (log, tray)."""
    later: Callable[[str, Callable[[], None]], None] = _at_once
    """Have something done that may take its time, elsewhere; the words say what it is for. Its errors are reported."""
    after: Callable[[float, Callable[[], None]], None] = _at_once
    """Have something done after so many seconds, here, unless everything is stopped meanwhile."""
    players: Players | None = None
    """The media players that can be spoken to; None where only media keys reach them."""
    switch_pointer: Callable[[str], None] = _no_pointer
    """Let the hand move the pointer: "on", "off" or "toggle"."""
    children: Children = field(default_factory=Children)
    """The programs that actions started. Whoever owns the stage calls `children.poll(report)` about once a second."""


class Action(ABC):
    """One thing to do on a desktop; a frozen dataclass whose fields are its TOML keys."""

    key: ClassVar[str]
    """The TOML key that names the action: `{ keys = "Ctrl+Tab" }` is the action of key "keys"."""
    options: ClassVar[tuple[str, ...]] = ()
    """The other TOML keys it takes."""

    @property
    def holds(self) -> bool:
        """Whether `begin` starts something that `end` must stop (a held key)."""
        return False

    @classmethod
    @abstractmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        """The action a TOML table describes. Raises ConfigError with all mistakes, their places below `place`."""

    @abstractmethod
    def describe(self) -> str:
        """What it does, in the imperative: "press Ctrl+Tab"."""

    def presses(self) -> tuple[tuple[str, ...], ...]:
        """The chords that it presses itself, if any."""
        return ()

    @abstractmethod
    def begin(self, stage: Stage) -> None:
        """Do it. Raises DesktopError."""

    def repeat(self, stage: Stage) -> None:
        """Do it once more while the gesture is held; the same as `begin` unless a subclass says otherwise."""
        self.begin(stage)

    def end(self, stage: Stage) -> None:  # noqa: B027  most actions have nothing to stop
        """The gesture is over."""
