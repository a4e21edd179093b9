"""`gesturectl demo` on a small clip of its own, with a recogniser that is told what to see."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "daemon"))

from daemon_fakes import FakePlans, FakeRecogniser, fake_parts, fake_sight

from gesturectl import cli
from gesturectl.actions.keys import KeysAction
from gesturectl.types import Phase


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """Runs the demo with a script of what is recognised in which frame; returns its exit code."""
    clip = tmp_path / "demo.mp4"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"mp4v"), 30, (160, 120))
    for number in range(60):
        writer.write(np.full((120, 160, 3), 4 * number, np.uint8))
    writer.release()
    clip.with_suffix(".events.csv").write_text("gesture,start_ms,end_ms\nfist,200,400\nwave,1000,1300\n")
    monkeypatch.setattr("gesturectl.paths.asset", lambda name: tmp_path / name)

    def run(*script, arguments=()):
        plans = FakePlans(fist=KeysAction((("ctrl", "tab"),)))
        made = fake_parts(plans)
        monkeypatch.setattr("gesturectl.verbs.demo.find_sight", lambda *_: fake_sight(FakeRecogniser(*script)))
        monkeypatch.setattr("gesturectl.verbs.demo.find_parts", lambda *_: made)
        code = cli.main(["demo", "--fast", "--out", str(tmp_path / "out.mp4"), *arguments])
        assert made.injector.done == []
        return code

    return run


RIGHT = ((10, "fist", Phase.BEGIN), (12, "fist", Phase.END), (35, "wave", Phase.BEGIN), (37, "wave", Phase.END))


def test_as_the_sidecar_says_is_a_success(demo, capsys, tmp_path):
    assert demo(*RIGHT) == 0
    out = capsys.readouterr().out
    assert "2 of 2 gestures, 0 others" in out
    assert "press Ctrl+Tab" in out
    assert "✗" not in out
    assert (tmp_path / "out.mp4").stat().st_size > 1000
    assert not list(tmp_path.glob(".*"))


def test_a_missed_gesture_and_a_false_one_are_shown_and_fail(demo, capsys):
    assert demo((10, "point", Phase.BEGIN), *RIGHT[2:]) == 1
    out = capsys.readouterr().out
    assert "1 of 2 gestures, 1 others" in out
    assert "(missed)" in out
    assert out.count("✗") == 2


def test_in_json_for_programs(demo, capsys, tmp_path):
    assert demo(*RIGHT[:2], arguments=["--json"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["type"] for line in lines] == ["event", "missed", "summary"]
    assert lines[0]["expected"] is True
    assert lines[-1] == {
        "type": "summary", "gestures": 2, "recognised": 1, "others": 0, "ok": False, "clip": str(tmp_path / "out.mp4"),
    }  # fmt: skip


def test_a_place_for_the_clip_that_won_t_do_is_said(demo, capsys, tmp_path):
    assert demo(*RIGHT, arguments=["--out", str(tmp_path / "nowhere" / "x.mp4")]) == 1
    assert "--out" in capsys.readouterr().err


def test_the_annotated_clip_has_every_frame(demo, tmp_path):
    demo(*RIGHT)
    capture = cv2.VideoCapture(str(tmp_path / "out.mp4"))
    frames = 0
    while capture.grab():
        frames += 1
    assert frames == 60
