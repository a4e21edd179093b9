"""What vision tells the engine: small frozen values and nothing else, so that vision can become its own process."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from gesturectl.errors import GesturectlError
from gesturectl.pointing.place import HandPlace
from gesturectl.recognition.attempts import Attempt
from gesturectl.types import GestureEvent, Hand


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as plain text, so that it can travel between processes."""

    place: str
    fact: str
    remedy: str = ""

    @classmethod
    def of(cls, error: GesturectlError) -> Self:
        """The same words as `error`."""
        return cls(error.place, error.fact, error.remedy)

    def __str__(self) -> str:
        return str(GesturectlError(self.place, self.fact, self.remedy))


class CameraState(StrEnum):
    """What the camera is doing."""

    OPENING = "opening"
    WATCHING = "watching"
    LOST = "lost"
    """Missing, busy or silent; it is tried again."""
    RELEASED = "released"
    """Let go because of a pause: its light is off."""
    FAILED = "failed"
    """It will never work (two cameras fit the name); not tried again."""


@dataclass(frozen=True, slots=True)
class CameraChanged:
    """The camera went into another state."""

    state: CameraState
    description: str = ""
    """What a person would call the camera, once it is known."""
    trouble: Trouble | None = None
    """Why it is lost or has failed."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A gesture event. These are never dropped."""

    event: GestureEvent


@dataclass(frozen=True, slots=True)
class Tried:
    """A hand made a gesture or seemed to; if it fired, its event follows."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class InView:
    """Other hands are in view than before."""

    t_ms: int
    """Since when, on the source's clock."""
    hands: tuple[Hand, ...]


@dataclass(frozen=True, slots=True)
class HandsAt:
    """Where the hands are in one frame; sent only while a hand moves the pointer."""

    t_ms: int
    """The frame's time, on the source's clock."""
    places: tuple[HandPlace, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What vision has done so far; sent about once a second."""

    t_ms: int
    """The newest frame's time, on the source's clock."""
    frames: int = 0
    """Frames the source gave, looked at or not."""
    hands_frames: int = 0
    """Frames in which a hand was seen."""
    dropped: int = 0
    """Frames that came while an older one was still being looked at."""
    fps: float = 0.0
    """Frames a second the source gives now."""
    hands: tuple[Hand, ...] = ()
    """The hands in the newest frame."""
    picture: str = ""
    """What is wrong with the picture, as a sentence part; empty if nothing is."""
    stage_ms: dict[str, float] = field(default_factory=dict)
    """Median milliseconds a frame, for each stage."""


VisionMessage = CameraChanged | Recognised | Tried | InView | HandsAt | Looked
