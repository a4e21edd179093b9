"""The engine, driven message by message in the test's own thread."""

import json
import queue
import threading
import time
from dataclasses import dataclass, replace

import pytest
from daemon_fakes import FakePlans, eventually
from policy_timeline import Note, event

from gesturectl.actions.keys import KeysAction
from gesturectl.actions.pause import PauseAction
from gesturectl.actions.profile import ProfileAction
from gesturectl.actions.sequence import SequenceAction
from gesturectl.actions.text import TextAction
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.inbox import Focused, Request
from gesturectl.daemon.messages import CameraChanged, CameraState, InView, Looked, Recognised, Trouble
from gesturectl.daemon.panic import PanicChord, Panicked
from gesturectl.daemon.rest import Rest
from gesturectl.desktop.base import App
from gesturectl.desktop.null import NullInjector
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import ConfigError, GesturectlError, UsageError
from gesturectl.settings import Settings
from gesturectl.types import Phase

TAP = KeysAction((("right",),))
HOLD = KeysAction((("shift",),), held=True)


class Clock:
    now_s = 100.0

    def __call__(self):
        return self.now_s


class Vision:
    def __init__(self):
        self.calls = []

    def pause(self):
        self.calls.append("pause")

    def resume(self):
        self.calls.append("resume")

    def point(self, on):
        self.calls.append(f"point {on}")


class Bench:
    """An engine on a bench."""

    def __init__(self, injector=None, dry_run=False, settings=None, input_watcher=None, **actions):
        self.plans = FakePlans(**actions)
        self.injector = injector or RecordingInjector()
        self.reports, self.vision, self.clock = [], Vision(), Clock()
        self.engine = Engine(
            self.plans,
            self.injector,
            self.reports.append,
            dry_run=dry_run,
            vision=self.vision,
            settings=settings,
            input_watcher=input_watcher,
            clock=self.clock,
        )

    def see(self, gesture, t_ms, phase=Phase.BEGIN):
        self.engine.handle(Recognised(event(gesture, t_ms, phase)))

    def ask(self, command, **arguments):
        reply = queue.SimpleQueue()
        self.engine.handle(Request(command, arguments, reply))
        answer = reply.get_nowait()
        if isinstance(answer, GesturectlError):
            raise answer
        return answer


def test_another_window_releases_what_is_held_for_the_one_before():
    bench = Bench(fist=HOLD)
    bench.engine.handle(Focused(App(wm_class="firefox", title="one")))
    bench.see("fist", 1000)
    bench.engine.handle(Focused(App(wm_class="firefox", title="two")))
    assert bench.injector.held == [("shift",)], "the same app and profile: another title is no other window"
    bench.engine.handle(Focused(App(wm_class="xterm")))
    assert bench.injector.held == []
    assert bench.reports[-1].event.phase is Phase.END


class Patient(RecordingInjector):
    """A desktop on which a held key doesn't repeat by itself."""

    def keep_up(self, now_s):
        self.done.append(f"repeat at {now_s:g}")
        return now_s + 0.25


def test_a_held_key_is_kept_repeating_where_the_system_doesnt():
    bench = Bench(injector=Patient(), fist=HOLD)
    bench.engine.chores()
    assert bench.injector.done == []
    bench.see("fist", 1000)
    bench.engine.chores()
    assert bench.engine._patience_s() == 0.25
    bench.see("fist", 1100, Phase.END)
    bench.engine.chores()
    assert bench.injector.done == ["press Shift", "repeat at 100", "release Shift"]


class Leaving(RecordingInjector):
    """A desktop that may go away."""

    trouble = ""

    def tend(self):
        return self.trouble


def test_a_desktop_that_goes_away_is_told_once_and_nothing_counts_as_held(caplog):
    bench = Bench(injector=Leaving(), fist=HOLD)
    bench.see("fist", 1000)
    bench.injector.trouble = "X display :1: the X server is gone."
    for _ in range(3):
        bench.clock.now_s += 1.5
        bench.engine.chores()
    status = bench.ask("status")
    assert status["reason"] == status["injector"] == "X display :1: the X server is gone."
    assert caplog.text.count("the X server is gone") == 1
    assert bench.reports[-1].event.phase is Phase.END
    assert bench.injector.held == []

    bench.injector.trouble = ""
    bench.clock.now_s += 1.5
    bench.engine.chores()
    assert bench.ask("status")["reason"] == ""
    assert "keys can be pressed again" in caplog.text


