"""Why the last gestures did or didn't act, as the engine tells it."""

import json

import pytest
from daemon_fakes import FakePlans
from policy_timeline import event

from gesturectl.actions.keys import KeysAction
from gesturectl.daemon.control import LINE_BYTES
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.inbox import Focused, Request
from gesturectl.daemon.messages import Recognised, Tried
from gesturectl.daemon.why import KEPT
from gesturectl.desktop.base import App
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import GesturectlError, UsageError
from gesturectl.recognition.attempts import Attempt, Verdict
from gesturectl.recognition.rules import RULES
from gesturectl.types import Phase

TAP = KeysAction((("right",),))


class Bench:
    """An engine that hears of attempts."""

    def __init__(self, **actions):
        self.now_s, self.reports, self.refusals = 50.0, [], []
        self.plans = FakePlans(**actions)
        self.engine = Engine(
            self.plans, RecordingInjector(), self.reports.append, dry_run=True, clock=lambda: self.now_s,
            tell_refusal=self.refusals.append,
        )  # fmt: skip

    def refuse(self, gesture, t_ms, rule="agreed"):
        self.engine.handle(Tried(attempt(gesture, t_ms, rule)))

    def fire(self, gesture, t_ms):
        self.engine.handle(Tried(attempt(gesture, t_ms, None)))
        self.engine.handle(Recognised(event(gesture, t_ms)))

    def why(self, **arguments):
        import queue

        reply = queue.SimpleQueue()
        self.engine.handle(Request("why", arguments, reply))
        answer = reply.get_nowait()
        if isinstance(answer, GesturectlError):
            raise answer
        return answer


def attempt(gesture, t_ms, refused_by):
    verdicts = tuple(Verdict(r.name, f"{r.name} says no" if r.name == refused_by else None) for r in RULES)
    return Attempt(gesture, "right", t_ms, 100, 0.9, 0.8, 0.5, 0.9, refused_by is None, verdicts)


def test_a_refusal_is_told_with_the_rule_and_never_reaches_a_binding():
    bench = Bench(wave=TAP)
    bench.engine.handle(Focused(App(wm_class="firefox")))
    bench.refuse("wave", 1000)
    bench.now_s += 3
    (one,) = bench.why()["candidates"]
    assert (one["gesture"], one["fired"], one["rule"], one["reason"]) == ("wave", False, "agreed", "agreed says no")
    assert (one["ago_s"], one["app"], one["profile"], one["action"]) == (3.0, "firefox", "default", None)
    assert bench.reports == []
    assert [refused.gesture for refused in bench.refusals] == ["wave"]


def test_what_fires_is_told_with_what_was_done_or_why_nothing_was():
    bench = Bench(wave=TAP)
    bench.plans.tuning = {"cooldown_ms": 5000}
    bench.fire("wave", 1000)
    bench.fire("fist", 1500)
    bench.engine.handle(Recognised(event("wave", 1600, Phase.END)))
    bench.fire("wave", 2000)
    told = [(one["gesture"], one["action"], one["reason"]) for one in bench.why()["candidates"]]
    assert told == [
        ("wave", "press Right", None),
        ("fist", None, "nothing is bound"),
        ("wave", None, "cooling down for another 4000 ms"),
    ]
    assert bench.refusals == []


def test_what_must_be_held_is_told_when_it_is_known_what_came_of_it():
    bench = Bench(fist=TAP)
    bench.plans.tuning = {"hold_ms": 500}
    bench.fire("fist", 1000)
    assert bench.why()["candidates"][0]["number"] is None
    assert bench.why(after=0)["candidates"] == []
    bench.engine.advance(1500)
    (one,) = bench.why(after=0)["candidates"]
    assert (one["action"], one["number"]) == ("press Right", 1)
    assert bench.why(after=1)["candidates"] == []


def test_the_newest_are_kept_and_any_answer_fits_a_line():
    bench = Bench()
    for number in range(100):
        bench.refuse("swipe_left", number)
    answer = bench.why()
    assert [one["t_ms"] for one in answer["candidates"]] == list(range(100 - KEPT, 100))
    assert [one["t_ms"] for one in bench.why(last=2)["candidates"]] == [98, 99]
    assert answer["newest"] == 100
    assert len(json.dumps(answer)) < LINE_BYTES


@pytest.mark.parametrize("arguments", [{"last": 0}, {"last": "x"}, {"after": 1.5}, {"last": True}])
def test_nonsense_is_refused(arguments):
    with pytest.raises(UsageError):
        Bench().why(**arguments)
