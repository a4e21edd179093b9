"""The clips that everything is measured on: rendered, so that anybody has them, or a recording of your own.

Each is a list of JPEG pictures, as a webcam gives them, shown to and fro for as long as is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from gesturectl import paths
from gesturectl.capture.opencv import open_file
from gesturectl.errors import SourceError
from gesturectl.synthesis.background import room
from gesturectl.synthesis.body import person
from gesturectl.synthesis.camera import Sensor, View, expose
from gesturectl.synthesis.scene import Look
from gesturectl.synthesis.shading import SKINS
from gesturectl.types import UInt8

FPS = 30.0
STEP_MS = 1000 / FPS
_VIEW = View(640, 480)
_SENSOR = Sensor(jpeg_quality=None)
_QUALITY = 88
_STILL_FRAMES = 30
"""Of an empty room: its noise repeats after a second, which no part of the program notices."""
_SWAY_S = 3.0
"""Somebody who sits there moves to one side and back in this time,"""
_SWAY_PX = 14.0
"""by so much: about four centimetres."""
_SHOWN_MS = (1500, 21000)
"""Of the demo clip: the hand is up."""
_POSED_MS = (10500, 20000)
"""Of the demo clip: the hand stays on its own side."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Pictures as a camera sends them."""

    name: str
    jpegs: tuple[bytes, ...]

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Time in ms and picture, thirty a second for ever; to and fro, so that nothing jumps."""
        there_and_back = [*self.jpegs, *self.jpegs[-2:0:-1]]
        index = 0
        while True:
            yield round(index * STEP_MS), there_and_back[index % len(there_and_back)]
            index += 1


def empty_room() -> Clip:
    """A room, and a camera's noise."""
    still = room(_VIEW, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    return Clip("an empty room", tuple(_jpeg(expose(still, _SENSOR, rng)) for _ in range(_STILL_FRAMES)))


def somebody() -> Clip:
    """A person who sways a little and shows no hand."""
    look, rng = Look(), np.random.default_rng(2)
    back = room(_VIEW, np.random.default_rng(0))
    body, _ = person(_VIEW, SKINS[look.skin], look.shirt, look.hair, look.light)
    pictures = []
    for index in range(round(_SWAY_S * FPS / 2)):
        shift = _SWAY_PX * -np.cos(np.pi * index / (_SWAY_S * FPS / 2))
        moved = cv2.warpAffine(
            body, np.array([[1, 0, shift], [0, 1, 0]], np.float32), (_VIEW.width, _VIEW.height),
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        picture = back * (1 - moved[..., 3:]) + moved[..., :3] * np.minimum(moved[..., 3:], 1)
        pictures.append(_jpeg(expose(np.asarray(picture, np.float32), _SENSOR, rng)))
    return Clip("somebody who sways, no hand", tuple(pictures))


def one_hand() -> Clip:
    """The demo clip while the hand is up: gestures, rests, everyday movements."""
    return Clip("one hand (the demo clip)", tuple(_jpeg(image) for image in _demo(*_SHOWN_MS)))


def two_hands() -> Clip:
    """The demo clip's hand and its own mirror image."""
    pictures = []
    for image in _demo(*_POSED_MS):
        half = image.shape[1] // 2
        pictures.append(_jpeg(np.concatenate([image[:, :half], image[:, :half][:, ::-1]], axis=1)))
    return Clip("two hands (the demo clip and its mirror image)", tuple(pictures))


def recorded(path: Path, most: int = 900) -> Clip:
    """At most `most` frames of a video, as they are. Raises SourceError."""
    pictures = [_jpeg(image) for image in islice(_video(path), most)]
    if len(pictures) < 2:
        raise SourceError(str(path), "no video that can be decoded", "Give another recording.")
    return Clip(path.name, tuple(pictures))


def _demo(first_ms: int, last_ms: int) -> Iterator[UInt8]:
    return islice(_video(paths.asset("demo.mp4")), round(first_ms / STEP_MS), round(last_ms / STEP_MS))


def _video(path: Path) -> Iterator[UInt8]:
    """(H, W, 3) RGB frames, one at a time: together they would fill the memory."""
    capture = open_file(path)
    try:
        while capture.grab():
            image = capture.rgb()
            if image is not None:
                yield image
    finally:
        capture.close()


def _jpeg(image: UInt8) -> bytes:
    """`image` (H, W, 3) RGB as a webcam would send it."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])