def test_a_gesture_presses_its_key_and_the_report_says_so():
    bench = Bench(fist=TAP)
    bench.see("fist", 1000)
    assert bench.injector.done == ["press Right", "release Right"]
    assert bench.reports[0].action == "press Right"


def test_a_dry_run_says_the_same_and_presses_nothing():
    bench = Bench(fist=TAP, dry_run=True)
    bench.see("fist", 1000)
    assert bench.injector.done == []
    assert bench.reports[0].action == "press Right"


def test_what_is_not_bound_is_told_with_the_reason():
    bench = Bench()
    bench.see("wave", 1000)
    line = bench.reports[0].as_json()
    assert line["action"] is None
    assert line["reason"] == "nothing is bound"
    assert json.loads(json.dumps(line))["t_ms"] == 1000


def test_the_app_counts_that_had_the_focus_when_the_gesture_began():
    bench = Bench(point=HOLD)
    bench.engine.handle(Focused(App(wm_class="firefox")))
    bench.see("point", 0)
    bench.engine.handle(Focused(App(wm_class="xterm")))
    bench.see("point", 500, Phase.END)
    assert bench.injector.done == ["press Shift", "release Shift"]
    assert [app.wm_class for app in bench.plans.seen_apps] == ["firefox"]


@pytest.mark.parametrize("way", ["pause", "profile", "reload", "changed", "lost", "still", "stop"])
def test_every_way_out_releases_what_is_held(way):
    bench = Bench(point=HOLD)
    bench.see("point", 1000)
    assert bench.injector.held == [("shift",)]
    if way == "profile":
        bench.ask("profile", name="other")
    elif way == "changed":
        bench.plans.changed = True
        bench.clock.now_s += 1.5
        bench.engine.chores()
    elif way == "lost":
        bench.engine.handle(CameraChanged(CameraState.LOST, trouble=Trouble("camera", "gone")))
    elif way == "still":
        bench.clock.now_s += 3
        bench.engine.chores()
    elif way == "stop":
        bench.engine.stop()
        bench.engine.run()
    else:
        bench.ask(way)
    assert bench.injector.held == []


def test_a_surprise_inside_an_action_releases_everything_and_is_reported():
    @dataclass(frozen=True)
    class Breaks(Note):
        def begin(self, stage):
            stage.injector.press(("ctrl",))
            raise RuntimeError("boom")

    bench = Bench(point=HOLD, fist=Breaks())
    bench.see("point", 1000)
    bench.see("fist", 1100)
    assert bench.injector.held == []
    assert "boom" in bench.reports[-1].reason
    bench.see("point", 1200, Phase.END)  # what was held is forgotten: nothing is released twice
    assert bench.injector.done.count("release Shift") == 1


def test_without_a_desktop_gestures_are_still_recognised_and_told_with_the_reason():
    bench = Bench(injector=NullInjector(), fist=TAP)
    bench.see("fist", 1000)
    assert bench.reports[0].action is None
    assert "no way to press keys" in bench.reports[0].reason


def test_holds_and_repeats_come_by_the_engine_s_own_clock_between_frames():
    bench = Bench(point=TAP)
    bench.plans.tuning = {"hold_ms": 100, "repeat_hz": 20.0}
    bench.see("point", 5000)
    assert bench.injector.done == []
    bench.clock.now_s += 0.101
    bench.engine.chores()
    assert bench.injector.done.count("press Right") == 1
    bench.clock.now_s += 0.05
    bench.engine.chores()
    assert bench.injector.done.count("press Right") == 2


def test_a_camera_that_stands_still_doesn_t_keep_a_key_repeating():
    bench = Bench(point=TAP)
    bench.plans.tuning = {"repeat_hz": 20.0}
    bench.see("point", 0)
    for _ in range(40):
        bench.clock.now_s += 0.05
        bench.engine.chores()
    assert bench.injector.done.count("press Right") <= 6


