"""Recording while the daemon watches: over the engine's commands, with threads, files and all."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))
sys.path.insert(0, str(Path(__file__).parent.parent / "recording"))

from daemon_fakes import FakePlans, eventually
from sessions import STEP_MS, showing
from toy_model import write_toy_model

from gesturectl.daemon.engine import Engine
from gesturectl.daemon.messages import CameraChanged, CameraState, Recognised
from gesturectl.daemon.record_commands import offer_recording
from gesturectl.daemon.recorder import Recorder
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import GesturectlError
from gesturectl.gestures.library import Library
from gesturectl.recognition.classifier import Classifier
from gesturectl.recording.learning import Learning
from gesturectl.recording.shelf import Shelf
from gesturectl.recording.states import Step
from gesturectl.types import GestureEvent, Phase


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


class Desk:
    """An engine with a recorder; whoever tests is its thread, and the camera."""

    def __init__(self, toy, tmp_path):
        self.folder = tmp_path
        self.news, self.reports = [], []
        self.recorder = Recorder(
            lambda: Learning(lambda: toy, Shelf(tmp_path / "library"), tmp_path / "personal.npz"), self.news.append
        )
        self.engine = Engine(
            FakePlans(), RecordingInjector(), self.reports.append, dry_run=True,
            reserved=lambda: "a gesture is being recorded" if self.recorder.is_watching else "",
        )  # fmt: skip
        offer_recording(self.engine, self.recorder, tmp_path / "profiles")
        self.engine.handle(CameraChanged(CameraState.WATCHING, "camera"))
        self.t_ms = 0

    def ask(self, command, **arguments):
        return self.engine._obey(command, arguments)["recording"]

    def see(self, frame, events=()):
        self.t_ms += STEP_MS
        moved = type(frame)(self.t_ms, *(getattr(frame, name) for name in frame.__slots__[1:]))
        self.recorder.see(moved, "", events)

    def rest(self, seconds):
        for _ in range(round(seconds * 1000 / STEP_MS)):
            self.see(showing("fist")[0])

    def show(self, times, gesture="swipe_left"):
        for k in range(times):
            for frame in showing(gesture, 3 + k % 2):
                self.see(frame)

    def settled(self, step):
        return eventually(lambda: self.recorder.state.step is step, 20)

    @property
    def files(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def desk(toy, tmp_path):
    return Desk(toy, tmp_path)


def recorded(desk, takes=2):
    desk.ask("record", name="snap", takes=takes)
    desk.rest(4)
    desk.show(takes)
    assert desk.settled(Step.REVIEW)
    return desk


def test_from_a_name_to_a_gesture_in_use(desk):
    state = desk.ask("record", name="snap", takes=2)
    assert state["step"] == "count-in"
    desk.rest(4)
    desk.show(2)
    assert desk.settled(Step.REVIEW)
    assert desk.files == []
    assert desk.ask("record_status")["good"] == 2
    assert desk.ask("record_use")["step"] in ("learning", "trying")
    assert desk.settled(Step.TRYING)
    assert desk.files == ["library/snap/1.npz", "library/snap/2.npz", "personal.npz"]
    for frame in showing("swipe_left")[:40]:
        desk.see(frame)
    desk.see(showing("swipe_left")[40], [GestureEvent("snap", "right", Phase.BEGIN, 0.9, desk.t_ms)])
    for frame in showing("swipe_left")[41:]:
        desk.see(frame)
    tried = desk.ask("record_status")
    assert (tried["recognised"], tried["attempts"]) == (1, 1)
    assert desk.ask("record_done")["over"] is True


def test_whoever_listens_hears_of_each_step(desk):
    recorded(desk)
    steps = [progress.details["step"] for progress in desk.news]
    assert [steps[0], steps[-1]] == ["count-in", "review"]
    assert {"ready", "performing", "resting", "checking"} <= set(steps)
    assert {progress.job for progress in desk.news} == {"recording"}
    assert desk.news[-1].fraction == 1.0
    desk.ask("record_cancel")
    assert desk.news[-1].state == "cancelled"


def test_while_a_gesture_is_recorded_none_acts(desk):
    desk.ask("record", name="snap")
    desk.engine.handle(Recognised(GestureEvent("fist", "right", Phase.BEGIN, 0.9, 0)))
    assert desk.reports[-1].reason == "a gesture is being recorded"
    assert desk.engine.status().reason == "a gesture is being recorded"
    desk.ask("record_cancel")
    assert desk.engine.status().reason == ""


def test_the_hands_can_be_drawn_while_it_records(desk):
    desk.ask("record", name="snap")
    assert desk.engine._obey("record_status", {})["recording_hands"] is None
    desk.rest(0.2)
    left, right = desk.engine._obey("record_status", {})["recording_hands"]
    assert left is None
    assert len(right) == 21
    assert all(len(joint) == 2 for joint in right)


def test_cancelling_before_it_is_used_leaves_no_file(desk):
    recorded(desk)
    desk.ask("record_cancel")
    assert desk.files == []
    assert desk.ask("record_status")["step"] == "cancelled"


def test_cancelling_while_it_is_tried_takes_everything_back(desk):
    recorded(desk)
    desk.ask("record_use")
    assert desk.settled(Step.TRYING)
    desk.ask("record_cancel")
    assert eventually(lambda: desk.files == [])


def test_two_recordings_at_once_are_refused_and_the_first_goes_on(desk):
    desk.ask("record", name="snap")
    with pytest.raises(GesturectlError, match="“snap” is being recorded"):
        desk.ask("record", name="clap")
    assert desk.ask("record_status")["name"] == "snap"
    desk.ask("record_cancel")
    assert desk.ask("record", name="clap")["name"] == "clap"


def test_a_name_in_use_is_refused_before_anything_is_recorded(desk):
    recorded(desk)
    desk.ask("record_use")
    assert desk.settled(Step.TRYING)
    desk.ask("record_done")
    with pytest.raises(GesturectlError, match="--add"):
        desk.ask("record", name="snap")
    assert desk.ask("record", name="snap", add=True, takes=1)["addition"] is True
    desk.rest(4)
    desk.show(1)
    assert desk.settled(Step.REVIEW)
    desk.ask("record_use")
    assert desk.settled(Step.TRYING)
    assert Library(desk.folder / "library").counts() == {"snap": 3}


def test_the_camera_lost_in_the_middle_is_told_and_it_goes_on_by_itself(desk):
    desk.ask("record", name="snap", takes=2)
    desk.rest(4)
    desk.show(1)
    desk.recorder.broke_off("camera: it was unplugged. Plug it in.")
    lost = desk.ask("record_status")
    assert (lost["step"], lost["good"]) == ("lost", 1)
    assert "unplugged" in lost["hint"]
    desk.t_ms += 20_000
    desk.rest(4)
    desk.show(1)
    assert desk.settled(Step.REVIEW)


def test_a_library_that_cant_be_written_keeps_the_takes_for_another_try(desk):
    recorded(desk)
    (desk.folder / "library").write_text("a file where the folder should be")
    desk.ask("record_use")
    assert desk.settled(Step.REVIEW)
    assert "can't be" in desk.ask("record_status")["hint"]
    (desk.folder / "library").unlink()
    desk.ask("record_use")
    assert desk.settled(Step.TRYING)


def test_paused_or_nonsense_requests_are_refused(desk):
    for arguments in ({}, {"name": 5}, {"name": "a/b"}, {"name": "x", "takes": "five"}, {"name": "x", "takes": True},
                      {"name": "x", "takes": 99}, {"name": "x", "add": "yes"}):  # fmt: skip
        with pytest.raises(GesturectlError):
            desk.ask("record", **arguments)
    for command in ("record_use", "record_retry", "record_done", "record_cancel"):
        with pytest.raises(GesturectlError, match="nothing is being recorded"):
            desk.ask(command)
    assert desk.ask("record_status") is None
    desk.engine._obey("pause", {})
    with pytest.raises(GesturectlError, match="paused"):
        desk.ask("record", name="snap")
    with pytest.raises(GesturectlError, match="list of numbers"):
        desk.ask("record_retry", takes="2")


def test_without_a_camera_it_waits_for_one(desk):
    desk.engine.handle(CameraChanged(CameraState.LOST))
    state = desk.ask("record", name="snap")
    assert state["step"] == "lost"
    desk.rest(0.2)
    assert desk.ask("record_status")["step"] == "count-in"


def test_a_new_gesture_is_bound_while_it_is_tried_and_that_ends_the_recording(desk):
    recorded(desk)
    with pytest.raises(GesturectlError, match="there is no gesture"):
        desk.ask("record_bind", action='keys = "Ctrl+T"')
    desk.ask("record_use")
    assert desk.settled(Step.TRYING)
    with pytest.raises(GesturectlError, match="what is to be done"):
        desk.ask("record_bind")
    with pytest.raises(GesturectlError, match="Ctlr"):
        desk.ask("record_bind", action={"keys": "Ctlr+T"})
    assert desk.recorder.state.step is Step.TRYING
    answer = desk.engine._obey("record_bind", {"action": 'keys = "Ctrl+T"', "app": "firefox"})
    assert answer["bound"]["does"] == "press Ctrl+T"
    assert answer["recording"]["step"] == "saved"
    assert 'keys = "Ctrl+T"' in (desk.folder / "profiles" / "own.toml").read_text()
