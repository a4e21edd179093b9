"""Small working stand-ins for cameras, trackers, recognisers, profiles and desktops."""

import threading
import time
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
from eventually import eventually

from gesturectl.daemon.messages import Ready
from gesturectl.daemon.parts import Parts
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.daemon.policy import Plan
from gesturectl.daemon.sight import Sight
from gesturectl.daemon.vision import Vision
from gesturectl.desktop.base import App
from gesturectl.desktop.null import NullInputWatcher, NullWindowWatcher
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import CameraLostError, UsageError
from gesturectl.types import Frame, GestureEvent, Hands, Phase

__all__ = ["eventually"]

IMAGE = np.zeros((12, 16, 3), np.uint8)


class FakeCamera:
    """Gives `frames` frames 5 ms apart, then is lost (live) or ends (a recording)."""

    def __init__(self, frames: int = 10**9, live: bool = True, step_ms: int = 5):
        self.description, self.name, self.live, self.drops = "fake camera", "", live, False
        self.closed_by: list[str] = []
        self._left, self._step_ms, self._t_ms = frames, step_ms, 0

    def grab(self):
        if self._left <= 0:
            if self.live:
                raise CameraLostError("fake camera", "it was unplugged", "Plug it in.")
            return None
        self._left -= 1
        self._t_ms += self._step_ms
        if self.live:
            time.sleep(self._step_ms / 1000)
        return self._t_ms

    def retrieve(self):
        return Frame(self._t_ms, np.random.default_rng(self._t_ms).integers(90, 255, (48, 64, 3), np.uint8))

    def glance(self):
        return self.retrieve()

    def close(self):
        self.closed_by.append(threading.current_thread().name)


class FakeSchedule:
    """Sees a right hand in every frame."""

    def __init__(self):
        self.resets = 0

    def wants(self, t_ms):
        return True

    def needs_only_a_glance(self, t_ms):
        return False

    def free_ms(self, t_ms):
        return 0

    def process(self, frame):
        hands = Hands.none(frame.t_ms, 4 / 3)
        return replace(hands, present=np.array([False, True]))

    def reset(self):
        self.resets += 1


class FakeRecogniser:
    """Begins and ends gestures as a script says: `(frame number, gesture, phase)`."""

    gestures = ("fist", "point", "wave")
    last, rejections = {}, ()

    def __init__(self, *script):
        self._script = {}
        for number, gesture, phase in script:
            self._script.setdefault(number, []).append((gesture, phase))
        self._seen = 0
        self._held: dict[str, GestureEvent] = {}
        self.attempts = []

    def update(self, hands):
        self._seen += 1
        events = []
        for gesture, phase in self._script.get(self._seen, []):
            event = GestureEvent(gesture, "right", phase, 0.9, hands.t_ms)
            self._held[gesture] = event
            if phase is Phase.END:
                del self._held[gesture]
            events.append(event)
        return events

    def begin_anew(self):
        pass

    def catch_up(self):
        pass

    def tried(self):
        tried, self.attempts = self.attempts, []
        return tried

    def release(self, t_ms):
        held, self._held = self._held, {}
        return [replace(event, phase=Phase.END, t_ms=t_ms) for event in held.values()]


class FakePlans:
    """Binds gestures to actions by a dictionary; two profiles, "default" and "other"."""

    words, trouble = "2", ""

    def __init__(self, **actions):
        self.actions, self.fixed = actions, None
        self.tuning: dict[str, float] = {}
        self.seen_apps: list[App] = []
        self.changed = False
        self.ask_for_arming = False
        self.reload_error = None

    def plan(self, event, app):
        self.seen_apps.append(app)
        action = self.actions.get(event.gesture)
        return Plan(action, f"default/{event.gesture}", **self.tuning) if action else "nothing is bound"

    def profile(self, app):
        return self.fixed or "default"

    names = ("default", "other")
    recognised = ("fist", "point", "wave")

    def check(self, name):
        if name not in (None, "default", "other"):
            raise UsageError("profile", f"there is no profile {name!r}", "There are default and other.")

    def fix(self, name):
        self.check(name)
        self.fixed = name

    def poll(self):
        changed, self.changed = self.changed, False
        return changed

    def know(self, gestures):
        self.recognised = tuple(gestures)

    def reload(self):
        if self.reload_error:
            raise self.reload_error


@dataclass
class Recorded:
    """What a daemon told."""

    reports: list
    lines: list


def fake_sight(recogniser=None) -> Sight:
    recogniser = recogniser or FakeRecogniser()
    return Sight(
        tracker=SimpleNamespace(name="fake", provider="CPU", close=lambda: None),
        recogniser=recogniser,
        pipeline=Pipeline(FakeSchedule(), recogniser),
        classifier=lambda: None,
        tracker_words="fake on CPU",
        model_words="toy, 3 gestures, on CPU",
    )


class VisionHere(Vision):
    """Watches in this process, in the place of one of its own."""

    def __init__(self, open_camera, sight):
        super().__init__(open_camera, sight.pipeline)
        self._heard = False
        self._ready = Ready(sight.tracker_words, sight.model_words, sight.gestures, "")

    def ready(self):
        return self._ready

    def start(self):
        """Like a process that was started early, it keeps what it has to tell until somebody listens."""
        if self._heard:
            super().start()

    def connect(self, hear):
        self._heard = True
        super().connect(hear)


def fake_parts(plans=None, injector=None) -> Parts:
    return Parts(
        plans=plans or FakePlans(),
        injector=injector or RecordingInjector(),
        watcher=NullWindowWatcher(),
        input_watcher=NullInputWatcher(),
        injector_words="recording",
        watcher_words="unknown",
    )
