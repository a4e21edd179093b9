"""Clips of a rendered hand with the gestures it truly makes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.synthesis.camera import View, expose
from gesturectl.synthesis.gestures import lowered, perform, rest, resting
from gesturectl.synthesis.motion import Script, TrueGesture
from gesturectl.synthesis.scene import Look, Posture, Scene, landmarks, random_look
from gesturectl.types import Frame, Hand

Float = NDArray[np.float64]
UInt8 = NDArray[np.uint8]

_SHUTTER = 0.5
"""Share of the time between two frames that the shutter is open."""
_SAME_PX = 1.5
"""Joints that move less than this during an exposure don't blur."""


class Movement(Protocol):
    """What a hand does over time, such as a `Script`."""

    def at(self, t_s: float) -> Posture:
        """The posture at a time in seconds."""


def render_clip(
    gestures: Sequence[str],
    hand: Hand = "right",
    seed: int = 0,
    size: tuple[int, int] = (640, 480),
    fps: float = 30.0,
) -> tuple[Iterator[Frame], list[TrueGesture]]:
    """Frames of somebody who raises a hand, makes the gestures with a rest after each, and keeps it up.

    `size` is width and height. The frames are rendered as they are taken (about 40 ms each at 320×240); the same
    arguments give the same frames. Another seed is another person, room and timing. Raises KeyError for a gesture that
    isn't one of `gestures.GESTURES`.
    """
    rng = np.random.default_rng(seed)
    look = random_look(rng) if seed else Look()
    script = write_script(gestures, hand, rng)
    view = View(*size)
    return frames(script, Scene(view, look), hand, fps, seed, most=3), list(script.events)


def write_script(gestures: Sequence[str], hand: Hand, rng: np.random.Generator) -> Script:
    """The movement of `render_clip`; a left hand's is that of the right hand which a mirror would show."""
    script = Script(lowered(), rng)
    script.move(resting(), 0.8)
    script.hold(0.7)
    for gesture in gestures:
        perform(script, gesture if hand == "right" else mirrored_label(gesture), rng)
        rest(script, rng.uniform(0.7, 0.9), rng)
    if hand == "left":
        script.events[:] = [replace(e, gesture=mirrored_label(e.gesture)) for e in script.events]
    return script


def frames(script: Script, scene: Scene, hand: Hand, fps: float, seed: int, most: int = 9) -> Iterator[Frame]:
    """The frames of a whole script; `most` limits the moments a blurred frame is averaged from."""
    for index in range(int(script.seconds * fps)):
        yield Frame(round(index * 1000 / fps), frame_image(script, scene, hand, index, fps, seed, most))


def frame_image(script: Movement, scene: Scene, hand: Hand, index: int, fps: float, seed: int, most: int = 9) -> UInt8:
    """(height, width, 3) RGB: one frame by itself, so that several processes can share a clip."""
    t_s, open_s = index / fps, _SHUTTER / fps
    first, last = script.at(t_s - open_s / 2), script.at(t_s + open_s / 2)
    before, after = scene.view.project(landmarks(first, scene.look)), scene.view.project(landmarks(last, scene.look))
    travel = float(np.abs(after - before).max())
    count = 1 if travel < _SAME_PX else int(np.clip(np.ceil(travel / 3), 2, most))
    moments = [script.at(t_s + open_s * ((i + 0.5) / count - 0.5)) for i in range(count)]
    picture = expose(scene.picture(moments), scene.sensor, np.random.default_rng((seed, index)))
    return picture if hand == "right" else np.ascontiguousarray(picture[:, ::-1])


def true_points(posture: Posture, scene: Scene, hand: Hand) -> Float:
    """(21, 3) as `Hands.image_points`: what a perfect tracker would say of a posture."""
    marked = scene.view.normalised(landmarks(posture, scene.look))
    if hand == "left":
        marked[:, 0] = 1 - marked[:, 0]
    return marked
