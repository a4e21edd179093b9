"""From a frame to the hands in it."""

from collections.abc import Callable
from typing import Literal

from gesturectl.landmarks.power import Power
from gesturectl.landmarks.providers import Compute
from gesturectl.landmarks.tracker import HandTracker

TrackerKind = Literal["onnx", "mediapipe"]


def open_tracker(
    kind: TrackerKind = "onnx",
    compute: Compute = "auto",
    power: Power = "exact",
    warn: Callable[[str], None] = lambda text: None,
) -> HandTracker:
    """A tracker with its models loaded, in about a quarter of a second; `compute` is what may run them.

    `warn` hears of a GPU that should run them and can't. MediaPipe's tracker knows neither `compute` nor `power`: it
    always does its best on the processor.

    Raises ModelError if a model is missing or damaged, or MediaPipe isn't installed.
    """
    if kind == "mediapipe":
        from gesturectl.landmarks.mediapipe_tracker import MediaPipeTracker

        return MediaPipeTracker()
    from gesturectl.landmarks.onnx_tracker import OnnxTracker

    tracker = OnnxTracker(compute, power=power)
    if tracker.problem:
        warn(tracker.problem)
    return tracker
