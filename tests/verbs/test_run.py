"""`gesturectl run`, called as a person calls it; the models are replaced, the video and the output aren't."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

HELPERS = str(Path(__file__).parents[1] / "daemon")
sys.path.insert(0, HELPERS)

from daemon_fakes import FakePlans, FakeRecogniser, fake_parts, fake_sight  # noqa: E402

from gesturectl import cli  # noqa: E402
from gesturectl.actions.keys import KeysAction  # noqa: E402
from gesturectl.capture.names import is_recording  # noqa: E402
from gesturectl.recognition.attempts import Attempt, Verdict  # noqa: E402
from gesturectl.types import Phase  # noqa: E402


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """A second of noise at 30 fps."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 30, (64, 48))
    random = np.random.default_rng(0)
    for _ in range(30):
        writer.write(random.integers(0, 255, (48, 64, 3), np.uint8))
    writer.release()
    return path


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user with nothing of their own."""
    for name in ("CONFIG", "DATA", "STATE", "RUNTIME"):
        folder = tmp_path / name.lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(f"XDG_{name}_DIR" if name == "RUNTIME" else f"XDG_{name}_HOME", str(folder))
    return tmp_path


@pytest.fixture
def recogniser():
    """Sees a fist at frame 10, held until frame 20, and a wave nothing is bound to."""
    return FakeRecogniser((10, "fist", Phase.BEGIN), (20, "fist", Phase.END), (25, "wave", Phase.BEGIN))


@pytest.fixture
def parts(monkeypatch, home, recogniser):
    """A fist is bound to a key."""
    made = fake_parts(FakePlans(fist=KeysAction((("ctrl", "tab"),))))
    monkeypatch.setattr("gesturectl.daemon.sight.find_sight", lambda *_, **__: fake_sight(recogniser))
    monkeypatch.setattr("gesturectl.daemon.parts.find_parts", lambda *_: made)
    return made


def lines(capsys):
    captured = capsys.readouterr()
    return [json.loads(line) for line in captured.out.splitlines()], captured.err


def test_the_contract_for_programs(clip, parts, capsys):
    assert cli.main(["run", "--source", str(clip), "--dry-run", "--json", "--fast", "--no-tray"]) == 0
    out, err = lines(capsys)
    *events, summary = out
    assert [(event["gesture"], event["phase"]) for event in events] == [
        ("fist", "begin"), ("fist", "end"), ("wave", "begin"), ("wave", "end"),
    ]  # fmt: skip
    assert events[0] == {
        "type": "event", "gesture": "fist", "hand": "right", "phase": "begin", "score": 0.9, "t_ms": 300,
        "action": "press Ctrl+Tab",
    }  # fmt: skip
    assert events[2]["action"] is None
    assert events[2]["reason"]
    assert summary["type"] == "summary"
    assert summary["frames"] == summary["hands_frames"] == 30
    assert summary["events"] == 4
    assert summary["seconds"] == pytest.approx(1.0, abs=0.05)
    assert summary["cpu_ms_per_frame"] >= 0
    assert "clip.mp4" in err
    assert err.count("\n") == 1


def test_in_words_for_people(clip, parts, capsys):
    assert cli.main(["run", "--source", str(clip), "--dry-run", "--fast"]) == 0
    out = capsys.readouterr().out
    assert "press Ctrl+Tab" in out
    assert "2 gestures in 1.0 s" in out


def test_without_a_dry_run_keys_are_pressed(clip, parts):
    cli.main(["run", "--source", str(clip), "--fast"])
    assert parts.injector.done == ["press Ctrl+Tab", "release Ctrl+Tab"]
    assert parts.injector.closed


def test_a_recording_keeps_its_own_time_unless_told_otherwise(clip, parts):
    started_s = time.monotonic()
    cli.main(["run", "--source", str(clip), "--dry-run"])
    assert 0.9 < time.monotonic() - started_s < 3


def test_a_recording_leaves_lock_and_socket_alone(clip, parts, home):
    cli.main(["run", "--source", str(clip), "--fast"])
    assert list((home / "runtime").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--source", "nowhere/clip.mp4"], 4, "no such file"),
        (["--source", "{text}"], 4, "not a video"),
        (["--source", "{clip}", "--profiles", "{bad}"], 3, "no_such_action"),
        (["--source", "{clip}", "--profiles", "{missing}"], 3, "no such folder"),
        (["--source", "{clip}", "--model", "{text}"], 5, "notes.txt"),
        (["--source", "{clip}", "--model", "{missing}"], 5, "missing"),
    ],
)
def test_each_mistake_has_its_exit_code_and_one_message(arguments, code, words, clip, home, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("this is no video and no model")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "x.toml").write_text("version = 1\n[profile.default.actions]\nnext = { no_such_action = 1 }\n")
    places = {
        "clip": clip, "text": tmp_path / "notes.txt", "bad": tmp_path / "bad", "missing": tmp_path / "missing",
    }  # fmt: skip
    words_given = [argument.format(**places) for argument in arguments]
    if "--profiles" in words_given and not _starter_ships():
        pytest.skip("needs the gesture model that ships")
    assert cli.main(["run", *words_given, "--dry-run", "--fast", "--json"]) == code
    out, err = lines(capsys)
    assert out[-1]["type"] == "error"
    assert words in err


def _starter_ships():
    from gesturectl.paths import bundled

    return (bundled("models") / "starter.onnx").exists()


def test_refusals_are_told_only_when_asked_for(clip, parts, recogniser, capsys):
    verdict = Verdict("agreed", "the branches agree by only 0.20")
    tried = Attempt("wave", "left", 120, 60, 0.8, 0.7, 0.5, 0.2, fired=False, verdicts=(verdict,))
    words = ["run", "--source", str(clip), "--dry-run", "--fast"]
    recogniser.attempts.append(tried)
    assert cli.main([*words, "--json", "--refusals"]) == 0
    out, _ = lines(capsys)
    assert [line["type"] for line in out] == ["refusal", *4 * ["event"], "summary"]
    assert {key: out[0][key] for key in ("gesture", "hand", "t_ms", "rule", "reason")} == {
        "gesture": "wave", "hand": "left", "t_ms": 120, "rule": "agreed", "reason": verdict.reason,
    }  # fmt: skip
    for refusals, told in (([], False), (["--refusals"], True)):
        recogniser.attempts.append(tried)
        assert cli.main([*words, *refusals]) == 0
        assert ("agreed: the branches agree by only 0.20" in capsys.readouterr().out) == told


def test_settings_with_mistakes_cost_only_the_settings(clip, parts, home, capsys):
    folder = home / "config" / "gesturectl"
    folder.mkdir()
    (folder / "settings.toml").write_text('camra = "auto"\n')
    assert cli.main(["run", "--source", str(clip), "--dry-run", "--fast"]) == 0
    assert "camra" in capsys.readouterr().err


def test_what_counts_as_a_recording(tmp_path, clip):
    assert is_recording(str(clip))
    assert is_recording(str(tmp_path))
    assert is_recording("missing.mp4")
    assert is_recording("file:///tmp/x.mp4")
    assert not is_recording("0")
    assert not is_recording("/dev/video77")  # unplugged: it is waited for
    assert not is_recording("auto")
    assert not is_recording("Integrated Camera")
    assert not is_recording("http://127.0.0.1:8080/video")


DAEMON = """
    import sys, os
    sys.path[:0] = [{helpers!r}, os.path.dirname({helpers!r})]
    from pathlib import Path
    from daemon_fakes import FakeCamera, FakePlans, FakeRecogniser, VisionHere, fake_parts, fake_sight
    import gesturectl.verbs.run as run
    from gesturectl.daemon import parts, vision_process
    from gesturectl import cli
    from gesturectl.actions.keys import KeysAction
    from gesturectl.desktop.testing import RecordingInjector
    from gesturectl.types import Phase

    class Written(RecordingInjector):
        "Writes what it holds to a file, so that the test sees it after the process is gone."
        def press(self, chord):
            super().press(chord)
            Path({held!r}).write_text(str(self.held))
        def release(self, chord):
            super().release(chord)
            Path({held!r}).write_text(str(self.held))

    hold = KeysAction((("shift",),), held=True)
    made = fake_parts(FakePlans(point=hold), Written())
    parts.find_parts = lambda *_: made
    sight = fake_sight(FakeRecogniser((2, "point", Phase.BEGIN)))
    run.spawn_vision = lambda: None
    vision_process.VisionProcess = lambda *_: VisionHere(FakeCamera, sight)
    sys.exit(cli.main(["run", "--json"]))