def test_pausing_releases_the_camera_and_resuming_opens_it_again():
    bench = Bench(fist=TAP)
    assert bench.ask("pause")["state"] == "paused"
    bench.see("fist", 1000)
    assert bench.injector.done == []
    assert bench.reports[-1].reason == "paused"
    bench.engine.handle(CameraChanged(CameraState.RELEASED))
    assert bench.engine.status().state == "paused"
    bench.ask("resume")
    bench.engine.handle(CameraChanged(CameraState.WATCHING, "cam"))
    assert bench.engine.status().state == "watching"
    assert bench.vision.calls == ["pause", "resume"]


def test_actions_may_pause_and_switch_the_profile():
    bench = Bench(fist=PauseAction(), wave=ProfileAction("other"), point=ProfileAction("nowhere"))
    bench.see("wave", 0)
    assert bench.plans.fixed == "other"
    bench.see("point", 100)
    assert bench.plans.fixed == "other"
    bench.see("fist", 200)
    assert bench.vision.calls == ["pause"]


def test_bad_commands_are_refused_and_change_nothing():
    bench = Bench()
    with pytest.raises(UsageError):
        bench.ask("profile", name="nowhere")
    with pytest.raises(UsageError):
        bench.ask("profile", name=7)
    bench.plans.reload_error = ConfigError("x.toml", [GesturectlError("x.toml", "bad")])
    with pytest.raises(ConfigError):
        bench.ask("reload")


def test_the_status_says_what_is_seen_and_done():
    bench = Bench(fist=TAP)
    bench.engine.handle(CameraChanged(CameraState.WATCHING, "cam 0"))
    bench.engine.handle(Focused(App(wm_class="firefox", title="secret page")))
    bench.engine.handle(Looked(1000, 30, 10, 2, 29.9, ("right",), "", {"landmarks": 7.5}, cpu_s=1.0))
    bench.clock.now_s += 2
    bench.engine.handle(Looked(3000, 90, 10, 2, 29.9, ("right",), "", {"landmarks": 7.5}, cpu_s=1.5))
    bench.see("fist", 3100)
    status = bench.ask("status")
    assert status["state"] == "watching"
    assert status["camera"] == "cam 0"
    assert status["hands"] == ["right"]
    assert status["dropped"] == 2
    assert status["app"] == "firefox"
    assert status["stage_ms"] == {"landmarks": 7.5}
    assert status["cpu_percent"] >= 25.0  # half a second of two, and what this process did
    assert status["last_event"]["action"] == "press Right"
    assert "secret" not in json.dumps(status)


def test_a_lost_camera_is_a_state_with_a_reason_told_once(caplog):
    bench = Bench()
    lost = CameraChanged(CameraState.LOST, trouble=Trouble("camera 0", "it is busy", "Close the other program."))
    with caplog.at_level("WARNING", logger="gesturectl"):
        for _ in range(5):
            bench.engine.handle(CameraChanged(CameraState.OPENING))
            bench.engine.handle(lost)
    status = bench.engine.status()
    assert status.state == "waiting for the camera"
    assert status.reason == "camera 0: it is busy. Close the other program."
    assert len(caplog.records) == 1


def test_a_camera_that_is_back_is_logged_as_back(caplog):
    bench = Bench()
    with caplog.at_level("INFO", logger="gesturectl"):
        bench.engine.handle(CameraChanged(CameraState.LOST, trouble=Trouble("camera 0", "it is busy", "Close it.")))
        bench.engine.handle(CameraChanged(CameraState.WATCHING, "toy camera"))
    assert caplog.messages[-1] == "watching again: toy camera"
    assert bench.engine.status().reason == ""


def test_a_trouble_of_the_picture_is_logged_each_time_it_comes_but_not_while_it_flickers(caplog):
    bench = Bench()
    with caplog.at_level("WARNING", logger="gesturectl"):
        for at_s, picture in ((0, "black"), (1, ""), (2, "black"), (3, ""), (100, "black")):
            bench.clock.now_s = 100 + at_s
            bench.engine.handle(Looked(at_s * 1000, picture=picture))
    assert caplog.messages == ["camera: black"] * 2


