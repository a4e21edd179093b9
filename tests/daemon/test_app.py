"""The whole live daemon in one process: real threads, socket and client; the camera and the desktop are not."""

import json
import socket
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from daemon_fakes import FakeCamera, FakePlans, FakeRecogniser, eventually, fake_parts, fake_sight
from personal_takes import drawn

from gesturectl.actions.keys import KeysAction
from gesturectl.daemon import endpoint
from gesturectl.daemon.app import Daemon
from gesturectl.daemon.broadcast import StatusChanged
from gesturectl.daemon.client import ask
from gesturectl.daemon.performer import Report
from gesturectl.daemon.preferences import Preferences
from gesturectl.daemon.remembered import Remembered, Scene
from gesturectl.daemon.vision import Vision
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import CameraLostError, DaemonError, SourceError
from gesturectl.evaluation.replay import hands_of
from gesturectl.settings import Settings, load_settings
from gesturectl.types import Phase

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the loopback socket is unverified")

HOLD = KeysAction((("shift",),), held=True)


HOSTILE = [
    b"", b"[" * 50_000, b"\xff\x00", b"null", b'{"command":["quit"]}', b'{"command":"status","command":"quit"}',
    b'{"command":"profile","name":"\\u001b[2J"}', b'{"command":"profile","name":"\\ud800"}',
    b'{"command":"why","last":1e400}',
    b'{"command":"gestures","do":"disable","name":{"a":[1]}}', b'{"command":"settings","values":{"tray":[[[]]]}}',
    b'{"command":"settings","values":{"arming_s":-9007199254740992}}', b'{"command":"arming","do":{"x":1}}',
    b'{"command":"pointer","do":[]}', b'{"command":"quit","now":true}', b'{"command":"' + b"x" * 60_000 + b'"}',
]  # fmt: skip


class Running:
    """A daemon in a thread of its own."""

    def __init__(self, folder, open_camera=FakeCamera, recogniser=None, plans=None, dry_run=False, front=None):
        self.front = front
        self.folder = endpoint.private_folder(folder / "run")
        self.injector = RecordingInjector()
        self.reports, self.lines, self.cameras, self.error, self.clean = [], [], [], None, None
        self.plans = plans or FakePlans(point=HOLD)

        def opened():
            self.cameras.append(open_camera())
            return self.cameras[-1]

        sight = fake_sight(recogniser or FakeRecogniser((2, "point", Phase.BEGIN)))
        parts = fake_parts(self.plans, self.injector)
        self.daemon = Daemon(
            Vision(opened, sight.pipeline),
            parts.about(sight.tracker_words, sight.model_words),
            parts,
            self.reports.append,
            self.lines.append,
            dry_run=dry_run,
            preferences=Preferences(Settings(), folder / "settings.toml"),
        )
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            self.clean = self.daemon.run(self.folder, self.front)
        except (SourceError, DaemonError) as error:
            self.error = error

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.daemon.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()

    def ask(self, command, **arguments):
        return ask(command, arguments, folder=self.folder)


def test_it_says_in_one_line_what_it_found(tmp_path):
    with Running(tmp_path) as running:
        assert eventually(lambda: running.lines)
    (line,) = running.lines
    for words in ("fake camera", "fake on CPU", "toy", "recording", "windows", "tray"):
        assert words in line
    assert "\n" not in line


def test_it_holds_a_key_and_lets_go_of_it_within_a_second_when_stopped(tmp_path):
    with Running(tmp_path) as running:
        assert eventually(lambda: running.injector.held == [("shift",)])
        started_s = time.monotonic()
        running.daemon.stop()
        running.thread.join(5)
        assert time.monotonic() - started_s < 1
    assert running.injector.held == []
    assert running.injector.closed
    assert running.clean
    assert list(running.folder.iterdir()) == []


