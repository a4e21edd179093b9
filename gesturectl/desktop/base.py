"""What a desktop can do for us: back-ends rank themselves or give the reason why they can't run."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from gesturectl.errors import DesktopError, printable

_LONGEST_NAME = 500
"""Letters of a window's title that are looked at; a pattern could take long over a million of them."""


class Capability(Enum):
    """One thing an injector may be able to do."""

    KEYS = auto()
    TEXT = auto()
    MEDIA = auto()
    POINTER = auto()
    SCROLL = auto()


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why a back-end can't run here."""

    reason: str
    """The fact, as a sentence part: "no DISPLAY is set"."""
    remedy: str
    """What a person can do about it."""


NOTHING_TO_DO = "Nothing to do."
AGAIN = "Start gesturectl again."
"""The remedy of back-ends of other desktops: their reasons help nobody here."""


@dataclass(frozen=True, slots=True)
class App:
    """The focused window, as its desktop names it. Empty strings where the desktop doesn't tell.

    Any program names its own windows, a web page its title: what isn't text for a terminal is written out, and what
    is too long is cut.
    """

    wm_class: str = ""
    """X11 WM_CLASS class or Wayland app_id."""
    exe: str = ""
    """File name of the program, on Windows."""
    bundle: str = ""
    """Bundle identifier, on macOS."""
    title: str = ""

    def __post_init__(self) -> None:
        for name in ("wm_class", "exe", "bundle", "title"):
            value: str = getattr(self, name)
            if len(value) > _LONGEST_NAME or not value.isprintable():
                object.__setattr__(self, name, printable(" ".join(value[:_LONGEST_NAME].split())))


UNKNOWN_APP = App()
"""No window has the focus, or nobody can tell."""


@dataclass(frozen=True, slots=True)
class Down:
    """Keys and buttons that an injector holds, as this kind of injector writes them: another process can release them.

    No word has a tab or a line end.
    """

    keys: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


class Injector(ABC):
    """Presses keys and moves the pointer. Called from one thread.

    Names of keys are those of `keys`; a chord is a tuple of them, modifiers first.
    Every method raises DesktopError if the desktop refuses.
    """

    name: str
    capabilities: frozenset[Capability]
    asks: ClassVar[bool] = False
    """Whether connecting may make the desktop ask the person."""
    _stopped: Callable[[], bool] = staticmethod(lambda: False)
    stays_down: ClassVar[bool] = False
    """Whether what it holds stays down if this process is killed. False where keys go up with the connection or device
    that pressed them. Where it is True, `tell_holds` and `let_go` have to do something."""

    @classmethod
    @abstractmethod
    def rank(cls) -> int | Unavailable:
        """How good it is here (larger is better), or why it can't run. Must be cheap and must not raise."""

    @abstractmethod
    def press(self, chord: tuple[str, ...]) -> None:
        """Press and hold, modifiers first."""

    @abstractmethod
    def release(self, chord: tuple[str, ...]) -> None:
        """Release in the reverse order."""

    def tap(self, chord: tuple[str, ...]) -> None:
        """Press and release."""
        self.press(chord)
        self.release(chord)

    @abstractmethod
    def type_text(self, text: str) -> None:
        """Type any Unicode text."""

    @abstractmethod
    def scroll(self, dx: int, dy: int) -> None:
        """Scroll by steps; positive is right and up."""

    @abstractmethod
    def move(self, dx: int, dy: int) -> None:
        """Move the pointer by pixels; positive is right and down."""

    @abstractmethod
    def press_button(self, button: str) -> None:
        """Press "left", "middle" or "right" and hold it."""

    @abstractmethod
    def release_button(self, button: str) -> None:
        """Release a button that is held; nothing if it isn't."""

    def click(self, button: str, count: int) -> None:
        """Click a button where the pointer is, `count` times."""
        for _ in range(count):
            self.press_button(button)
            self.release_button(button)

    def keep_up(self, now_s: float) -> float | None:
        """Repeat what is held, on systems where a key that we hold doesn't repeat by itself.

        Called by the engine's clock; returns when to be called next, None while there is nothing to repeat.
        """
        return None

    def tend(self) -> str:
        """Look after the connection, about once a second: reconnect where the desktop went away and is back.

        Returns why nothing can be pressed at the moment; empty while all is well. Never raises.
        """
        return ""

    def heed(self, stopped: Callable[[], bool]) -> None:
        """From now on break a long text off, with DesktopError, once `stopped` says so. It is asked often."""
        self._stopped = stopped

    def _go_on(self) -> None:
        """Raise DesktopError if what takes its time is to end here."""
        if self._stopped():
            raise DesktopError("text", "it was broken off, because all was to stop", "Resume, and type it again.")

    def tell_holds(self, tell: Callable[[Down], None]) -> None:  # noqa: B027  of no use unless `stays_down`
        """From now on tell everything that is held: before a key or button goes down, and after it went up.

        A tap or click needs no telling where it reaches the desktop in one piece.
        """

    @classmethod  # noqa: B027  of no use unless `stays_down`
    def let_go(cls, down: Down) -> None:
        """Release what another process held with an injector of this kind when it was killed. Raises DesktopError."""

    @abstractmethod
    def release_all(self) -> None:
        """Release every key and button this injector holds. Safe at any time; never raises."""

    @abstractmethod
    def close(self) -> None:
        """Release everything and disconnect. Safe to call twice."""