def test_typed_text_never_reaches_the_log(caplog):
    bench = Bench(fist=TextAction("my secret"))
    with caplog.at_level("DEBUG", logger="gesturectl"):
        bench.see("fist", 0)
    assert bench.injector.done == ["type my secret"]
    assert "secret" not in caplog.text


def test_the_loop_takes_messages_from_other_threads_and_ends_when_told():
    bench = Bench(point=HOLD)
    bench.engine._clock = time.monotonic
    thread = threading.Thread(target=bench.engine.run)
    thread.start()
    bench.engine.post(Recognised(event("point", 0)))
    assert eventually(lambda: bench.injector.held == [("shift",)])
    assert bench.engine.ask("status", {})["pid"] > 0
    bench.engine.stop()
    thread.join(2)
    assert not thread.is_alive()
    assert bench.injector.held == []


def test_the_report_of_an_end_names_what_stops():
    bench = Bench(point=HOLD)
    bench.see("point", 0)
    bench.see("point", 100, Phase.END)
    assert bench.reports[-1].action == "stop: hold Shift"
    assert replace(bench.reports[-1]).as_json()["phase"] == "end"


ARMED_BY_FIST = Settings(arming=True, arming_gesture="fist", arming_s=5)


def test_with_arming_on_a_gesture_acts_only_after_the_arming_gesture():
    bench = Bench(settings=ARMED_BY_FIST, wave=TAP, fist=TAP)
    bench.see("wave", 1000)
    assert bench.reports[-1].reason == "not armed: hold fist still first, or run 'gesturectl arming arm'"
    bench.see("fist", 2000)
    assert "it arms" in bench.reports[-1].reason
    bench.see("fist", 3000, Phase.END)
    bench.see("wave", 4000)
    assert bench.injector.done == ["press Right", "release Right"]
    status = bench.ask("status")
    assert (status["arming"], status["armed"], status["armed_left_s"]) == (True, True, 5.0)


def test_an_armed_time_runs_out_and_is_prolonged_by_what_acts():
    bench = Bench(settings=ARMED_BY_FIST, wave=TAP)
    bench.see("fist", 0)
    bench.see("fist", 100, Phase.END)
    for t_ms, acts in ((4000, True), (8000, True), (13_500, False)):
        bench.clock.now_s = 100 + t_ms / 1000
        bench.see("wave", t_ms)
        assert (bench.reports[-1].action is not None) == acts
        bench.see("wave", t_ms + 50, Phase.END)


@pytest.mark.parametrize(("arm", "switched_on", "acts"), [
    ("off", False, True), ("off", True, False), ("required", False, False), ("required", True, False),
    ("bypass", True, True), ("bypass", False, True),
])  # fmt: skip
def test_a_binding_says_whether_it_needs_arming(arm, switched_on, acts):
    bench = Bench(wave=TAP)
    bench.plans.tuning = {"arm": arm}
    bench.ask("arming", do="on" if switched_on else "off")
    bench.see("wave", 0)
    assert (bench.reports[-1].action is not None) == acts


def test_where_nobody_asks_for_arming_the_arming_gesture_is_one_like_others():
    bench = Bench(settings=replace(ARMED_BY_FIST, arming=False), fist=TAP)
    bench.see("fist", 0)
    assert bench.reports[-1].action == "press Right"
    bench.plans.ask_for_arming = True
    bench.see("fist", 1000, Phase.END)
    bench.see("fist", 2000)
    assert bench.reports[-1].action is None
    bench.plans.tuning = {"arm": "bypass"}
    bench.see("fist", 2500, Phase.END)
    bench.see("fist", 3000)
    assert bench.reports[-1].action == "press Right"


