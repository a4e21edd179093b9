"""A recording tracked to a take, with a tracker that sees a hand wherever the picture is bright."""

import errno
from pathlib import Path

import cv2
import numpy as np
import pytest

from gesturectl.errors import SourceError
from gesturectl.evaluation.tracking import KeepingError, track
from gesturectl.gestures.take import objection
from gesturectl.types import Frame, Hands


class BrightnessTracker:
    """Sees a right hand in bright pictures and remembers when it was asked to search."""

    name, provider = "fake", "CPU"

    def __init__(self) -> None:
        self.searched: list[int] = []
        self.forgot = 0

    def track(self, frame: Frame, search: bool) -> Hands:
        if search:
            self.searched.append(frame.t_ms)
        height, width = frame.image.shape[:2]
        hands = Hands.none(frame.t_ms, width / height)
        if frame.image.mean() < 100:
            return hands
        image, present = hands.image_points.copy(), np.array([False, True])
        image[1] = 0.5
        return Hands(frame.t_ms, image, hands.world_points, present, present.astype(np.float32), hands.aspect)

    def forget(self) -> None:
        self.forgot += 1

    def close(self) -> None:
        """Nothing to close."""


def write_video(path: Path, shades: list[int], fps: float) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (64, 48))
    for shade in shades:
        writer.write(np.full((48, 64, 3), shade, np.uint8))
    writer.release()
    return path


def test_a_video_becomes_a_take_at_its_own_times(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.avi", [0] * 5 + [200] * 10, fps=20)
    tracker = BrightnessTracker()
    take = track(clip, None, {"format": "videos"}, tracker)
    assert not objection(take)
    assert take.t_ms.tolist() == list(range(0, 750, 50))
    assert take.present[:, 1].tolist() == [False] * 5 + [True] * 10
    assert (take.meta["fps"], take.meta["format"], take.aspect) == (20, "videos", 1.3333)
    # Always while there is no hand, then five times a second for the other one.
    assert tracker.searched == [0, 50, 100, 150, 200, 250, 450, 650]
    assert tracker.forgot == 1


def test_clips_of_different_rates_keep_their_time(tmp_path: Path) -> None:
    lengths = [
        int(track(write_video(tmp_path / f"{fps}.avi", [200] * fps, fps), None, {}, BrightnessTracker()).t_ms[-1])
        for fps in (10, 25, 30)
    ]
    assert lengths == [900, 960, 967]


def test_pictures_have_the_rate_they_are_given(tmp_path: Path) -> None:
    for frame in range(3):
        cv2.imwrite(str(tmp_path / f"{frame}.png"), np.full((48, 64, 3), 200, np.uint8))
    assert track(tmp_path, 10, {}, BrightnessTracker()).t_ms.tolist() == [0, 100, 200]


def test_frames_are_kept_only_when_asked_for(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "a.avi", [50, 200], fps=10)
    track(clip, None, {}, BrightnessTracker())
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.avi"]
    folder = tmp_path / "lib" / "a.frames"
    track(clip, None, {}, BrightnessTracker(), folder)
    assert sorted(entry.name for entry in folder.iterdir()) == ["00000000.jpg", "00000100.jpg"]
    assert cv2.imread(str(folder / "00000100.jpg")).mean() == pytest.approx(200, abs=4)
    assert [entry.name for entry in folder.parent.iterdir()] == ["a.frames"]


def test_no_frames_are_left_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = write_video(tmp_path / "a.avi", [50, 200], fps=10)

    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(KeepingError, match="No space left"):
        track(clip, None, {}, BrightnessTracker(), tmp_path / "lib" / "a.frames")
    assert not list((tmp_path / "lib").iterdir())


def test_a_clip_that_cant_be_read_leaves_no_frames(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"junk")
    with pytest.raises(SourceError):
        track(tmp_path / "bad.mp4", None, {}, BrightnessTracker(), tmp_path / "lib" / "bad.frames")
    assert not (tmp_path / "lib").exists()
