"""What seeing costs: processor time for each second of a camera at thirty frames a second, against MediaPipe's."""

import importlib.util
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

import numpy as np

from gesturectl.benchmarks import clips
from gesturectl.benchmarks.clips import FPS, Clip
from gesturectl.benchmarks.measure import Comparison, Contender, interleave
from gesturectl.capture import jpeg
from gesturectl.catalogue import verified
from gesturectl.landmarks.mediapipe_tracker import MODEL
from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.landmarks.power import EFFORTS, Power
from gesturectl.landmarks.schedule import Schedule
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at
from gesturectl.types import Frame, UInt8

SCENES: dict[str, Callable[[], Clip]] = {
    "idle": clips.empty_room,
    "person": clips.somebody,
    "tracked": clips.one_hand,
    "two-hands": clips.two_hands,
}
"""The clip of each benchmark."""

POWERS: tuple[Power, ...] = ("balanced", "best", "exact", "saver")
"""Ours; the first is what everything is set against."""

NOTE = (
    "All of it is counted: decoding of JPEG pictures, hands, and on our side gestures. MediaPipe Tasks looks at every "
    "frame, as scripts do."
)


def compare(key: str, rounds: int, seconds: float, clip: Clip | None, heed: Callable[[str], None]) -> Comparison:
    """Percent of one core that watching the clip of `key` (or `clip`) takes, `seconds` of the clip a turn."""
    shown = clip or SCENES[key]()
    with ExitStack() as stack:
        contenders = [
            *(_contender(f"gesturectl, {power}", Ours(power), shown, seconds, ours=True) for power in POWERS),
            _contender("our exact tracker on every frame", Ungated(), shown, seconds, ours=True),
        ]
        there = importlib.util.find_spec("mediapipe") is not None
        for hands, words in ((2, "two hands"), (1, "one hand")) if there else ():
            script = stack.enter_context(closing(Typical(hands)))
            contenders.append(_contender(f"MediaPipe, {words}", script, shown, seconds))
        rows = interleave(contenders, rounds, heed)
    note = NOTE if there else f"{NOTE} It isn't installed here (pip install mediapipe==0.10.31)."
    return Comparison(key, f"{shown.name}, {FPS:.0f} fps", "% of one core", rows, note)


class Ours:
    """The program's own path from the camera to gesture events."""

    def __init__(self, power: Power) -> None:
        self._schedule = Schedule(OnnxTracker("cpu", power=power), EFFORTS[power])
        self._recogniser = Recogniser(classifier_at(None))
        self._width = 0
        """Of the pictures."""

    def see(self, t_ms: int, sent: bytes) -> None:
        """One frame of the camera."""
        if self._schedule.wants(t_ms):
            self._recogniser.update(self._schedule.process(self._frame(t_ms, sent)))

    def _frame(self, t_ms: int, sent: bytes) -> Frame:
        """As a camera gives it: whole, or at a glance."""
        if self._width and self._schedule.needs_only_a_glance(t_ms):
            return Frame(t_ms, partial(_decoded, sent), jpeg.glanced(np.frombuffer(sent, np.uint8), self._width))
        image = _decoded(sent)
        self._width = image.shape[1]
        return Frame(t_ms, image)


class Ungated:
    """Our tracker, looking for hands on every frame."""

    def __init__(self) -> None:
        self._tracker = OnnxTracker("cpu")

    def see(self, t_ms: int, sent: bytes) -> None:
        """One frame of the camera."""
        self._tracker.track(Frame(t_ms, _decoded(sent)), search=True)


class Typical:
    """What a script does that uses MediaPipe Tasks as its examples do. Raises ModelError without MediaPipe."""

    def __init__(self, hands: int) -> None:
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision

        self._mediapipe: Any = mediapipe
        options = vision.HandLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=verified(MODEL)),
            running_mode=vision.RunningMode.VIDEO,
            num_hands=hands,
        )
        self._landmarker: Any = vision.HandLandmarker.create_from_options(options)

    def see(self, t_ms: int, sent: bytes) -> None:
        """One frame of the camera."""
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=_decoded(sent))
        self._landmarker.detect_for_video(image, t_ms)

    def close(self) -> None:
        """Release the models."""
        self._landmarker.close()


def _decoded(sent: bytes) -> UInt8:
    """(H, W, 3) RGB, as a camera's `retrieve` makes it."""
    picture = jpeg.decoded(np.frombuffer(sent, np.uint8))
    assert picture is not None  # noqa: S101  we coded it ourselves
    return picture


def _contender(
    name: str, watcher: "Ours | Ungated | Typical", clip: Clip, seconds: float, ours: bool = False
) -> Contender:
    coming = clip.frames()

    def block() -> float:
        pictures = [next(coming) for _ in range(round(seconds * FPS))]
        started_s = time.process_time()
        for t_ms, sent in pictures:
            watcher.see(t_ms, sent)
        return 100 * (time.process_time() - started_s) / (len(pictures) / FPS)

    return Contender(name, block, ours)