"""


@pytest.fixture
def daemon(home):
    """A live daemon in a process of its own, holding a key."""
    held = home / "held"
    script = textwrap.dedent(DAEMON.format(helpers=HELPERS, held=str(held)))
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ.copy()
    )
    deadline_s = time.monotonic() + 15
    while not (held.exists() and held.read_text()) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    assert held.read_text() == "[('shift',)]"
    yield process, home
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_within_a_second_with_nothing_held_and_nothing_left(daemon, number):
    process, home = daemon
    started_s = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=5)
    assert time.monotonic() - started_s < 1.5  # the second is the daemon's; Python needs a moment to leave
    assert process.returncode == 0, err
    assert (home / "held").read_text() == "[]"
    assert list((home / "runtime" / "gesturectl").iterdir()) == []
    assert [json.loads(line)["phase"] for line in out.splitlines()] == ["begin", "end"]
    assert b"Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_a_signal_that_comes_twice_at_once_is_one(daemon):
    process, home = daemon
    process.send_signal(signal.SIGTERM)
    time.sleep(0.02)
    process.send_signal(signal.SIGTERM)  # as `timeout` sends it: to the program, and to its group
    _, err = process.communicate(timeout=5)
    assert process.returncode == 0, err
    assert (home / "held").read_text() == "[]"
    assert list((home / "runtime" / "gesturectl").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="the loopback socket is unverified")
def test_the_verbs_that_ask_it(daemon, capsys):
    process, home = daemon
    assert cli.main(["run"]) == 7
    assert str(process.pid) in capsys.readouterr().err
    assert cli.main(["status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["state"], status["pid"], status["camera"]) == ("watching", process.pid, "fake camera")
    assert cli.main(["status"]) == 0
    assert "fake camera" in capsys.readouterr().out
    assert cli.main(["pause"]) == 0
    assert (home / "held").read_text() == "[]"
    assert cli.main(["resume"]) == 0
    assert cli.main(["profile", "other"]) == 0
    assert cli.main(["profile", "nowhere"]) == 2
    assert cli.main(["profile", "auto"]) == 0
    assert cli.main(["reload"]) == 0
    assert cli.main(["quit"]) == 0
    assert process.wait(3) == 0
    assert cli.main(["status"]) == 7
    assert "gesturectl run" in capsys.readouterr().err
    log = (home / "state" / "gesturectl" / "gesturectl.log").read_text()
    assert "stopped" in log
