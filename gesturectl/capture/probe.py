"""What a camera really delivers, measured by watching it for a moment. No frame is kept."""

from dataclasses import dataclass

from gesturectl.capture.camera import Camera
from gesturectl.capture.health import FrameRate, PictureTrouble, brightness_of, dim_light_hint, is_black
from gesturectl.capture.pace import DEFAULT_FPS

_SETTLE_MS = 700
"""Cameras take this long to find their exposure; until then rate and light say nothing."""

_MEASURE_MS = 1_500


@dataclass(frozen=True, slots=True)
class Probe:
    """A camera's real rate, size and light."""

    description: str
    """What the camera calls itself."""
    width: int
    height: int
    fps: float
    """Frames a second that arrived."""
    brightness: float
    """Mean of the picture, 0 to 255."""
    trouble: str
    """What is wrong with it, a colon, and what to do, as a sentence part; empty if nothing is."""


def probe(camera: Camera, wished_fps: float = DEFAULT_FPS) -> Probe:
    """Watch `camera` for about two seconds (of its own time). The caller closes it. Raises CameraLostError."""
    rate = FrameRate()
    start_ms = t_ms = camera.grab() or 0
    size = camera.retrieve().image.shape
    while t_ms - start_ms < _SETTLE_MS + _MEASURE_MS:
        grabbed_ms = camera.grab()
        if grabbed_ms is None:  # a recording may be shorter
            break
        t_ms = grabbed_ms
        if t_ms - start_ms >= _SETTLE_MS:
            rate.tick(t_ms)
    brightness = brightness_of(camera.retrieve().image)
    fps = rate.fps or 0.0
    trouble = PictureTrouble.BLACK if is_black(brightness) else dim_light_hint(fps, wished_fps, brightness)
    return Probe(camera.description, size[1], size[0], fps, brightness, trouble)
