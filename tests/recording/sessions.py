"""Drives recording sessions with hands that nobody filmed."""

from dataclasses import replace
from functools import cache

from gesturectl.recording.session import Session
from gesturectl.synthesis.performances import performed
from gesturectl.types import Hands

STEP_MS = 40


@cache
def showing(gesture, seed=3, hands=("right",)):
    """Frames of one showing, from 0.8 s of rest to a second of rest, at 25 a second."""
    return tuple(performed(gesture, 1, seed, fps=25, noisy=False, hands=hands).hands)[15:-12]


class Bench:
    """A session and the time of its camera."""

    def __init__(self, plan):
        self.session = Session(plan)
        self.t_ms = 5000
        self.steps = [self.session.step]
        self.rest = showing("fist")[0]

    def see(self, frame, picture=""):
        self.t_ms += STEP_MS
        self.session.see(replace(frame, t_ms=self.t_ms), picture)
        if self.session.step is not self.steps[-1]:
            self.steps.append(self.session.step)

    def wait(self, seconds, frame=None, picture=""):
        """Rest, or stay as in `frame`, for so long."""
        for _ in range(round(seconds * 1000 / STEP_MS)):
            self.see(frame or self.rest, picture)

    def wait_without_hands(self, seconds):
        self.wait(seconds, Hands.none(0, 4 / 3))

    def show(self, gesture, seed=3, picture="", hands=("right",)):
        """Make it once, resting before and after."""
        for frame in showing(gesture, seed, hands):
            self.see(frame, picture)
        self.rest = showing(gesture, seed, hands)[-1]

    def show_until(self, gesture, most=8):
        """Make it until the session has what it wants."""
        for k in range(most):
            if not self.session.step.is_watching:
                return
            self.show(gesture, seed=3 + k % 2)

    @property
    def state(self):
        return self.session.state