@pytest.mark.parametrize("way", ["disarm", "off", "pause", "lost", "gone", "still", "jump"])
def test_what_disarms(way):
    bench = Bench(wave=TAP)
    bench.plans.tuning = {"arm": "required"}
    bench.engine.advance(1000)
    assert bench.ask("arming", do="arm")["armed"]
    t_ms = 2000
    if way in ("disarm", "off"):
        bench.ask("arming", do=way)
    elif way == "pause":
        bench.ask("pause")
        bench.ask("resume")
    elif way == "lost":
        bench.engine.handle(CameraChanged(CameraState.LOST, trouble=Trouble("camera", "gone")))
    elif way == "gone":
        bench.engine.handle(InView(1100, ("right",)))
        bench.engine.handle(InView(1200, ()))
        bench.engine.advance(3000)
        bench.engine.handle(InView(4000, ("right",)))
        t_ms = 4100
    elif way == "still":
        bench.clock.now_s += 3
        bench.engine.chores()
    else:
        t_ms = 3_600_000
    bench.see("wave", t_ms)
    assert bench.reports[-1].action is None
    assert not bench.ask("status")["armed"]


def test_nothing_can_be_armed_while_paused():
    bench = Bench()
    bench.ask("pause")
    with pytest.raises(UsageError, match="paused"):
        bench.ask("arming", do="arm")
    with pytest.raises(UsageError, match="none of on, off, arm, disarm"):
        bench.ask("arming", do=None)


def test_nothing_that_waited_becomes_due_over_a_leap_in_time():
    for t_ms in (3_600_000, 10):
        bench = Bench(fist=TAP, point=HOLD)
        bench.see("point", 5000)
        bench.plans.tuning = {"hold_ms": 500}
        bench.see("fist", 5100)
        bench.see("fist", t_ms, Phase.END)
        assert bench.injector.done == ["press Shift", "release Shift"]
        assert next(report.reason for report in bench.reports if report.event.gesture == "fist") == "the time jumped"


def test_after_time_ran_backwards_nothing_cools_down_for_hours():
    bench = Bench(fist=TAP)
    bench.plans.tuning = {"cooldown_ms": 300}
    bench.see("fist", 3_600_000)
    bench.see("fist", 1000)
    assert bench.reports[-1].action == "press Right"


class Typing:
    """Somebody used the keyboard `idle` ms ago."""

    idle = None

    def idle_ms(self):
        return self.idle


def test_nothing_begins_right_after_the_person_typed():
    keyboard = Typing()
    bench = Bench(input_watcher=keyboard, wave=TAP)
    keyboard.idle = 500
    bench.see("wave", 1000)
    assert bench.reports[-1].reason == "the keyboard or the mouse was used 500 ms ago; quiet for 700 ms after that"
    keyboard.idle = 701
    bench.see("wave", 1200)
    assert bench.reports[-1].action == "press Right"


def test_what_is_held_goes_on_while_the_person_types():
    keyboard = Typing()
    bench = Bench(input_watcher=keyboard, point=HOLD)
    bench.see("point", 0)
    keyboard.idle = 0
    bench.clock.now_s += 1
    bench.engine.chores()
    assert bench.injector.held == [("shift",)]
    bench.see("point", 1100, Phase.END)
    assert bench.reports[-1].action == "stop: hold Shift"


def test_typing_doesn_t_arm():
    keyboard = Typing()
    keyboard.idle = 10
    bench = Bench(input_watcher=keyboard, settings=ARMED_BY_FIST)
    bench.see("fist", 0)
    assert not bench.ask("status")["armed"]


def test_quiet_can_be_switched_off():
    keyboard = Typing()
    keyboard.idle = 0
    bench = Bench(input_watcher=keyboard, settings=Settings(quiet_after_input_ms=0), wave=TAP)
    bench.see("wave", 0)
    assert bench.reports[-1].action == "press Right"


class Steps(KeysAction):
    """Presses now, and again half a second later."""

    def begin(self, stage):
        super().begin(stage)
        stage.after(0.5, lambda: stage.injector.tap(("b",)))


def test_what_an_action_left_for_later_is_done_when_it_is_due():
    bench = Bench(fist=Steps((("a",),)))
    bench.see("fist", 1000)
    bench.engine.chores()
    assert bench.engine._patience_s() == 0.5
    assert bench.injector.done == ["press A", "release A"]
    bench.clock.now_s += 0.5
    bench.engine.chores()
    assert bench.injector.done[2:] == ["press B", "release B"]


