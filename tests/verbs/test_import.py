"""`gesturectl import` as a user meets it."""

import io
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from gesturectl.cli import main
from gesturectl.evaluation import tracking
from gesturectl.gestures.library import Library
from gesturectl.gestures.stream import read_events
from gesturectl.gestures.take import read_take
from gesturectl.types import Frame, Hands
from gesturectl.verbs.importing import work
from gesturectl.verbs.importing.progress import Progress, in_words
from gesturectl.verbs.importing.tasks import Problem


class EverywhereTracker:
    """Sees a left hand in pictures that aren't black."""

    name, provider = "fake", "CPU"

    def track(self, frame: Frame, search: bool) -> Hands:
        hands = Hands.none(frame.t_ms, 4 / 3)
        if frame.image.mean() < 10:
            return hands
        image, present = hands.image_points.copy(), np.array([True, False])
        image[0] = 0.5
        return Hands(frame.t_ms, image, hands.world_points, present, present.astype(np.float32), 4 / 3)

    def forget(self) -> None:
        """Nothing is remembered."""

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture(autouse=True)
def _fake_tracker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking, "_tracker", lambda kind: EverywhereTracker())


def put_video(path: Path, shade: int = 200, fps: float = 20, frames: int = 4) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (64, 48))
    for _ in range(frames):
        writer.write(np.full((48, 64, 3), shade, np.uint8))
    writer.release()