class Players(ABC):
    """The media players of this desktop, spoken to without keys. Called from one thread.

    Each method returns whether there was a player to do it, and raises DesktopError if that player refused.
    """

    @abstractmethod
    def do(self, command: str) -> bool:
        """ "play_pause", "next", "previous" or "stop"."""

    @abstractmethod
    def seek(self, by_s: float) -> bool:
        """Go on or back by seconds in what is playing."""

    @abstractmethod
    def change_volume(self, by: float) -> bool:
        """Change the player's own volume by a part of 1."""

    @abstractmethod
    def close(self) -> None:
        """Disconnect. Safe to call twice."""


class WindowManager(ABC):
    """Changes windows through the desktop's own means. Made, used and closed within one action."""

    name: str

    @classmethod
    @abstractmethod
    def rank(cls) -> int | Unavailable:
        """How good it is here (larger is better), or why it can't run. Must be cheap and must not raise."""

    @abstractmethod
    def do(self, command: str) -> None:
        """ "close", "minimize", "maximize", "fullscreen", "next", "workspace_next" or "workspace_previous".

        Raises DesktopError.
        """

    @abstractmethod
    def close(self) -> None:
        """Disconnect."""


class HotKey(ABC):
    """Tells when one chord is pressed on the keyboard, whichever window has the focus; of other keys it is silent."""

    name: str

    @classmethod
    @abstractmethod
    def rank(cls) -> int | Unavailable:
        """How good it is here (larger is better), or why it can't run. Must be cheap and must not raise."""

    @abstractmethod
    def __init__(self, chord: tuple[str, ...]) -> None:
        """Raises DesktopError if the chord can't be had: another program has it, or no key of the keyboard gives it."""

    @abstractmethod
    def watch(self, pressed: Callable[[], None]) -> None:
        """Block, calling `pressed` each time, until `close` is called from another thread. Raises DesktopError."""

    @abstractmethod
    def close(self) -> None:
        """Stop `watch`, and leave the chord to others. Safe to call twice."""


class SessionWatcher(ABC):
    """Tells whether the person is away, by event. Several may tell at the same time."""

    name: str

    @classmethod
    @abstractmethod
    def rank(cls) -> int | Unavailable:
        """Whether it can run here, or why it can't. Must be cheap and must not raise."""

    @abstractmethod
    def watch(self, changed: Callable[[str], None]) -> None:
        """Block, calling `changed` with why the person is away ("the screen is locked"), or with "" when they are back.

        Ends when `close` is called from another thread. Raises DesktopError.
        """

    def camera_in_use(self, on: bool) -> None:  # noqa: B027  most need not know
        """The camera is in use now, or no longer: falling asleep may have to wait for it. From any thread; at once."""

    @abstractmethod
    def close(self) -> None:
        """Stop `watch` and disconnect. Safe to call twice."""


class WindowWatcher(ABC):
    """Tells which app has the focus, by event."""

    name: str

    @classmethod
    @abstractmethod
    def rank(cls) -> int | Unavailable:
        """How good it is here (larger is better), or why it can't run. Must be cheap and must not raise."""

    @abstractmethod
    def current(self) -> App:
        """The focused app now; UNKNOWN_APP if nobody can tell. Never raises."""

    @abstractmethod
    def watch(self, changed: Callable[[App], None]) -> None:
        """Block, calling `changed` at every change of focus or title, until `close` is called from another thread."""

    @abstractmethod
    def close(self) -> None:
        """Stop `watch` and disconnect. Safe to call twice."""


class InputWatcher(ABC):
    """Tells when keyboard or mouse were last used, never what was pressed. Called from one thread."""

    name: str

    @classmethod
    @abstractmethod
    def rank(cls) -> int | Unavailable:
        """How good it is here (larger is better), or why it can't run. Must be cheap and must not raise."""

    @abstractmethod
    def idle_ms(self) -> int | None:
        """How long ago there was any input, ours included; None if nobody can tell. Quick; never raises."""

    @abstractmethod
    def close(self) -> None:
        """Disconnect. Safe to call twice."""
