"""`gesturectl predict`, with a classifier and hands that need no model."""

import json
import sys
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from gesturectl.cli import main
from gesturectl.gestures.take import write_take
from gesturectl.types import Frame, Hands
from gesturectl.verbs import predict

sys.path.insert(0, str(Path(__file__).parents[1] / "evaluation"))
from recorded import ToyClassifier, hand_take, steady


class FakeTracker:
    """Sees a right hand in every picture that isn't black."""

    name, provider = "fake", "none"

    def track(self, frame: Frame, search: bool) -> Hands:
        height, width = frame.image.shape[:2]
        take = hand_take([frame.t_ms], [frame.image.mean() > 40], aspect=width / height)
        score = take.present[0].astype(np.float32)
        return Hands(frame.t_ms, take.image_points[0], take.world_points[0], take.present[0], score, width / height)

    def forget(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is loaded, and no hand looked for."""
    from gesturectl import landmarks
    from gesturectl.evaluation import tracking

    monkeypatch.setattr(predict, "classifier_at", lambda path, threads=1, live=True: ToyClassifier())
    monkeypatch.setattr(landmarks, "open_tracker", lambda kind="onnx": FakeTracker())
    monkeypatch.setattr(tracking, "_tracker", lambda kind: FakeTracker())


def picture(path: Path, shade: int = 128) -> Path:
    cv2.imwrite(str(path), np.full((120, 160, 3), shade, np.uint8))
    return path


def pictures(folder: Path, count: int = 60) -> Path:
    """Two seconds in which a hand is there."""
    folder.mkdir()
    for k in range(count):
        picture(folder / f"{k:03d}.png")
    return folder


def lines(capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[dict]:
    assert main(["predict", *map(str, words), "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_picture_shows_a_pose_that_is_held(tmp_path, capsys):
    (summary,) = lines(capsys, picture(tmp_path / "hand.png"), "--top", "2")
    assert summary["top"][0]["gesture"] == "fist" and len(summary["top"]) == 2
    assert (summary["frames"], summary["hands_frames"], summary["hands"]) == (1, 1, ["right"])


def test_a_mirrored_picture_shows_the_other_hand(tmp_path, capsys):
    (summary,) = lines(capsys, picture(tmp_path / "selfie.jpg"), "--mirrored")
    assert summary["hands"] == ["left"]


def test_a_recording_gives_a_line_for_each_window_and_event_by_time(tmp_path, capsys):
    every = lines(capsys, pictures(tmp_path / "clip"))
    windows = [line for line in every if line["type"] == "window"]
    events = [line for line in every if line["type"] == "event"]
    assert [event["phase"] for event in events] == ["begin", "end"] and events[0]["gesture"] == "fist"
    assert len(windows) == every[-1]["windows"] > 40
    times = [line["t_ms"] for line in every[:-1]]
    assert times == sorted(times)
    assert every[-1] | {"path": ""} == {
        "type": "prediction", "path": "", "model": "toy", "top": every[-1]["top"], "frames": 60, "hands_frames": 60,
        "hands": ["right"], "windows": len(windows), "events": 1, "out": None,
    }  # fmt: skip


def test_a_take_is_predicted_without_looking_at_pictures(tmp_path, capsys):
    t_ms = steady(2)
    write_take(tmp_path / "take.npz", hand_take(t_ms, np.ones(len(t_ms), bool)))
    assert main(["predict", str(tmp_path / "take.npz"), "--top", "1"]) == 0
    out = capsys.readouterr().out
    assert "fist (right hand" in out and "take.npz, at the surest moment, as toy sees it" in out


@pytest.mark.parametrize(
    ("kind", "out"), [("picture", "seen.png"), ("clip", "seen.mp4"), ("take", "strip.png"), ("take", "take.mp4")]
)
def test_what_is_seen_is_drawn(tmp_path, capsys, kind, out):
    t_ms = steady(1)
    source = {
        "picture": lambda: picture(tmp_path / "hand.png"),
        "clip": lambda: pictures(tmp_path / "clip", 30),
        "take": lambda: write_take(tmp_path / "take.npz", hand_take(t_ms, np.ones(30, bool))) or tmp_path / "take.npz",
    }[kind]()
    summary = lines(capsys, source, "--out", tmp_path / out)[-1]
    assert summary["out"] == str(tmp_path / out)
    if out.endswith(".mp4"):
        with opened(tmp_path / out) as clip:
            assert clip.get(cv2.CAP_PROP_FRAME_COUNT) == 30
            assert clip.read()[1].shape[0] == 480
    else:
        assert cv2.imread(str(tmp_path / out)).std() > 5


@contextmanager
def opened(path: Path):
    clip = cv2.VideoCapture(str(path))
    yield clip
    clip.release()


def test_a_picture_without_a_hand_says_so(tmp_path, capsys):
    assert main(["predict", str(picture(tmp_path / "dark.png", 0))]) == 1
    assert "no hand was found" in capsys.readouterr().err


def test_a_recording_without_a_hand_says_so_and_leaves_no_clip(tmp_path, capsys):
    folder = tmp_path / "clip"
    folder.mkdir()
    for k in range(5):
        picture(folder / f"{k}.png", 0)
    assert main(["predict", str(folder), "--out", str(tmp_path / "seen.mp4")]) == 1
    assert not (tmp_path / "seen.mp4").exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("gone.png", None, 4), ("empty.png", b"", 4), ("text.jpg", b"no picture", 4), ("gone.npz", None, 1),
        ("damaged.npz", b"PK", 1), ("gone.mp4", None, 4),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(tmp_path, capsys, name, content, code):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["predict", str(tmp_path / name)]) == code
    assert name in capsys.readouterr().err


@pytest.mark.parametrize("out", ["seen.mp4", "seen.txt"])
def test_a_picture_cannot_become_a_clip(tmp_path, capsys, out):
    assert main(["predict", str(picture(tmp_path / "hand.png")), "--out", out]) == 2
    assert ".png" in capsys.readouterr().err
