"""What vision sees, frame by frame, for somebody who looks on: made only while there is one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gesturectl.recognition.decide import Rejection
from gesturectl.types import Frame, Hand, Hands, Prediction


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One frame and what was recognised in it."""

    frame: Frame
    hands: Hands
    predictions: Mapping[Hand, Prediction]
    """The newest of each hand in view."""
    refused: tuple[Rejection, ...]
    """Candidates of this frame that didn't fire, with the rule that refused."""


Viewer = Callable[[View], None]
"""Called in vision's thread with each frame that is looked at; it must return at once."""
