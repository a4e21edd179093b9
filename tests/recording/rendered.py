"""Somebody who holds a thumb down six times before a rendered camera."""

import cv2
import numpy as np

from gesturectl.synthesis.camera import View
from gesturectl.synthesis.clips import frames
from gesturectl.synthesis.gestures import perform, rest, resting
from gesturectl.synthesis.motion import Script
from gesturectl.synthesis.scene import Look, Scene

FPS = 15


def render_six(path):
    """Write the clip, 15 frames a second of 320×240; returns when each showing truly is."""
    rng = np.random.default_rng(4)
    script = Script(resting(), rng)
    script.hold(4.2)
    for _ in range(6):
        perform(script, "thumbs_down", rng)
        rest(script, 0.9, rng)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (320, 240))
    for frame in frames(script, Scene(View(320, 240), Look()), "right", FPS, 0, most=2):
        writer.write(frame.image[..., ::-1])
    writer.release()
    return script.events
