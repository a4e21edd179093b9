"""What programs may rely on when they start `gesturectl run` and `gesturectl demo`, on the bundled clip and model."""

import json

import cv2
import pytest

from gesturectl import paths
from gesturectl.daemon.truth import LATE_MS, read_truth

CLIP = paths.asset("demo.mp4")
TRUTH = read_truth(CLIP.with_suffix(".events.csv"))

EVENT_KEYS = {"type", "gesture", "hand", "phase", "score", "t_ms", "action"}
SUMMARY_KEYS = {
    "type", "frames", "hands_frames", "events", "gestures", "seconds", "wall_seconds", "cpu_ms_per_frame",
}  # fmt: skip


@pytest.fixture(scope="module")
def ran(make_user, tmp_path_factory):
    """The contract's command on the bundled clip, once for all tests."""
    user = make_user(tmp_path_factory.mktemp("contract"))
    return user.run("run", "--source", str(CLIP), "--dry-run", "--json", "--fast", "--no-tray", timeout_s=240)


@pytest.fixture(scope="module")
def lines(ran):
    """Its output, parsed."""
    return [json.loads(line) for line in ran.out.splitlines()]


def test_it_ends_well_and_says_what_it_found_on_stderr_in_one_line(ran):
    assert ran.code == 0, ran.err
    assert ran.err.startswith("gesturectl: camera: demo.mp4")
    assert ran.err.count("\n") == 1


def test_every_line_but_the_last_is_an_event(lines):
    *events, summary = lines
    assert summary["type"] == "summary"
    for event in events:
        assert event["type"] == "event"
        # "reason" comes in just where nothing was done
        assert set(event) - {"reason"} == EVENT_KEYS
        assert ("reason" in event) == (event["action"] is None)
        assert event["phase"] in ("begin", "repeat", "end")
        assert event["hand"] in ("left", "right")
        assert isinstance(event["t_ms"], int)
        assert 0 < event["score"] <= 1
    times_ms = [event["t_ms"] for event in events]
    assert times_ms == sorted(times_ms)


def test_what_begins_also_ends(lines):
    lasting = set()
    for event in lines[:-1]:
        key = (event["gesture"], event["hand"])
        if event["phase"] == "begin":
            assert key not in lasting
            lasting.add(key)
        elif event["phase"] == "end":
            lasting.remove(key)
    assert not lasting


def test_the_summary_counts_what_was_there(lines):
    *events, summary = lines
    frames, fps = length(CLIP)
    assert set(summary) == SUMMARY_KEYS
    assert summary["frames"] == frames
    # The hand is up for all but the first and last second; while it rests, not every frame is looked at.
    assert 0.6 * frames < summary["hands_frames"] <= frames
    assert summary["events"] == len(events)
    assert summary["gestures"] == sum(event["phase"] == "begin" for event in events)
    assert summary["seconds"] == pytest.approx(frames / fps, abs=0.1)
    assert 0 < summary["cpu_ms_per_frame"] < 1000


def test_every_gesture_of_the_clip_is_recognised_in_time_and_nothing_else(lines):
    begun = [event for event in lines[:-1] if event["phase"] == "begin"]
    assert [event["gesture"] for event in begun] == [row.gesture for row in TRUTH]
    for event, row in zip(begun, TRUTH, strict=True):
        assert row.start_ms <= event["t_ms"] <= row.end_ms + LATE_MS, row


@pytest.fixture(scope="module")
def demo(make_user, tmp_path_factory):
    """The demo, with the folder it ran in."""
    user = make_user(tmp_path_factory.mktemp("demo"))
    return user.run("demo", "--fast", "--json", timeout_s=240), user.home


def test_the_same_recording_gives_the_same_events_every_time(lines, demo):
    ran, _ = demo
    seen = [json.loads(line) for line in ran.out.splitlines()]
    begun = [event for event in lines[:-1] if event["phase"] == "begin"]
    again = [event for event in seen if event["type"] == "event"]
    assert [(event["gesture"], event["t_ms"], event["score"]) for event in again] == [
        (event["gesture"], event["t_ms"], event["score"]) for event in begun
    ]


def test_the_demo_leaves_an_annotated_clip_and_nothing_else(demo):
    _, folder = demo
    assert length(folder / "gesturectl-demo.mp4") == pytest.approx(length(CLIP))
    assert {path.name for path in folder.iterdir()} == {"gesturectl-demo.mp4", "config", "data", "state", "runtime"}
    assert not [path for name in ("config", "data", "state", "runtime") for path in (folder / name).iterdir()]


def test_the_demo_is_content_with_what_it_saw(demo):
    ran, _ = demo
    *seen, summary = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["gesture"] for line in seen if line.get("expected")] == [row.gesture for row in TRUTH]
    assert len(seen) == len(TRUTH)
    assert summary["ok"]
    assert ran.code == 0


def length(path):
    """Frames of a video, and frames a second."""
    capture = cv2.VideoCapture(str(path))
    try:
        return round(capture.get(cv2.CAP_PROP_FRAME_COUNT)), capture.get(cv2.CAP_PROP_FPS)
    finally:
        capture.release()
