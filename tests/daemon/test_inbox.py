"""The engine's one way in."""

import queue
import threading

import pytest

from gesturectl.daemon.inbox import Focused, Inbox, Request
from gesturectl.daemon.panic import Panicked
from gesturectl.desktop.base import App
from gesturectl.errors import DaemonError, UsageError


def test_messages_are_taken_in_the_order_in_which_they_came():
    inbox = Inbox()
    for name in ("a", "b"):
        inbox.post(Focused(App(wm_class=name)))
    assert [inbox.wait(0).app.wm_class for _ in range(2)] == ["a", "b"]
    with pytest.raises(queue.Empty):
        inbox.wait(0)


@pytest.mark.parametrize(
    ("message", "stops"),
    [(Panicked("Esc"), True), (Request("pause", {}, queue.SimpleQueue()), True), (Focused(App()), False)],
)
def test_that_everything_is_to_stop_is_known_before_the_message_is_taken(message, stops):
    inbox = Inbox()
    inbox.post(message)
    assert inbox.stop_asked() is stops
    inbox.taken(inbox.wait(0))
    assert not inbox.stop_asked()


def test_the_end_wakes_whoever_waits_and_is_known_for_good():
    inbox = Inbox()
    inbox.end()
    inbox.taken(inbox.wait(0))
    assert inbox.stop_asked()


@pytest.mark.parametrize("answer", [{"state": "watching"}, UsageError("profile", "there is none", "Name another.")])
def test_an_answer_or_a_refusal_comes_back_to_who_asked(answer):
    inbox = Inbox()
    thread = threading.Thread(target=lambda: inbox.wait(3).reply.put(answer))
    thread.start()
    if isinstance(answer, dict):
        assert inbox.ask("status", {}, 3) == answer
    else:
        with pytest.raises(UsageError, match="there is none"):
            inbox.ask("profile", {"name": "x"}, 3)
    thread.join(3)


def test_an_engine_that_does_not_answer_is_busy():
    with pytest.raises(DaemonError, match="busy"):
        Inbox().ask("status", {}, 0.01)
