"""A source whose pictures are mirrored, as selfie views are, made what the camera truly saw."""

import numpy as np

from gesturectl.capture.camera import Camera
from gesturectl.types import Frame, UInt8


class Unmirrored:
    """Another camera with every frame turned over, left to right. Keeps the `Camera` protocol."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self.description = f"{camera.description}, mirrored"
        self.name, self.live, self.drops = camera.name, camera.live, camera.drops

    @property
    def warning(self) -> str:
        """What a recording has to say about itself at its end."""
        return str(getattr(self._camera, "warning", ""))

    @property
    def dropped(self) -> int:
        """Frames that a recording's slow reader missed."""
        return int(getattr(self._camera, "dropped", 0))

    def grab(self) -> int | None:
        """Wait for the next frame, as the camera does."""
        return self._camera.grab()

    def newest(self) -> int | None:
        """Wait for the newest frame, as the camera does."""
        return self._camera.newest()

    def retrieve(self) -> Frame:
        """The frame grabbed last, turned over."""
        return _turned(self._camera.retrieve())

    def glance(self) -> Frame:
        """The frame grabbed last as the camera gives it at a glance, turned over."""
        return _turned(self._camera.glance())

    def close(self) -> None:
        """Release the camera."""
        self._camera.close()


def _turned(frame: Frame) -> Frame:
    if frame.glance is None:
        return Frame(frame.t_ms, _flipped(frame.image))
    return Frame(frame.t_ms, lambda: _flipped(frame.image), _flipped(frame.glance))


def _flipped(picture: UInt8) -> UInt8:
    return np.ascontiguousarray(picture[:, ::-1])
