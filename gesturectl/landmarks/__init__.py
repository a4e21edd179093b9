"""From a frame to the hands in it."""

from typing import Literal

from gesturectl.landmarks.power import Power
from gesturectl.landmarks.tracker import HandTracker

TrackerKind = Literal["onnx", "mediapipe"]


def open_tracker(kind: TrackerKind = "onnx", cuda: bool = True, power: Power = "exact") -> HandTracker:
    """A tracker with its models loaded, in about a quarter of a second; `cuda` allows it where it works.

    MediaPipe's knows no `power`: it always does its best.

    Raises ModelError if a model is missing or damaged, or MediaPipe isn't installed.
    """
    if kind == "mediapipe":
        from gesturectl.landmarks.mediapipe_tracker import MediaPipeTracker

        return MediaPipeTracker()
    from gesturectl.landmarks.onnx_tracker import OnnxTracker

    return OnnxTracker(cuda, power=power)
