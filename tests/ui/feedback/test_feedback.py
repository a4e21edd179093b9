"""A sound and a label for those who want them."""

import io
import threading
import wave

import numpy as np
import pytest
from eventually import eventually

from gesturectl.daemon.broadcast import Broadcast, SettingsChanged
from gesturectl.daemon.performer import Report
from gesturectl.desktop.base import Unavailable
from gesturectl.errors import DesktopError
from gesturectl.settings import Settings
from gesturectl.types import GestureEvent, Phase
from gesturectl.ui.feedback import feedback, overlay, sound
from gesturectl.ui.feedback.feedback import Feedback
from gesturectl.ui.feedback.label import draw_label
from gesturectl.ui.feedback.sound import RATE_HZ, Sound, tick


def report(gesture="fist", action="press Space", phase=Phase.BEGIN):
    return Report(GestureEvent(gesture, "right", phase, 0.9, 0), action, "" if action else "nothing is bound")


class FakeOverlay:
    """Writes down what it shows."""

    fails = False

    def __init__(self):
        self.done = []
        shown.append(self)

    def show(self, picture):
        if self.fails:
            raise DesktopError("X display", "it is gone")
        self.done.append("show")

    def hide(self):
        self.done.append("hide")

    def close(self):
        self.done.append("close")


shown: list[FakeOverlay] = []


@pytest.fixture
def running(tmp_path, monkeypatch):
    """Starts feedback with settings; gives its broadcast and how often a sound was played."""
    shown.clear()
    played = []
    monkeypatch.setattr(feedback, "Overlay", FakeOverlay)
    monkeypatch.setattr(overlay, "unavailable", lambda: None)
    monkeypatch.setattr(sound, "unavailable", lambda: None)
    monkeypatch.setattr(Sound, "play", lambda self: played.append(1))
    monkeypatch.setattr(feedback, "_SHOWN_S", 0.05)
    ends = []

    def start(**settings):
        broadcast, stopping = Broadcast(), threading.Event()
        thread = threading.Thread(target=Feedback(broadcast, Settings(**settings), tmp_path).run, args=(stopping,))
        thread.start()
        ends.append((stopping, thread))
        assert eventually(lambda: broadcast.wanted(Report))
        return broadcast, played

    yield start
    for stopping, thread in ends:
        stopping.set()
        thread.join(5)
        assert not thread.is_alive()


def test_nothing_is_shown_or_played_unless_it_is_wanted(running):
    broadcast, played = running()
    broadcast.publish(report())
    broadcast.publish(SettingsChanged(Settings(sound=True)))
    broadcast.publish(report())
    assert eventually(lambda: played == [1])
    assert shown == []


def test_a_label_comes_and_goes(running):
    broadcast, _ = running(overlay=True)
    broadcast.publish(report())
    assert eventually(lambda: shown and shown[0].done == ["show", "hide"])
    broadcast.publish(SettingsChanged(Settings()))
    assert eventually(lambda: shown[0].done[-1] == "close")


def test_only_beginnings_that_did_something_are_told(running):
    broadcast, played = running(sound=True)
    broadcast.publish(report(action=None))
    broadcast.publish(report(phase=Phase.REPEAT))
    broadcast.publish(report(phase=Phase.END))
    broadcast.publish(report())
    assert eventually(lambda: played == [1])


def test_an_x_server_that_goes_away_is_told_once_and_tried_again(running, monkeypatch, caplog):
    monkeypatch.setattr(FakeOverlay, "fails", True)
    broadcast, _ = running(overlay=True)
    for _ in range(3):
        broadcast.publish(report())
    assert eventually(lambda: len(shown) == 3)
    assert caplog.text.count("it is gone") == 1


def test_a_desktop_that_cant_show_it_says_why_once(running, monkeypatch, caplog):
    monkeypatch.setattr(overlay, "unavailable", lambda: Unavailable("Wayland forbids it", "Look at the icon."))
    broadcast, played = running(overlay=True, sound=True)
    for _ in range(2):
        broadcast.publish(report())
    assert eventually(lambda: len(played) == 2)
    assert caplog.text.count("Wayland forbids it") == 1
    assert shown == []


@pytest.mark.parametrize(
    ("system", "display", "wayland", "words"),
    [
        ("Linux", ":0", "wayland-0", "Wayland"),
        ("Linux", "", "", "no display"),
        ("Darwin", "", "", "isn't built"),
        ("Windows", "", "", "isn't built"),
    ],
)
def test_where_no_label_can_be_shown_the_reason_is_known(monkeypatch, system, display, wayland, words):
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    why = overlay.unavailable()
    assert why is not None
    assert words in why.reason


def test_the_sound_is_short_quiet_and_ends_in_silence():
    with wave.open(io.BytesIO(tick())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    assert 0.05 < len(samples) / RATE_HZ < 0.2
    assert 0.1 < np.abs(samples).max() < 0.3
    assert np.abs(samples[[0, -1]]).max() < 0.01


def test_the_player_gets_the_sound_as_a_file(tmp_path, monkeypatch):
    player = tmp_path / "player"
    player.write_text(f'#!/bin/sh\nhead -c 4 "$1" > {tmp_path / "heard"}\n')
    player.chmod(0o755)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(sound, "_player", lambda: str(player))
    Sound(tmp_path / "state").play()
    assert eventually(lambda: (tmp_path / "heard").exists() and (tmp_path / "heard").read_bytes() == b"RIFF")


def test_a_label_is_as_wide_as_its_words_and_never_huge():
    short, long = draw_label("fist", "press Space"), draw_label("fist", "type " + "very " * 200)
    assert short.dtype == np.uint8
    assert short.shape[2] == 3
    assert short.shape[1] < long.shape[1] < 800
    assert short.shape[0] == long.shape[0] < 90
    assert draw_label("salut 👋\n", "").shape[0] == short.shape[0]
