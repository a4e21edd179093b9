"""The panic chord: which one is waited for, what is told of it, and that it stops everything."""

import queue
import threading

import pytest
from eventually import eventually

from gesturectl.daemon.panic import PanicChord, Panicked, PanicKey
from gesturectl.desktop.base import HotKey
from gesturectl.desktop.select import NoHotKeyError
from gesturectl.errors import DesktopError
from gesturectl.keys import describe


class FakeKey(HotKey):
    """A keyboard on which `press` presses the chord."""

    name = "fake"

    def __init__(self, chord):
        self.chord, self.closed = chord, threading.Event()
        self.pressed = None

    @classmethod
    def rank(cls):
        return 0

    def watch(self, pressed):
        self.pressed = pressed
        self.closed.wait()

    def close(self):
        self.closed.set()


class Waiting:
    """A chord that is waited for, as the daemon does."""

    def __init__(self, text, refusal=None):
        self.text, self.refusal = text, refusal
        self.keys, self.told = [], queue.Queue()
        self.stopping = threading.Event()
        self.panic = PanicKey(lambda: self.text, self.open, self.told.put)
        self.thread = threading.Thread(target=self.panic.run, args=(self.stopping,), daemon=True)

    def open(self, chord):
        if self.refusal is not None:
            raise self.refusal
        self.keys.append(FakeKey(chord))
        return self.keys[-1]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.panic.renew()
        self.thread.join(2)
        assert not self.thread.is_alive()

    def next(self):
        return self.told.get(timeout=3)


def test_a_press_is_told_at_once():
    with Waiting("Ctrl+Alt+Super+Esc") as waiting:
        assert waiting.next() == PanicChord("Ctrl+Alt+Super+Esc")
        assert eventually(lambda: waiting.keys[0].pressed)
        waiting.keys[0].pressed()
        assert waiting.next() == Panicked("Ctrl+Alt+Super+Esc")
    assert waiting.keys[0].closed.is_set()


def test_another_chord_takes_its_place_at_once():
    with Waiting("Ctrl+Alt+Super+Esc") as waiting:
        waiting.next()
        waiting.text = "Pause"
        waiting.panic.renew()
        assert waiting.next() == PanicChord("Pause")
        assert [describe(key.chord) for key in waiting.keys] == ["Ctrl+Alt+Super+Esc", "Pause"]
        assert waiting.keys[0].closed.is_set()


def test_it_can_be_switched_off_and_on():
    with Waiting("") as waiting:
        assert waiting.next() == PanicChord("none (switched off)")
        assert waiting.keys == []
        waiting.text = "Pause"
        waiting.panic.renew()
        assert waiting.next() == PanicChord("Pause")


@pytest.mark.parametrize(
    ("refusal", "level"),
    [
        (DesktopError("panic chord", "another program has Pause for itself"), "WARNING"),
        (NoHotKeyError("panic chord", "this is Wayland"), "INFO"),
    ],
)
def test_why_there_is_none_is_told_once(refusal, level, caplog):
    caplog.set_level("INFO")
    with Waiting("Pause", refusal) as waiting:
        assert waiting.next().words == f"none ({refusal.fact})"
        for _ in range(3):
            waiting.panic.renew()
        waiting.refusal = None
        waiting.panic.renew()
        assert waiting.next() == PanicChord("Pause")
    assert [one.levelname for one in caplog.records if refusal.fact in one.message] == [level]


def test_it_ends_even_if_told_before_it_began():
    waiting = Waiting("Pause")
    waiting.stopping.set()
    waiting.panic.renew()
    with waiting:
        pass
    assert waiting.keys == []
