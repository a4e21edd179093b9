"""A probe tells what a camera really delivers."""

import numpy as np
import pytest

from gesturectl.capture.probe import probe
from gesturectl.types import Frame


class Steady:
    """A camera of one shade and one rate; dark and slow until its exposure has settled."""

    description = "Steady Cam (0), 640×480 at 30 fps"
    live = True

    def __init__(self, fps: float, shade: int) -> None:
        self._step_ms = 1000 / fps
        self._shade = shade
        self._t_ms = 0.0

    def grab(self) -> int:
        self._t_ms += 200 if self._t_ms < 500 else self._step_ms
        return round(self._t_ms)

    def retrieve(self) -> Frame:
        shade = 0 if self._t_ms < 500 else self._shade
        return Frame(round(self._t_ms), np.full((480, 640, 3), shade, np.uint8))

    def close(self) -> None:
        pass


def test_rate_size_and_light_are_measured_once_the_exposure_has_settled() -> None:
    found = probe(Steady(30, 110))
    assert found.fps == pytest.approx(30, abs=0.5)
    assert (found.width, found.height, found.brightness) == (640, 480, 110)
    assert found.trouble == ""


@pytest.mark.parametrize(("fps", "shade", "trouble"), [(15, 40, "because of dim light"), (30, 2, "picture is black")])
def test_trouble_is_named(fps: float, shade: int, trouble: str) -> None:
    assert trouble in probe(Steady(fps, shade)).trouble
