"""What vision and control tell each other: small frozen values and nothing else, for they are two processes."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from gesturectl.daemon.remembered import Scene
from gesturectl.daemon.view import View
from gesturectl.errors import GesturectlError
from gesturectl.landmarks import TrackerKind
from gesturectl.landmarks.power import Power
from gesturectl.landmarks.providers import Compute
from gesturectl.pointing.place import HandPlace
from gesturectl.recognition.attempts import Attempt
from gesturectl.types import GestureEvent, Hand, Hands


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
    name: str = ""
    """What a local camera's maker calls it, by which it is found again; empty for everything else."""
    index: int | None = None
    """Of a local camera that is lost: who uses it can't be seen from within vision's box."""


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
    cpu_s: float = 0.0
    """Processor time that the process has spent since it began."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame for somebody who attends: sent only to a recording."""

    hands: Hands
    picture: str
    """What is wrong with the picture."""
    events: tuple[GestureEvent, ...]
    """What was recognised in it."""


@dataclass(frozen=True, slots=True)
class BrokeOff:
    """There are no more pictures for now."""

    why: str


@dataclass(frozen=True, slots=True)
class Knows:
    """These gestures can be recognised from now on."""

    gestures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that a person should read."""

    text: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """A person's own gestures were learnt for another model: somebody who may write should learn them again."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A line for the log."""

    level: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """A mistake of ours, for a crash report: see `crashes.py`."""

    where: str
    told: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are loaded; the camera is being opened."""

    tracker: str
    model: str
    gestures: tuple[str, ...]
    boxed: str
    """What the process can't do any more; empty for nothing."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The process can't work and ends."""

    error: str
    """Which of our errors it is."""
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Pulse:
    """The process lives; four times a second."""

    doing: str
    """What takes the longest now: "opening" or "reading" the camera, "looking" at a frame; empty for nothing."""
    for_s: float
    """How long it has been taking."""


@dataclass(frozen=True, slots=True)
class Started:
    """A process of vision works."""

    ready: Ready
    pid: int
    restarts: int
    """How often one had to be started again since the daemon began."""


VisionMessage = (
    CameraChanged | Recognised | Tried | InView | HandsAt | Looked | Seen | BrokeOff | View | Scene | Knows | Pulse
)
"""From watching, in whichever process."""

ChildMessage = VisionMessage | Warned | Outdated | Logged | Crashed | Ready | Failed
"""From the process of vision."""


Told = VisionMessage | Started | Outdated
"""What control hears of vision."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The first order: what to watch, and with what."""

    source: str
    mirrored: bool
    tracker: TrackerKind
    model: str | None
    """A gesture model that was asked for; None for the one in use."""
    own_gestures: bool
    power: Power = "balanced"
    """How much of the processor following a hand may take."""
    compute: Compute = "auto"
    """What may run the hand models."""
    paused: bool = False
    again: bool = False
    """Whether a process before this one watched already."""
    known: str = ""
    """What the local camera is called that `source` meant before."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Release the camera."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Open it again."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Let the camera go and open this one."""

    source: str
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """Tell, or tell no longer."""

    what: str
    """Where the hands are ("point"), every frame's hands ("attend"), or pictures ("show")."""
    on: bool


Order = Begin | Pause | Resume | Reopen | Switch
"""To the process of vision. A closed pipe means: end."""
