""" "That was no gesture", retraining and rolling back, asked of the daemon."""

import json
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn

from gesturectl.daemon.broadcast import Progress
from gesturectl.daemon.child import Child
from gesturectl.daemon.learning import file_scene
from gesturectl.daemon.remembered import AFTER_MS, BEFORE_MS, Remembered, Scene, Surroundings
from gesturectl.errors import DaemonError
from gesturectl.evaluation.replay import hands_of
from gesturectl.gestures.take import read_take
from gesturectl.types import GestureEvent, Phase


def event(t_ms, gesture="swipe_left", phase=Phase.BEGIN):
    return GestureEvent(gesture, "right", phase, 0.9, t_ms)


def watched(fires=(), seconds=6.0):
    remembered, around = Remembered(), Surroundings()
    see(remembered, around, hands_of(drawn("rest", 1, seconds)), fires)
    return remembered


def see(remembered, around, frames, fires):
    for hands in frames:
        around.see(hands, [event(t_ms) for t_ms in fires if t_ms == hands.t_ms])
        for scene in around.take():
            remembered.note(scene)


def test_the_hands_before_and_after_what_fired_are_remembered():
    scene = watched([4000]).scene()
    times = [hands.t_ms for hands in scene.frames]
    assert scene.event.t_ms == 4000
    assert times == sorted(times)
    assert 4000 - BEFORE_MS <= times[0] <= 4000 - BEFORE_MS + 40
    assert 4000 + AFTER_MS - 40 <= times[-1] <= 4000 + AFTER_MS


def test_an_older_one_is_found_by_its_time_and_another_time_by_nothing():
    remembered = watched([2000, 4000])
    assert remembered.scene(2000).event.t_ms == 2000
    assert remembered.scene().event.t_ms == 4000
    assert remembered.scene(3000) is None
    assert watched().scene() is None


def test_time_that_goes_backwards_mixes_no_hands():
    remembered, around = Remembered(), Surroundings()
    see(remembered, around, hands_of(drawn("rest", 1, 4.2)), [4000])
    again = next(hands_of(drawn("rest", 2)))
    see(remembered, around, [again], [again.t_ms])
    assert [hands.t_ms for hands in remembered.scene(again.t_ms).frames] == [0]
    assert 4000 < remembered.scene(4000).frames[-1].t_ms < 4200


def test_what_the_camera_saw_until_it_broke_off_is_told():
    around = Surroundings()
    for hands in hands_of(drawn("rest", 1, 4.2)):
        around.see(hands, [event(4000)] if hands.t_ms == 4000 else [])
    (begun,) = around.take()
    around.end()
    (whole,) = around.take()
    assert begun.event == whole.event
    assert len(whole.frames) > len(begun.frames)


def test_only_the_latest_are_remembered():
    remembered = Remembered()
    for t_ms in range(100):
        remembered.note(Scene(event(t_ms), ()))
    assert remembered.scene(99) is not None
    assert remembered.scene(10) is None


def test_what_fired_wrongly_becomes_a_take_of_nothing(tmp_path):
    path = file_scene(watched([4000]).scene(), tmp_path / "library")
    take = read_take(path)
    assert path.parent == tmp_path / "library" / "nothing"
    assert (take.meta["fired"], take.meta["hand"]) == ("swipe_left", "right")
    assert take.t_ms[0] == 0


def told(script, cancel=False):
    """What a child that runs the Python `script` tells until it is over."""
    news, over = [], threading.Event()

    def tell(progress: Progress) -> None:
        news.append(progress)
        if progress.state != "running":
            over.set()

    child = Child("training", tell, (sys.executable, "-c"))
    child.start([script])
    if cancel:
        while len(news) < 2:
            time.sleep(0.01)
        child.cancel()
    assert over.wait(30)
    return child, news


_STEP = 'print(\'{"type": "progress", "share": 0.5, "what": "training"}\', flush=True)\n'


def test_a_childs_progress_and_its_end_are_told():
    child, news = told(_STEP + 'print(\'{"type": "retrained", "reason": "It is no worse."}\')')
    assert [(one.state, one.words, one.fraction) for one in news] == [
        ("running", "starting", 0.0),
        ("running", "training", 0.5),
        ("done", "It is no worse.", 1.0),
    ]
    assert news[-1].details["type"] == "retrained"
    assert not child.running


def test_a_child_that_fails_tells_why():
    _, news = told("import sys; sys.exit('gesturectl: retrain: it needs the package torch')")
    assert (news[-1].state, news[-1].words) == ("failed", "retrain: it needs the package torch")


def test_a_child_can_be_cancelled_and_only_one_runs():
    child, news = told(_STEP + "import time; time.sleep(60)", cancel=True)
    assert news[-1].state == "cancelled"
    with pytest.raises(DaemonError, match="none is under way"):
        child.cancel()
    child.start(["import time; time.sleep(60)"])
    with pytest.raises(DaemonError, match="under way already"):
        child.start([json.dumps("")])
    child.close()


def test_scenes_that_nobody_takes_don_t_pile_up():
    around = Surroundings()
    frames = list(hands_of(drawn("rest", 1, 6.0)))
    for hands in frames:
        around.see(hands, [event(hands.t_ms)])
    assert len(around.take()) < len(frames) / 4