def test_a_pause_releases_key_and_camera_and_resuming_takes_the_camera_again(tmp_path):
    with Running(tmp_path) as running:
        assert eventually(lambda: running.injector.held == [("shift",)])
        assert running.ask("pause")["state"] == "paused"
        assert running.injector.held == []
        assert eventually(lambda: running.cameras[0].closed_by)
        assert len(running.cameras) == 1
        running.ask("resume")
        assert eventually(lambda: len(running.cameras) == 2)
        assert eventually(lambda: running.ask("status")["state"] == "watching")


def test_whoever_watches_the_session_knows_whether_the_camera_is_on(tmp_path):
    class Session:
        name, told = "toy", []

        def camera_in_use(self, on):
            self.told.append(on)

        def close(self): ...

    running = Running(tmp_path)
    running.daemon._sessions.append(session := Session())
    with running:
        assert eventually(lambda: session.told[-1:] == [True])
        running.ask("pause")
        assert eventually(lambda: session.told[-1] is False)
        assert running.cameras[0].closed_by, "let go before it is told"


def test_quit_over_the_socket_ends_it(tmp_path):
    with Running(tmp_path) as running:
        assert eventually(lambda: running.lines)
        assert running.ask("quit")["pid"] > 0
        running.thread.join(3)
        assert not running.thread.is_alive()
    assert list(running.folder.iterdir()) == []


def test_without_a_camera_it_waits_and_says_so(tmp_path):
    def missing():
        raise CameraLostError("camera", "there is none", "Plug one in.")

    with Running(tmp_path, missing) as running:
        assert eventually(lambda: running.lines)
        assert "camera: none yet" in running.lines[0]
        status = running.ask("status")
        assert status["state"] == "waiting for the camera"
        assert "Plug one in" in status["reason"]


def test_a_source_that_can_never_work_ends_it_with_the_reason(tmp_path):
    def wrong():
        raise SourceError("source", "several cameras fit", "Give the index instead.")

    with Running(tmp_path, wrong) as running:
        running.thread.join(3)
        assert not running.thread.is_alive()
    assert "several cameras fit" in str(running.error)
    assert running.error.exit_code == 4
    assert running.lines == []


def test_a_driver_that_hangs_doesn_t_keep_it_from_ending(tmp_path):
    hanging = threading.Event()

    class Hangs(FakeCamera):
        def grab(self):
            hanging.wait(20)
            return

    with Running(tmp_path, Hangs) as running:
        assert eventually(lambda: running.lines)
        started_s = time.monotonic()
        running.daemon.stop()
        running.thread.join(5)
        assert time.monotonic() - started_s < 1.5
    hanging.set()
    assert running.clean is False


def test_profiles_are_switched_over_the_socket(tmp_path):
    with Running(tmp_path) as running:
        assert eventually(lambda: running.injector.held)
        assert running.ask("profile", name="other")["profile"] == "other"
        assert running.injector.held == []
        with pytest.raises(DaemonError, match="nowhere"):
            running.ask("profile", name="nowhere")


class FakeFront:
    """A tray that runs until it is stopped, or breaks."""

    words = "a fake one"

    def __init__(self, breaks=False):
        self.breaks, self.ran_in, self._stopped = breaks, None, threading.Event()

    def run(self):
        self.ran_in = threading.current_thread()
        if self.breaks:
            raise OSError("the bus is gone")
        self._stopped.wait()

    def stop(self):
        self._stopped.set()


def test_a_tray_gets_the_main_thread_until_the_end(tmp_path):
    front = FakeFront()
    with Running(tmp_path, front=front) as running:
        assert eventually(lambda: running.lines)
        assert "tray: a fake one" in running.lines[0]
        assert eventually(lambda: front.ran_in is running.thread)
        assert running.ask("quit")["ok"]
        running.thread.join(3)
        assert not running.thread.is_alive()
    assert running.clean


def test_a_tray_that_breaks_leaves_the_rest_running(tmp_path):
    with Running(tmp_path, front=FakeFront(breaks=True)) as running:
        assert eventually(lambda: running.front.ran_in)
        assert eventually(lambda: running.lines)
        assert eventually(lambda: running.ask("status")["state"] == "watching")


