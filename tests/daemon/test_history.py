"""What fired lately."""

from gesturectl.daemon.history import History
from gesturectl.daemon.performer import Report
from gesturectl.types import GestureEvent, Phase


def report(phase: Phase = Phase.BEGIN, t_ms: int = 100) -> Report:
    return Report(GestureEvent("wave", "right", phase, 0.9, t_ms), "press Left")


def test_beginnings_are_kept_with_the_app():
    history = History(clock=lambda: 12.0)
    history.note(report(), "firefox")
    history.note(report(Phase.END, 200), "firefox")
    (entry,) = history.entries
    assert (entry.gesture, entry.app, entry.action, entry.at_s, entry.number) == (
        "wave",
        "firefox",
        "press Left",
        12,
        1,
    )


def test_it_doesnt_grow_for_ever_and_numbers_go_on():
    history = History()
    for t_ms in range(2000):
        history.note(report(t_ms=t_ms), "")
    assert len(history.entries) <= 500
    assert history.entries[-1].number == 2000


def test_an_entry_is_found_by_its_event():
    history = History()
    history.note(report(t_ms=1), "")
    history.note(report(t_ms=2), "")
    assert history.find(report(t_ms=1).event).t_ms == 1
    assert history.find(report(t_ms=3).event) is None
    assert history.find(report(Phase.END, 1).event) is None
