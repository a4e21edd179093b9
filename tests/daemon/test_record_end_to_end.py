"""The whole daemon before a rendered camera: five showings become a gesture, and the sixth is recognised."""

import sys
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recording"))

from daemon_fakes import eventually
from rendered import FPS, render_six

from gesturectl.daemon.app import Daemon
from gesturectl.daemon.parts import Wanted, find_parts
from gesturectl.daemon.sight import find_sight
from gesturectl.daemon.vision import Vision
from gesturectl.gestures.library import Library
from gesturectl.types import Frame, Phase


class PatientCamera:
    """Gives the next frame once the last was looked at, however slow the machine is; rests where it is told to."""

    description, name, live, drops = "rendered", "", True, False

    def __init__(self, pictures, rests):
        self._pictures, self._rests = pictures, sorted(rests)
        self._at = -1
        self._t_ms = 0
        self.looked = threading.Event()
        self.looked.set()
        self.closed = threading.Event()

    def go_on(self):
        """Leave the next rest."""
        self._rests.pop(0)

    def grab(self):
        while not self.looked.wait(0.2):
            if self.closed.is_set():
                return None
        self.looked.clear()
        self._t_ms += 1000 // FPS
        rest = self._rests[0] if self._rests else len(self._pictures) - 1
        self._at = min(self._at + 1, rest)
        return self._t_ms

    def retrieve(self):
        picture = self._pictures[self._at]
        noise = np.random.default_rng(self._t_ms).integers(0, 2, picture.shape, np.uint8)
        return Frame(self._t_ms, picture ^ noise)  # as a sensor's: where nothing changes the picture is frozen

    def glance(self):
        return self.retrieve()

    def close(self):
        self.closed.set()


@pytest.mark.slow
def test_five_showings_are_recorded_used_bound_and_the_sixth_is_known(tmp_path, monkeypatch):
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    truth = render_six(tmp_path / "six.mp4")
    capture = cv2.VideoCapture(str(tmp_path / "six.mp4"))
    pictures = []
    while (read := capture.read())[0]:
        pictures.append(np.ascontiguousarray(read[1][..., ::-1]))
    between = [(truth[k].end_ms + truth[k + 1].start_ms) // 2 * FPS // 1000 for k in range(5)]
    camera = PatientCamera(pictures, [10, between[4]])  # before the first showing, and before the sixth

    sight = find_sight("onnx", None, True, lambda text: None)
    parts = find_parts(Wanted(dry_run=True, look_at_desktop=False), lambda: sight.gestures, lambda text: None)
    look = sight.pipeline.look
    monkeypatch.setattr(sight.pipeline, "wants", lambda t_ms: True)

    def look_and_tell(frame):
        events = look(frame)
        camera.looked.set()
        return events

    monkeypatch.setattr(sight.pipeline, "look", look_and_tell)
    reports = []
    about = parts.about(sight.tracker_words, sight.model_words)
    daemon = Daemon(
        Vision(lambda: camera, sight.pipeline), about, parts, reports.append, lambda text: None, dry_run=True
    )
    running = threading.Thread(target=daemon.run)
    running.start()
    try:
        ask = daemon.engine.ask
        assert eventually(lambda: ask("status", {}, 20)["state"] == "watching", 60)
        assert ask("record", {"name": "snap"}, 20)["recording"]["step"] in ("count-in", "lost")
        camera.go_on()
        assert eventually(lambda: ask("record_status", {}, 20)["recording"]["step"] == "review", 300)
        review = ask("record_status", {}, 20)["recording"]
        assert [take["verdict"] for take in review["takes"]] == ["good"] * 5
        assert any("thumbs_down" in caution["text"] for caution in review["warnings"])
        ask("record_use", {}, 20)
        assert eventually(lambda: ask("record_status", {}, 20)["recording"]["step"] == "trying", 60)
        assert Library(tmp_path / "data" / "gesturectl" / "library").counts() == {"snap": 5}
        camera.go_on()
        assert eventually(lambda: ask("record_status", {}, 20)["recording"]["recognised"] == 1, 120)
        tried = ask("record_bind", {"action": 'keys = "Ctrl+T"'}, 20)
        assert tried["recording"]["step"] == "saved"
        assert tried["bound"]["does"] == "press Ctrl+T"
    finally:
        camera.looked.set()
        daemon.stop()
        running.join(20)
    made = [r for r in reports if r.event.gesture == "snap" and r.event.phase is Phase.BEGIN]
    assert len(made) == 1
    assert made[0].reason == "a gesture is being recorded"