def test_listeners_hear_the_status_at_once_and_then_every_event(tmp_path):
    with Running(tmp_path, recogniser=FakeRecogniser((20, "point", Phase.BEGIN))) as running:
        broadcast = running.daemon.engine.broadcast
        with broadcast.listen(StatusChanged) as statuses, broadcast.listen(Report) as reports:
            assert statuses.take(1).status.pid > 0
            report = reports.take(3)
            assert report.action == "hold Shift"
            assert report == running.reports[0]
            assert eventually(lambda: "right" in statuses.take(1).status.hands)


def test_another_camera_is_opened_while_it_runs(tmp_path):
    with Running(tmp_path) as running:
        assert eventually(lambda: running.lines)
        assert running.ask("settings", values={"camera": "3"})["settings"]["camera"] == "3"
        assert eventually(lambda: len(running.cameras) == 2)
        assert running.cameras[0].closed_by == ["gesturectl-capture"]
        assert eventually(lambda: running.ask("status")["state"] == "watching")
    assert load_settings(tmp_path / "settings.toml").camera == "3"


class FakeChild:
    """Stands in for a process: remembers what it was to do."""

    def __init__(self, job, tell):
        self.job, self.started, self.running = job, [], False

    def start(self, words):
        self.started.append(words)

    def cancel(self):
        raise DaemonError(self.job, "none is under way")

    def close(self):
        pass


def _scene_with(hands):
    """Scenes as they are remembered, with hands that are really there."""
    usual = Remembered.scene

    def scene(remembered, t_ms=None):
        found = usual(remembered, t_ms)
        times = range(0, 900, 30)
        return found and Scene(found.event, [replace(hands, t_ms=t) for t in times])

    return scene


def test_what_fired_is_filed_as_no_gesture_and_learnt(tmp_path, monkeypatch):
    children = []
    monkeypatch.setattr(
        "gesturectl.daemon.learning.Child", lambda job, tell: children.append(FakeChild(job, tell)) or children[-1]
    )
    monkeypatch.setattr("gesturectl.daemon.learning.paths.data_dir", lambda: tmp_path / "data")
    with Running(tmp_path) as running:
        assert eventually(lambda: running.reports)
        with pytest.raises(DaemonError, match="no hand was in view"):
            running.ask("not-this")
        hands = next(hands_of(drawn("rest", 1)))
        monkeypatch.setattr("gesturectl.daemon.remembered.Remembered.scene", _scene_with(hands))
        filed = running.ask("not-this")["filed"]
        assert filed["gesture"] == "point"
        assert Path(filed["take"]).parent == tmp_path / "data" / "library" / "nothing"
        assert children[1].started == [["enrol", "--again", "--json"]]
        with pytest.raises(DaemonError, match="is remembered"):
            running.ask("not-this", t_ms=10**9)
        running.ask("retrain")
        assert children[0].started == [["retrain", "--json", "--progress"]]
        with pytest.raises(DaemonError, match="none is under way"):
            running.ask("cancel_retrain")
        assert running.ask("status")["retraining"] is None


def test_hostile_requests_are_answered_and_leave_it_running_with_nothing_in_its_log_to_mend(tmp_path, caplog):
    with Running(tmp_path) as running:
        assert eventually(lambda: running.injector.held == [("shift",)])
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(5)
            client.connect(str(running.folder / endpoint.NAME))
            client.sendall(b"".join(line + b"\n" for line in HOSTILE))
            with client.makefile("rb") as answers:
                told = [json.loads(answers.readline()) for _ in HOSTILE]
        assert not any(answer["ok"] for answer in told)
        errors = [one for answer in told for one in answer["error"].get("problems", [answer["error"]])]
        assert all(error["place"] and error["fact"] and error["remedy"] for error in errors)
        assert running.ask("status")["state"] == "watching"
        assert running.injector.held == [("shift",)]
    assert not [record for record in caplog.records if record.exc_info]
