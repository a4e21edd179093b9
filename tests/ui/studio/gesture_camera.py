"""A network camera before which a rendered person makes a gesture that the model doesn't know."""

from collections import deque

import cv2
import numpy as np
from clip_camera import ClipCamera

from gesturectl.synthesis.camera import View
from gesturectl.synthesis.clips import frames
from gesturectl.synthesis.gestures import rest, resting, shown
from gesturectl.synthesis.motion import Script
from gesturectl.synthesis.scene import Look, Scene

_VIEW = View(320, 240)


class GestureCamera(ClipCamera):
    """Shows a resting hand, and on demand a pointing finger that draws a Z."""

    def __init__(self) -> None:
        super().__init__()
        rng = np.random.default_rng(5)
        script = Script(resting(), rng)
        script.hold(0.3)
        for offset in ((-90.0, 45.0, 0.0), (70.0, 45.0, 0.0), (-80.0, -70.0, 0.0), (80.0, -70.0, 0.0)):
            script.move(shown("point", offset=offset), 0.32)
        rest(script, 0.4, rng)
        pictures = [frame.image for frame in frames(script, Scene(_VIEW, Look()), "right", 30.0, 5, most=2)]
        self._made = [cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes() for image in pictures]
        self._still, self._coming = self._made[:6], deque()

    def draw(self) -> None:
        """Make the gesture, from rest and back to it."""
        with self._lock:
            self._coming.extend(self._made)

    @property
    def resting(self) -> bool:
        """Whether the gesture is over."""
        with self._lock:
            return not self._coming
