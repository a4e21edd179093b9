"""A video or a folder of pictures as a camera."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from gesturectl.capture.pace import Pace
from gesturectl.capture.replay import PictureReplay, Replay, VideoReplay
from gesturectl.errors import SourceError
from gesturectl.types import Frame

WIDTH, HEIGHT = 64, 48


class Clock:
    """Stands still until somebody sleeps or works."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def picture(shade: int) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), shade, np.uint8)


def write_video(path: Path, frames: int, fps: float = 30.0, codec: str = "MJPG") -> Path:
    """Frame k is grey of shade 4 * k."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, (WIDTH, HEIGHT))
    for k in range(frames):
        writer.write(picture(4 * k))
    writer.release()
    return path


def write_pictures(folder: Path, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    for k in range(count):
        cv2.imwrite(str(folder / f"frame_{k}.png"), picture(10 * k))
    return folder


def shades(replay: Replay) -> list[tuple[int, int]]:
    """(t_ms, shade) of every frame delivered."""
    seen = []
    while (t_ms := replay.grab()) is not None:
        frame = replay.retrieve()
        assert frame.t_ms == t_ms
        seen.append((t_ms, round(float(frame.image.mean()))))
    return seen


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "mp4v"), ("avi", "MJPG"), ("mkv", "MJPG")])
def test_read_fast_a_video_gives_every_frame_at_its_own_time(tmp_path: Path, suffix: str, codec: str) -> None:
    replay = VideoReplay(write_video(tmp_path / f"clip.{suffix}", 45, 30.0, codec), pace=None)
    seen = shades(replay)
    assert [t_ms for t_ms, _ in seen] == pytest.approx([k * 1000 / 30 for k in range(45)], abs=1)
    assert [shade for _, shade in seen] == pytest.approx([4 * k for k in range(45)], abs=6)
    assert len({shade for _, shade in seen}) == 45
    assert (replay.dropped, replay.warning, replay.live) == (0, "", False)
    replay.close()
    replay.close()


def test_frames_are_rgb(tmp_path: Path) -> None:
    folder = tmp_path / "red"
    folder.mkdir()
    red = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    red[..., 2] = 255  # OpenCV writes BGR
    cv2.imwrite(str(folder / "0.png"), red)
    writer = cv2.VideoWriter(str(tmp_path / "red.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 30, (WIDTH, HEIGHT))
    writer.write(red)
    writer.release()
    for replay in (PictureReplay(folder, None), VideoReplay(tmp_path / "red.avi", None)):
        replay.grab()
        channels = replay.retrieve().image.mean(axis=(0, 1))
        assert channels[0] > 240
        assert max(channels[1], channels[2]) < 15


def test_a_reader_in_time_gets_every_frame_when_it_is_due(tmp_path: Path) -> None:
    clock = Clock()
    replay = VideoReplay(write_video(tmp_path / "clip.mp4", 30, 30.0, "mp4v"), Pace(clock, clock.sleep))
    while (t_ms := replay.grab()) is not None:
        assert clock.now_s == pytest.approx(t_ms / 1000, abs=1e-6)
    assert replay.dropped == 0
    assert clock.now_s == pytest.approx(29 / 30, abs=2e-3)


def test_a_late_reader_gets_the_newest_frame_and_the_rest_are_counted(tmp_path: Path) -> None:
    clock = Clock()
    replay = VideoReplay(write_video(tmp_path / "clip.mp4", 60, 30.0, "mp4v"), Pace(clock, clock.sleep))
    delivered = []
    while (t_ms := replay.grab()) is not None:
        assert 0 <= clock.now_s * 1000 - t_ms < 35
        delivered.append(t_ms)
        clock.now_s += 0.1  # three frames' worth of work
    assert 18 <= len(delivered) <= 21
    assert delivered == sorted(delivered)
    assert len(delivered) + replay.dropped == 60


class SlowToDecode(Replay):
    """Takes 100 ms to decode each frame of a 30 fps recording."""

    def __init__(self, clock: Clock, frames: int) -> None:
        super().__init__("slow", 1000 / 30, Pace(clock, clock.sleep))
        self._clock = clock
        self._times = iter(round(k * 1000 / 30) for k in range(frames))

    def _advance(self) -> int | None:
        self._clock.now_s += 0.1
        return next(self._times, None)

    def retrieve(self) -> Frame:
        return Frame(0, picture(0))

    def close(self) -> None:
        pass


def test_a_video_too_heavy_to_decode_in_time_plays_slowly_and_skips_little() -> None:
    replay = SlowToDecode(Clock(), 120)
    delivered = 0
    while replay.grab() is not None:
        delivered += 1
    assert delivered >= 25


def test_in_real_time_a_video_keeps_order(tmp_path: Path) -> None:
    replay = VideoReplay(write_video(tmp_path / "clip.mp4", 10, 30.0, "mp4v"), Pace())
    times = [t_ms for t_ms, _ in shades(replay)]
    assert times == sorted(set(times))
    assert len(times) + replay.dropped == 10


@pytest.mark.parametrize("suffix", ["avi", "mkv"])
def test_a_truncated_video_gives_what_there_is_and_says_so(tmp_path: Path, suffix: str) -> None:
    whole = write_video(tmp_path / f"whole.{suffix}", 60, 15.0).read_bytes()
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(whole[: len(whole) // 2])
    replay = VideoReplay(cut, pace=None)
    assert 5 < len(shades(replay)) < 40
    assert "cut" in replay.warning
    assert "of the 4.0 s" in replay.warning


def test_damage_in_the_middle_of_a_video_costs_only_the_damaged_frames(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", 40, 30.0, "MJPG")
    content = bytearray(path.read_bytes())
    third_of = len(content) // 3
    content[third_of : third_of + 2000] = bytes(2000)
    path.write_bytes(content)
    replay = VideoReplay(path, pace=None)
    seen = shades(replay)
    assert 25 < len(seen) < 40
    assert seen[-1] == (1300, pytest.approx(156, abs=3))
    assert "damaged and were passed over" in replay.warning


@pytest.mark.parametrize(
    ("name", "content", "fact"),
    [
        ("text.mp4", b"not a video at all " * 100, "not a video"),
        ("noise.avi", bytes(range(256)) * 40, "not a video"),
        ("empty.mp4", b"", "empty"),
    ],
)
def test_what_is_no_video_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, fact: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=fact) as refusal:
        VideoReplay(path, None)
    assert refusal.value.place == str(path)
    assert refusal.value.remedy


def test_an_mp4_without_its_end_is_refused(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", 30, 30.0, "mp4v").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="damaged at its start or end"):
        VideoReplay(tmp_path / "cut.mp4", None)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        VideoReplay(tmp_path / "nowhere.mp4", None)
    with pytest.raises(SourceError, match="can't be read"):
        VideoReplay(tmp_path, None)


def test_pictures_come_in_the_order_of_their_numbers_at_the_rate_asked_for(tmp_path: Path) -> None:
    replay = PictureReplay(write_pictures(tmp_path / "clip", 12), pace=None, fps=20)
    assert shades(replay) == [(50 * k, 10 * k) for k in range(12)]
    assert replay.description == "clip/, 12 pictures at 20 fps"


def test_pictures_are_thirty_a_second_unless_told_otherwise(tmp_path: Path) -> None:
    replay = PictureReplay(write_pictures(tmp_path / "clip", 4), pace=None)
    assert [t_ms for t_ms, _ in shades(replay)] == [0, 33, 67, 100]


def test_a_picture_that_cannot_be_read_is_passed_over_and_named(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "clip", 5)
    (folder / "frame_2.png").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("not counted")
    replay = PictureReplay(folder, pace=None, fps=10)
    assert [t_ms for t_ms, _ in shades(replay)] == [0, 100, 300, 400]
    assert "1 of 5" in replay.warning
    assert "frame_2.png" in replay.warning


def test_a_folder_without_a_usable_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no pictures"):
        PictureReplay(tmp_path, None)
    with pytest.raises(SourceError, match="can't be listed"):
        PictureReplay(tmp_path / "nowhere", None)
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "b.jpg").write_bytes(b"junk")
    replay = PictureReplay(tmp_path, None)
    with pytest.raises(SourceError, match="none of its 2 pictures"):
        replay.grab()
