"""The protocol every source of frames keeps, and the clock of the live ones."""

import time
from typing import Protocol

from gesturectl.types import Frame


class Camera(Protocol):
    """A source of frames in two steps, so that a frame nobody looks at is never decoded.

    One thread owns a camera from its making to its `close`: OpenCV crashes when another thread releases it.
    """

    description: str
    """What a person would call it: "Integrated Camera (0), 640×480 at 30 fps"."""
    name: str
    """What a local camera's maker calls it, by which it is found again; empty for everything else."""
    live: bool
    """True for cameras and streams, which don't end but may be lost; False for files."""

    drops: bool
    """Whether frames that nobody grabs are lost, rather than kept for later: then one may sleep, and ask for the
    `newest`."""

    def grab(self) -> int | None:
        """Wait for the next frame and return its `t_ms`; None at the end of a file. Raises CameraLostError."""

    def newest(self) -> int | None:
        """As `grab`, but pass over what has waited since the last one."""

    def retrieve(self) -> Frame:
        """Decode the frame grabbed last. Raises CameraLostError."""

    def glance(self) -> Frame:
        """The frame grabbed last, with a `Frame.glance` where that is cheaper than decoding it. Raises CameraLostError.

        Its whole picture is decoded if somebody asks for it. Where pictures come decoded it is what `retrieve` gives.
        """

    def close(self) -> None:
        """Release the device. Safe to call twice."""


def monotonic_ms() -> int:
    """Milliseconds on the clock that stamps live frames: never set back, comparable between live sources only."""
    return time.monotonic_ns() // 1_000_000
