"""The pointer mode within the engine, driven message by message; the desktop only writes down."""

import queue

import pytest
from daemon_fakes import FakePlans
from policy_timeline import event

from gesturectl.actions.keys import KeysAction
from gesturectl.actions.pointer import PointerAction
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.inbox import Focused, Request
from gesturectl.daemon.messages import CameraChanged, CameraState, HandsAt, Recognised
from gesturectl.daemon.rest import Rest
from gesturectl.desktop.base import App
from gesturectl.desktop.null import NullInjector
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import DesktopError, GesturectlError, UsageError
from gesturectl.pointing.place import HandPlace
from gesturectl.types import Phase

FRAME_MS = 33


class Vision:
    def __init__(self):
        self.points = False

    def pause(self): ...

    def resume(self): ...

    def point(self, on):
        self.points = on


class Bench:
    """An engine, and a hand before it."""

    def __init__(self, injector=None, dry_run=False):
        self.now_s, self.t_ms = 100.0, 1000
        self.injector, self.vision, self.reports = injector or RecordingInjector(), Vision(), []
        self.plans = FakePlans(fist=KeysAction((("right",),)), point=PointerAction("toggle"))
        self.engine = Engine(
            self.plans,
            self.injector,
            self.reports.append,
            dry_run=dry_run,
            vision=self.vision,
            clock=lambda: self.now_s,
        )

    def ask(self, command, **arguments):
        reply = queue.SimpleQueue()
        self.engine.handle(Request(command, arguments, reply))
        answer = reply.get_nowait()
        if isinstance(answer, GesturectlError):
            raise answer
        return answer

    def make(self, gesture):
        self.engine.handle(Recognised(event(gesture, self.t_ms, Phase.BEGIN)))
        self.engine.handle(Recognised(event(gesture, self.t_ms, Phase.END)))

    def show(self, frames=10, to=0.0, gap=1.0):
        """A hand that goes `to` the right, in palms."""
        for number in range(frames):
            self._frame((HandPlace("right", 1 + 0.2 * to * number / frames, 0.5, 0.2, gap, False),))

    def nobody(self):
        self._frame(())

    def pinch(self):
        """Open and close."""
        self.show()
        self.show(gap=0.2)
        assert self.injector.buttons == ["left"]

    def _frame(self, places):
        self.t_ms += FRAME_MS
        self.now_s += FRAME_MS / 1000
        self.engine.handle(HandsAt(self.t_ms, places))


def moves(bench):
    return [line for line in bench.injector.done if line.startswith("move")]


def test_it_is_off_until_asked_for():
    bench = Bench()
    bench.show(to=3)
    assert bench.injector.done == []
    assert bench.ask("status")["pointer"] is False


def test_while_it_is_on_the_hand_moves_the_pointer_and_a_pinch_holds_the_button():
    bench = Bench()
    status = bench.ask("pointer", do="on")
    assert (status["pointer"], bench.vision.points) == (True, True)
    assert "pointer off" in status["reason"]
    bench.show(to=3)
    assert moves(bench)
    bench.pinch()
    bench.show(gap=0.7)
    assert [line for line in bench.injector.done if "left" in line] == ["press left", "release left"]


def test_other_gestures_do_nothing_meanwhile_but_the_one_that_ends_it():
    bench = Bench()
    bench.make("point")
    assert bench.engine.pointing
    bench.make("fist")
    assert bench.injector.done == []
    assert "pointer off" in next(r.reason for r in bench.reports if r.event.gesture == "fist")
    bench.make("point")
    assert not bench.engine.pointing
    assert not bench.vision.points
    bench.make("fist")
    assert bench.injector.done == ["press Right", "release Right"]


def test_what_begins_only_armed_ends_without_arming():
    bench = Bench()
    bench.plans.tuning = {"arm": "required"}
    bench.make("point")
    assert not bench.engine.pointing
    bench.ask("pointer", do="on")
    bench.make("point")
    assert not bench.engine.pointing


LETS_GO = {
    "no hand in the picture": lambda bench: bench.nobody(),
    "switched off": lambda bench: bench.ask("pointer", do="off"),
    "the gesture that ends it": lambda bench: bench.make("point"),
    "a pause": lambda bench: bench.ask("pause"),
    "a locked screen": lambda bench: bench.engine.handle(Rest("session", "the screen is locked")),
    "a lost camera": lambda bench: bench.engine.handle(CameraChanged(CameraState.LOST)),
    "another profile": lambda bench: bench.ask("profile", name="other"),
    "the end": lambda bench: bench.engine.release("the daemon stops"),
}


@pytest.mark.parametrize("way", LETS_GO.values(), ids=LETS_GO)
def test_the_button_comes_up(way):
    bench = Bench()
    bench.ask("pointer", do="on")
    bench.pinch()
    way(bench)
    assert bench.injector.buttons == []
    bench.show(gap=0.2)
    assert bench.injector.buttons == [], "a pinch that goes on is no new one"


def test_a_camera_that_stands_still_lets_go():
    bench = Bench()
    bench.ask("pointer", do="on")
    bench.pinch()
    bench.now_s += 3
    bench.engine.chores()
    assert bench.injector.buttons == []


def test_a_press_that_focuses_another_window_goes_on():
    bench = Bench()
    bench.engine.handle(Focused(App(wm_class="one")))
    bench.ask("pointer", do="on")
    bench.pinch()
    bench.engine.handle(Focused(App(wm_class="two")))
    assert bench.injector.buttons == ["left"]


def test_a_pause_ends_the_mode():
    bench = Bench()
    bench.ask("pointer", do="on")
    assert bench.ask("pause")["pointer"] is False
    with pytest.raises(UsageError, match="paused"):
        bench.ask("pointer", do="on")
    assert bench.ask("resume")["pointer"] is False


def test_a_dry_run_moves_nothing():
    bench = Bench(dry_run=True)
    assert bench.ask("pointer", do="toggle")["pointer"] is True
    bench.show(to=3)
    assert bench.injector.done == []


class Refuses(RecordingInjector):
    def move(self, dx, dy):
        raise DesktopError("pointer", "the permission was taken back")


def test_a_desktop_that_refuses_ends_it():
    bench = Bench(Refuses())
    bench.ask("pointer", do="on")
    bench.show(to=3)
    assert bench.ask("status")["pointer"] is False


def test_where_nothing_moves_a_pointer_it_is_refused():
    with pytest.raises(DesktopError, match="doctor"):
        Bench(NullInjector()).ask("pointer", do="on")


def test_other_words_are_refused():
    for do in ("sideways", None, ["on"]):
        with pytest.raises(UsageError):
            Bench().ask("pointer", do=do)
