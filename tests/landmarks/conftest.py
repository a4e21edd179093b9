"""Rendered pictures of a right hand, and trackers that load once."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import pytest

from gesturectl import paths
from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.types import Frame

_FIRST, _COUNT = 45, 60


@pytest.fixture(scope="session")
def right_hand() -> Sequence[Frame]:
    """Two seconds of the bundled clip, 640×480: somebody's right hand is up, and begins to make a gesture."""
    cv2.setNumThreads(1)
    clip = cv2.VideoCapture(str(paths.asset("demo.mp4")))
    frames = []
    for index in range(_FIRST + _COUNT):
        ok, image = clip.read()
        assert ok
        if index >= _FIRST:
            frames.append(Frame(index * 1000 // 30, cv2.cvtColor(image, cv2.COLOR_BGR2RGB)))
    clip.release()
    return frames


@pytest.fixture(scope="session")
def left_hand(right_hand: Sequence[Frame]) -> Sequence[Frame]:
    """The same in a mirror: a left hand."""
    return [Frame(frame.t_ms, np.ascontiguousarray(frame.image[:, ::-1])) for frame in right_hand]


@pytest.fixture(scope="session")
def loaded() -> OnnxTracker:
    """Our tracker on the CPU; use `tracker`."""
    return OnnxTracker("cpu")


@pytest.fixture
def tracker(loaded: OnnxTracker) -> Iterator[OnnxTracker]:
    """Our tracker, following nobody."""
    loaded.forget()
    yield loaded
    loaded.forget()
