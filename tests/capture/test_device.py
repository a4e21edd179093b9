"""A local camera, played by a video that goes through the real `cv2.VideoCapture`: its end is the cable pulled out."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from gesturectl.capture.device import DeviceCamera
from gesturectl.capture.opencv import Capture
from gesturectl.errors import CameraLostError


class Damaged(Capture):
    """Every picture of it is damaged."""

    def frame(self, t_ms: int, glance: bool = False) -> None:
        return None


class Mute(Capture):
    """Opens and gives nothing."""

    def grab(self) -> bool:
        return False


def camera_playing(path: Path, kind: type[Capture] = Capture) -> DeviceCamera:
    return DeviceCamera(7, "Toy Cam", opener=lambda index, size, fps: kind(str(path), cv2.CAP_FFMPEG, ()))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Twelve frames."""
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (64, 48))
    for k in range(12):
        writer.write(np.full((48, 64, 3), 20 * k, np.uint8))
    writer.release()
    return path


def test_a_camera_gives_stamped_frames_until_it_is_lost(clip: Path) -> None:
    camera = camera_playing(clip)
    assert camera.live
    assert camera.description == "Toy Cam (7), 64×48 at 30 fps"
    times = []
    with pytest.raises(CameraLostError, match="it stopped giving frames") as lost:
        while True:
            times.append(camera.grab())
            assert camera.retrieve().t_ms == times[-1]
    camera.close()
    camera.close()
    assert len(times) == 11  # the first frame proved that it works
    assert times == sorted(times)
    assert lost.value.place == "camera 7 (Toy Cam)"


def test_a_camera_that_cannot_be_opened_is_lost_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(CameraLostError, match="camera 7") as lost:
        camera_playing(tmp_path / "nowhere.avi")
    assert lost.value.remedy


def test_a_camera_that_opens_but_gives_nothing_is_lost_at_once(clip: Path) -> None:
    with pytest.raises(CameraLostError, match="it opens but gives no frame"):
        camera_playing(clip, Mute)


def test_ten_damaged_pictures_in_a_row_are_a_fault(clip: Path) -> None:
    camera = camera_playing(clip, Damaged)
    with pytest.raises(CameraLostError, match="10 damaged pictures in a row"):
        camera.retrieve()
