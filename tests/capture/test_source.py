"""Every way to name a source leads to the right camera or to one clear sentence."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from gesturectl.capture import source
from gesturectl.capture.devices import CameraInfo
from gesturectl.capture.replay import PictureReplay, VideoReplay
from gesturectl.capture.source import open_source
from gesturectl.errors import CameraLostError, SourceError
from gesturectl.types import Frame


class ToyCamera:
    """A camera that works, unless its index is in `broken`."""

    live = True
    broken: tuple[int, ...] = ()

    def __init__(self, index: int, name: str, size: tuple[int, int], fps: float) -> None:
        if index in self.broken:
            raise CameraLostError(f"camera {index}", "in use by zoom", "Close that program")
        self.description = f"{name} ({index}), {size[0]}×{size[1]} at {fps:.0f}"

    def grab(self) -> int:
        return 0

    def retrieve(self) -> Frame:
        return Frame(0, np.zeros((48, 64, 3), np.uint8))

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def three_cameras(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cameras = (
        CameraInfo(0, "Integrated Camera", "/dev/video0", None),
        CameraInfo(2, "HD Pro Webcam C920", "/dev/video2", None),
        CameraInfo(4, "HD Pro Webcam C930", "/dev/video4", None),
    )
    monkeypatch.setattr(source, "list_cameras", lambda: cameras)
    monkeypatch.setattr(source, "candidates", lambda: cameras)
    monkeypatch.setattr(source, "DeviceCamera", ToyCamera)
    monkeypatch.setattr(ToyCamera, "broken", ())
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("0", "Integrated Camera (0), 640×480 at 30"),
        (2, "HD Pro Webcam C920 (2), 640×480 at 30"),
        ("9", " (9), 640×480 at 30"),
        ("/dev/video4", "HD Pro Webcam C930 (4), 640×480 at 30"),
        ("integrated camera", "Integrated Camera (0), 640×480 at 30"),
        ("C930", "HD Pro Webcam C930 (4), 640×480 at 30"),
        ("auto", "Integrated Camera (0), 640×480 at 30"),
    ],
)
def test_a_camera_is_found_by_index_path_or_name(text: str | int, description: str) -> None:
    assert open_source(text).description == description


def test_wishes_reach_the_camera() -> None:
    assert open_source("C920", fps=15, size=(1280, 720)).description == "HD Pro Webcam C920 (2), 1280×720 at 15"


def test_auto_takes_the_first_that_gives_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ToyCamera, "broken", (0, 2))
    assert "C930" in open_source("auto").description
    monkeypatch.setattr(ToyCamera, "broken", (0, 2, 4))
    with pytest.raises(CameraLostError, match=r"none of 3 cameras gives pictures \(camera 0: in use by zoom; camera 2"):
        open_source("auto")
    monkeypatch.setattr(source, "candidates", lambda: ())
    with pytest.raises(CameraLostError, match="there is no camera"):
        open_source("auto")


def test_a_name_that_fits_two_cameras_asks_for_the_index() -> None:
    with pytest.raises(SourceError, match=r"C920 \(2\), HD Pro Webcam C930 \(4\)"):
        open_source("HD Pro Webcam")


def test_an_unknown_name_may_still_be_plugged_in_and_says_what_is_near() -> None:
    with pytest.raises(CameraLostError, match="Did you mean “Integrated Camera”"):
        open_source("Intergrated Camera")
    with pytest.raises(CameraLostError, match=r"There are: Integrated Camera \(0\), HD Pro"):
        open_source("xyzzy")


def test_a_missing_file_is_a_mistake_and_says_what_is_near(tmp_path: Path) -> None:
    (tmp_path / "swipes.mp4").touch()
    with pytest.raises(SourceError, match=r"no such file or folder. Did you mean “swipes\.mp4”") as refusal:
        open_source("swipe.mp4")
    assert not isinstance(refusal.value, CameraLostError)
    with pytest.raises(SourceError, match="Check its name and folder"):
        open_source("nowhere/")


def test_files_and_folders_are_recordings(tmp_path: Path) -> None:
    folder = tmp_path / "pictures of hands"
    folder.mkdir()
    for k in range(3):
        cv2.imwrite(str(folder / f"{k}.png"), np.zeros((48, 64, 3), np.uint8))
    video = tmp_path / "clip 1.avi"
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 30, (64, 48))
    writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    assert isinstance(open_source("clip 1.avi"), VideoReplay)
    assert isinstance(open_source(video.as_uri()), VideoReplay)
    pictures = open_source(str(folder), fast=True, fps=10)
    assert isinstance(pictures, PictureReplay)
    assert [pictures.grab() for _ in range(4)] == [0, 100, 200, None]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is empty"),
        ("htp://cam/", "Did you mean http://"),
        ("gopher://cam/", "Known are http"),
        ("http:///video", "the URL names no host"),
        ("http://[cam/", "not a URL"),
        ("http://cam:99999/", "its port is impossible"),
    ],
)
def test_a_broken_name_or_url_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence) as refusal:
        open_source(text)
    assert not isinstance(refusal.value, CameraLostError)


def test_one_picture_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "hand.jpg").touch()
    with pytest.raises(SourceError, match="one picture is no recording"):
        open_source("hand.jpg")


@pytest.mark.parametrize("text", ["2", "/dev/video2", "auto"])
def test_a_known_camera_is_found_again_under_another_index(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    cameras = (
        CameraInfo(2, "Other Cam", "/dev/video2", None),
        CameraInfo(5, "HD Pro Webcam C920", "/dev/video5", None),
    )
    monkeypatch.setattr(source, "list_cameras", lambda: cameras)
    monkeypatch.setattr(source, "candidates", lambda: cameras)
    assert open_source(text, known="HD Pro Webcam C920").description == "HD Pro Webcam C920 (5), 640×480 at 30"


def test_another_camera_in_the_place_of_a_known_one_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = (CameraInfo(2, "Other Cam", "/dev/video2", None),)
    monkeypatch.setattr(source, "list_cameras", lambda: cameras)
    monkeypatch.setattr(source, "candidates", lambda: cameras)
    with pytest.raises(CameraLostError, match="it is gone, and “Other Cam” has its place") as lost:
        open_source("2", known="HD Pro Webcam C920")
    assert "gesturectl settings camera" in lost.value.remedy
    assert open_source("auto", known="HD Pro Webcam C920").description.startswith("Other Cam (2)")


def test_of_two_cameras_of_the_same_name_the_one_in_the_old_place_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = tuple(CameraInfo(index, "Twin", f"/dev/video{index}", None) for index in (0, 2))
    monkeypatch.setattr(source, "list_cameras", lambda: cameras)
    assert open_source("2", known="Twin").description.startswith("Twin (2)")
    assert open_source("4", known="Twin").description.startswith("Twin (0)")


def test_a_known_camera_that_is_unplugged_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "list_cameras", lambda: ())
    assert open_source("2", known="HD Pro Webcam C920").description.startswith("HD Pro Webcam C920 (2)")