def test_a_pause_forgets_what_an_action_left_for_later():
    bench = Bench(fist=Steps((("a",),)))
    bench.see("fist", 1000)
    bench.ask("pause")
    bench.clock.now_s += 0.5
    bench.engine.chores()
    assert bench.injector.done == ["press A", "release A"]


def test_the_panic_chord_stops_everything_whatever_was_the_case():
    bench = Bench(point=HOLD, fist=SequenceAction(((0.0, TAP), (5.0, TAP))))
    bench.engine.handle(PanicChord("Ctrl+Alt+Super+Esc"))
    assert bench.ask("status")["panic_chord"] == "Ctrl+Alt+Super+Esc"
    bench.see("fist", 1000)
    bench.see("point", 1100)
    assert bench.injector.held == [("shift",)]
    bench.engine.handle(Panicked("Ctrl+Alt+Super+Esc"))
    assert bench.injector.held == []
    assert bench.vision.calls == ["pause"]
    status = bench.ask("status")
    assert (status["state"], "Ctrl+Alt+Super+Esc was pressed" in status["reason"]) == ("paused", True)
    bench.clock.now_s += 10
    bench.engine.chores()
    assert bench.injector.done.count("press Right") == 1, "the rest of a sequence isn't done"
    bench.engine.handle(Rest("schedule", "it is night"))
    bench.engine.handle(Rest("schedule", ""))
    assert bench.ask("status")["state"] == "paused", "only a person ends it"


class Wordy(RecordingInjector):
    """A desktop that types for ever."""

    def type_text(self, text):
        self.done.append("type")
        while True:
            self._go_on()
            time.sleep(0.001)


@pytest.mark.parametrize("way", ["pause", "panic", "quit", "stop"])
def test_a_text_that_is_being_typed_doesn_t_keep_anything_from_stopping(way):
    bench = Bench(injector=Wordy(), fist=TextAction("no end"))
    thread = threading.Thread(target=bench.engine.run, daemon=True)
    thread.start()
    bench.engine.post(Recognised(event("fist", 1000)))
    assert eventually(lambda: bench.injector.done)
    if way == "panic":
        bench.engine.post(Panicked("Pause"))
    elif way == "stop":
        bench.engine.stop()
    else:
        bench.engine.ask(way, {})
    assert eventually(lambda: bench.reports)
    assert "broken off" in bench.reports[0].reason
    bench.engine.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_after_a_stop_texts_are_typed_again():
    bench = Bench(fist=TextAction("hi"))
    bench.engine.post(Panicked("Pause"))
    assert bench.injector._stopped()
    bench.engine.handle(Panicked("Pause"))
    assert not bench.injector._stopped()


def test_a_gesture_never_presses_the_panic_chord():
    chord = KeysAction((("ctrl", "alt", "super", "shift", "esc"),))
    bench = Bench(fist=SequenceAction(((0.0, chord),)), point=chord, settings=Settings())
    bench.see("fist", 1000)
    bench.see("point", 1100)
    assert bench.injector.done == []
    assert all("panic_chord" in report.reason for report in bench.reports)
    bench.engine.adopt(Settings(panic_chord=""))
    bench.see("point", 3000)
    assert bench.injector.done == ["press Ctrl+Alt+Super+Shift+Esc", "release Ctrl+Alt+Super+Shift+Esc"]


def test_the_status_says_how_long_after_its_frame_a_gesture_acted():
    bench = Bench(fist=TAP, wave=TAP)
    bench.clock.now_s = 100.0
    bench.see("fist", 99_980)
    bench.see("fist", 99_985, Phase.END)
    bench.see("point", 99_990)  # means nothing
    assert bench.ask("status")["latency_ms"] == {"actions": 1, "median": 20.0, "p95": 20.0}


def test_no_latency_is_told_of_a_source_with_a_time_of_its_own():
    bench = Bench(fist=TAP)
    bench.see("fist", 2000)
    assert bench.ask("status")["latency_ms"] == {}