def put_keypoints(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        np.save(folder / f"{number}.npy", np.random.default_rng(number).random((3, 126)))


def report_of(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main(["import", *words, "--jobs", "1", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_videos_become_takes_and_what_cant_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "videos", tmp_path / "lib"
    for number in range(3):
        put_video(source / "wave" / f"{number}.avi", fps=10 + 10 * number)
    put_video(source / "idle" / "0.avi")
    put_video(source / "wave" / "dark.avi", shade=0)
    (source / "wave" / "bad.mp4").write_bytes(b"junk")
    (source / "wave" / "zero.mov").touch()
    (source / "empty").mkdir()
    code, report = report_of(capsys, str(source), "--out", str(out), "--nothing", "Idle", "--subject", "anna")
    assert code == 0
    assert (report["format"], report["imported"]) == ("pictures", {"nothing": 1, "wave": 3})
    reasons = {Path(entry["place"]).name: entry["reason"] for entry in report["skipped"]}
    assert reasons.keys() == {"bad.mp4", "zero.mov", "dark", "empty"}
    assert reasons["dark"] == "no hand is seen in it"
    problems: list[Any] = []
    takes = list(Library(out).takes(problems))
    assert not problems
    assert {stored.take.subject for stored in takes} == {"anna"}
    assert [int(stored.take.t_ms[-1]) for stored in takes] == [150, 300, 150, 100]
    assert not [path for path in out.rglob("*") if path.suffix not in ("", ".npz")]


def test_a_second_run_goes_on_where_the_first_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "points", tmp_path / "lib"
    put_keypoints(source / "wave", 3)
    report_of(capsys, str(source), "--out", str(out))
    (out / "wave" / "1.npz").unlink()
    before = (out / "wave" / "0.npz").stat().st_mtime_ns
    code, report = report_of(capsys, str(source), "--out", str(out))
    assert (code, report["imported"], report["existing"]) == (0, {"wave": 1}, {"wave": 2})
    assert (out / "wave" / "0.npz").stat().st_mtime_ns == before
    code, report = report_of(capsys, str(source), "--out", str(out))
    assert (code, report["imported"], report["existing"]) == (0, {}, {"wave": 3})


def test_frames_are_kept_beside_takes_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_video(tmp_path / "v" / "wave" / "a.avi")
    put_video(tmp_path / "v" / "wave" / "dark.avi", shade=0)
    report_of(capsys, str(tmp_path / "v"), "--out", str(tmp_path / "lib"), "--keep-frames")
    assert sorted(entry.name for entry in (tmp_path / "lib" / "wave").iterdir()) == ["a.frames", "a.npz"]
    assert len(list((tmp_path / "lib" / "wave" / "a.frames").iterdir())) == 4
    assert Library(tmp_path / "lib").counts() == {"wave": 1}


def test_nothing_to_import_is_a_failure_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "points"
    (source / "wave").mkdir(parents=True)
    np.save(source / "wave" / "0.npy", np.zeros((3, 126)))
    assert main(["import", str(source), "--out", str(tmp_path / "lib")]) == 1
    printed = capsys.readouterr().out
    assert "nothing could be imported" in printed
    assert "1  skipped: no hand is seen in it (wave/0)" in printed
    assert main(["import", str(tmp_path / "none")]) == 1
    assert "no such file or folder" in capsys.readouterr().err
    assert main(["import", str(source), "--out", str(source)]) == 2


def test_names_that_fall_together_are_numbered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "points"
    put_keypoints(source / "what.now", 1)
    shutil.copy(source / "what.now" / "0.npy", source / "what.now" / "a.b.npy")
    shutil.copy(source / "what.now" / "0.npy", source / "what.now" / "a_b.npy")
    for _ in range(2):
        _, report = report_of(capsys, str(source), "--out", str(tmp_path / "lib"))
    assert report["existing"] == {"what_now": 3}
    assert {path.name for path in (tmp_path / "lib" / "what_now").iterdir()} == {"0.npz", "a_b.npz", "a_b_2.npz"}


def test_streams_go_beside_the_library_with_their_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = np.random.default_rng(0).random((40, 20, 7)).astype(np.float32)
    np.savez(
        tmp_path / "s.npz", dict_frames=frames, dict_offsets=np.array([0, 40]), dict_label=np.array([1]),
        dict_name=np.array(["7"]), seq_frames=frames, seq_offsets=np.array([0, 40]),
        annotations=np.array([[0, 1, 10, 20]]), class_names=np.array(["", "ONE"]),
    )  # fmt: skip
    code, report = report_of(capsys, str(tmp_path / "s.npz"), "--out", str(tmp_path / "lib"))
    assert (code, report["imported"], report["streams"]) == (0, {"ONE": 1}, 1)
    stream = tmp_path / "lib-streams" / "seq_00.npz"
    assert len(read_take(stream).t_ms) == 40
    assert [event.gesture for event in read_events(stream)] == ["ONE"]


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_source_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_keypoints(tmp_path / "points" / "wave", 1)
    (tmp_path / "points" / "wave").chmod(0)
    try:
        assert main(["import", str(tmp_path / "points"), "--format", "keypoints"]) == 1
        assert "can't be listed" in capsys.readouterr().err
    finally:
        (tmp_path / "points" / "wave").chmod(0o700)


def test_a_full_disk_ends_the_import_and_keeps_what_was_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_keypoints(tmp_path / "points" / "wave", 3)
    synced: list[int] = []

    def full_at_the_second(descriptor: int) -> None:
        synced.extend([descriptor] if stat.S_ISREG(os.fstat(descriptor).st_mode) else [])  # folders are synced, too
        if len(synced) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_at_the_second)
    assert main(["import", str(tmp_path / "points"), "--out", str(tmp_path / "lib"), "--jobs", "1"]) == 1
    assert "No space left" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "lib" / "wave").iterdir()] == ["0.npz"]


def test_a_broken_program_isnt_blamed_on_the_clips(tmp_path: Path) -> None:
    def engine(work: Any, tasks: Any) -> Any:
        return ((task, Problem("models/x.onnx", "it is missing", "Install again", fatal=True)) for task in tasks)

    put_video(tmp_path / "wave" / "a.avi")
    items = list(work_items(tmp_path))
    plan = work.Plan(tmp_path / "lib", tmp_path / "streams")
    with pytest.raises(Exception, match="it is missing"):
        work.import_all(items, plan, engine, Progress(1, io.StringIO()))


def work_items(source: Path) -> Any:
    from gesturectl.gestures.importers import LAYOUTS
    from gesturectl.gestures.importers.base import Wishes

    return LAYOUTS["pictures"].items(source, Wishes())


def test_progress_says_how_long_the_rest_takes() -> None:
    now_s = [0.0]
    stream = io.StringIO()
    progress = Progress(100, stream, lambda: now_s[0])
    for _ in range(10):
        progress.step(worked=False)
    for _ in range(10):
        now_s[0] += 2
        progress.step()
    assert stream.getvalue() == "gesturectl: 18 of 100 (18%), 164 s left\n".replace("164 s", in_words(164))
    assert progress.line(20) == "20 of 100 (20%), 3 min left"
    assert [in_words(seconds) for seconds in (3.4, 600, 36_000)] == ["3 s", "10 min", "10.0 h"]
