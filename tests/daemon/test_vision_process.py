"""Keeping a process of vision alive: processes that die, hang, and talk nonsense, for real."""

import logging
import os
import signal
import sys
import textwrap
import time

import pytest
from daemon_fakes import eventually

from gesturectl import crashes
from gesturectl.capture.devices import Problem
from gesturectl.capture.retry import BackOff
from gesturectl.daemon.messages import Begin, BrokeOff, CameraChanged, CameraState, Looked, Started
from gesturectl.daemon.vision_process import VisionProcess
from gesturectl.errors import DaemonError, ModelError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")

CHILD = """
import io, os, sys, time, threading
from gesturectl.daemon.messages import *
from gesturectl.daemon.vision_child import ORDERS
from gesturectl.daemon.wire import Channel
channel = Channel(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"), ORDERS)
orders = iter(channel)
begin = next(orders)
if len(sys.argv) < 2 or sys.argv[1] != "early":
    channel.send(Ready("toy tracker", "toy model", ("wave",), "a paper box"))
def beat():
    while True:
        time.sleep(0.05)
        channel.send(Pulse("", 0.0))
"""
WORKS = (
    CHILD
    + """
threading.Thread(target=beat, daemon=True).start()
channel.send(CameraChanged(CameraState.WATCHING, "paused" if begin.paused else "toy camera"))
channel.send(Looked(1, frames=1))
for order in orders:
    channel.send(Warned(repr(order)))
"""
)


class Kept:
    """A process that is kept alive; `scripts` are what it runs, the last one again and again."""

    def __init__(self, tmp_path, *scripts):
        self.heard, self.warned = [], []
        for number, script in enumerate(scripts):
            (tmp_path / f"{number}.py").write_text(textwrap.dedent(script))
        count = tmp_path / "count"
        count.write_text("0")
        starter = (
            f"import pathlib, runpy, sys; c = pathlib.Path({str(count)!r}); n = int(c.read_text()); "
            f"c.write_text(str(n + 1)); runpy.run_path({str(tmp_path)!r} + f'/{{min(n, {len(scripts) - 1})}}.py')"
        )
        self.source = "auto"
        self.vision = VisionProcess(
            lambda: Begin(self.source, False, "onnx", None, True),
            self.warned.append,
            command=[sys.executable, "-c", starter],
            back_off=BackOff(10, 50),
        )

    def __enter__(self):
        self.vision.start()
        return self

    def __exit__(self, *_):
        self.vision.stop()
        assert self.vision.join(1)
        for started in self.of(Started):
            with pytest.raises(ProcessLookupError):
                os.kill(started.pid, 0)

    def listen(self):
        self.vision.connect(self.heard.append)
        return self

    def of(self, kind):
        return [message for message in self.heard if isinstance(message, kind)]

    def lost(self):
        return [str(m.trouble) for m in self.of(CameraChanged) if m.state is CameraState.LOST]


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    monkeypatch.setattr("gesturectl.daemon.vision_process._LOOK_S", 0.05)
    monkeypatch.setattr("gesturectl.daemon.vision_process._SILENT_LOOKS", 20)


def test_what_was_told_before_anybody_listened_is_told_then(tmp_path):
    with Kept(tmp_path, WORKS) as kept:
        assert kept.vision.ready(20).gestures == ("wave",)
        assert eventually(lambda: kept.vision._early[-1:] and isinstance(kept.vision._early[-1], Looked))
        kept.listen()
        assert kept.of(Started)[0].ready.boxed == "a paper box"
        assert kept.of(CameraChanged)[0].description == "toy camera"


def test_orders_arrive_and_are_given_again_to_the_next_process(tmp_path):
    with Kept(tmp_path, WORKS).listen() as kept:
        kept.vision.ready(20)
        kept.vision.point(True)
        assert eventually(lambda: kept.warned == ["Switch(what='point', on=True)"])
        kept.vision.point(True)
        kept.vision.pause()
        assert eventually(lambda: kept.warned[-1] == "Pause()")
        os.kill(kept.of(Started)[0].pid, signal.SIGKILL)
        assert eventually(lambda: len(kept.of(Started)) == 2, 20)
        assert eventually(lambda: kept.of(CameraChanged)[-1].description == "paused")
        assert eventually(lambda: kept.warned[-1] == "Switch(what='point', on=True)")
        assert kept.warned.count("Pause()") == 1, "it is told with the first order"


def test_a_killed_process_is_lost_with_the_reason_and_started_again(tmp_path):
    with Kept(tmp_path, WORKS).listen() as kept:
        kept.vision.ready(20)
        for number in range(3):
            assert eventually(lambda n=number: len(kept.of(Started)) == n + 1, 20)
            os.kill(kept.of(Started)[-1].pid, signal.SIGKILL)
            assert eventually(lambda n=number: len(kept.lost()) == n + 1)
        assert eventually(lambda: [s.restarts for s in kept.of(Started)] == [0, 1, 2, 3], 20)
    assert "SIGKILL" in kept.lost()[0]
    assert len(kept.of(BrokeOff)) == 3


def test_a_process_that_stands_still_is_ended_and_started_again(tmp_path):
    with Kept(tmp_path, WORKS).listen() as kept:
        kept.vision.ready(20)
        os.kill(kept.of(Started)[0].pid, signal.SIGSTOP)
        assert eventually(lambda: len(kept.of(Started)) == 2, 20)
    assert "no longer answered" in kept.lost()[0]


def test_a_call_that_never_ends_costs_a_new_process(tmp_path):
    hangs = (
        CHILD
        + """
    for for_s in (1.0, 4.0, 9.0):
        channel.send(Pulse("reading", for_s))
    time.sleep(60)
    """.replace("\n    ", "\n")
    )
    with Kept(tmp_path, hangs, WORKS).listen() as kept:
        assert eventually(lambda: len(kept.of(Started)) == 2, 20)
    assert kept.lost()[0].startswith("camera: reading hasn't come to an end for 9 s")


def test_nonsense_from_the_process_ends_it(tmp_path):
    nonsense = CHILD + "os.write(1, b'\\x05\\0\\0\\0\\0\\0\\0\\0hello')\ntime.sleep(60)\n"
    with Kept(tmp_path, nonsense, WORKS).listen() as kept:
        assert eventually(lambda: len(kept.of(Started)) == 2, 20)
    assert "can't be read" in kept.lost()[0]


def test_what_it_logs_is_logged_here(tmp_path, caplog):
    logs = CHILD + "channel.send(Logged(30, 'gesturectl.landmarks', 'a palm'))\nchannel.send(Logged(40, 'os', 'x'))\n"
    logs += WORKS.removeprefix(CHILD)
    with caplog.at_level(logging.INFO, "gesturectl"), Kept(tmp_path, logs).listen() as kept:
        kept.vision.ready(20)
        assert eventually(lambda: len([r for r in caplog.records if r.name.startswith("gesturectl.landmarks")]) == 1)
        assert eventually(lambda: any(r.name == "gesturectl" and r.message == "x" for r in caplog.records))


def test_a_model_that_can_t_be_loaded_is_that_error_here(tmp_path):
    fails = CHILD.replace('"early"', '""') + ""
    fails = fails.replace('channel.send(Ready("toy tracker", "toy model", ("wave",), "a paper box"))', "pass")
    fails += "channel.send(Failed('ModelError', Trouble('x.onnx', 'it is damaged', 'Reinstall it.')))\n"
    with Kept(tmp_path, fails) as kept, pytest.raises(ModelError, match="it is damaged") as raised:
        kept.vision.ready(20)
    assert raised.value.exit_code == 5


def test_a_process_that_dies_at_once_is_an_error_with_a_remedy(tmp_path):
    with Kept(tmp_path, "raise SystemExit(3)") as kept, pytest.raises(DaemonError, match="doctor"):
        kept.vision.ready(20)


def test_stopping_ends_a_process_that_ignores_it(tmp_path):
    deaf = CHILD + "threading.Thread(target=beat, daemon=True).start()\ntime.sleep(60)\n"
    with Kept(tmp_path, deaf).listen() as kept:
        kept.vision.ready(20)
        kept.vision.stop()
        began_s = time.monotonic()
        assert kept.vision.join(0.2)
        assert time.monotonic() - began_s < 5


def test_what_it_reports_of_its_mistakes_and_what_a_crash_of_native_code_leaves_is_kept_here(tmp_path):
    crashes_itself = """
from pathlib import Path
from gesturectl.crashes import native_crashes
with native_crashes(Path(sys.argv[1]), "vision"):
    for number in range(9):
        channel.send(Crashed(f"look {number}", "frames\\nValueError: of the toy\\x1b[2J"))
    os.kill(os.getpid(), 11)
"""
    crashes.keep_in(tmp_path / "state")
    kept = Kept(tmp_path, CHILD + crashes_itself, WORKS)
    try:
        with kept.listen():
            assert eventually(lambda: kept.of(Started) and kept.of(Started)[-1].restarts == 1)
            found = {path.name.rpartition("-")[0]: path for path in crashes.newest(tmp_path / "state")}
    finally:
        crashes.keep_in(None)
    assert set(found) == {"vision-native", "vision-look-0", "vision-look-1", "vision-look-2"}
    assert "Fatal Python error: Segmentation fault" in found["vision-native"].read_text()
    assert "\x1b" not in found["vision-look-0"].read_text()


NAMED = WORKS.replace(
    'channel.send(CameraChanged(CameraState.WATCHING, "paused" if begin.paused else "toy camera"))',
    'channel.send(CameraChanged(CameraState.WATCHING, f"known as {begin.known!r}", name="Toy Cam"))',
)


def test_the_next_process_knows_what_the_camera_is_called(tmp_path):
    with Kept(tmp_path, NAMED).listen() as kept:
        assert eventually(lambda: len(kept.of(CameraChanged)) == 1, 20)
        os.kill(kept.of(Started)[0].pid, signal.SIGKILL)
        assert eventually(lambda: len(kept.of(Started)) == 2, 20)
        assert eventually(lambda: kept.of(CameraChanged)[-1].description == "known as 'Toy Cam'")


def test_another_source_is_not_looked_for_under_the_name_of_the_last(tmp_path):
    with Kept(tmp_path, NAMED).listen() as kept:
        assert eventually(lambda: len(kept.of(CameraChanged)) == 1, 20)
        kept.source = "3"
        kept.vision.reopen()
        assert eventually(lambda: kept.warned == ["Reopen(source='3', mirrored=False)"])
        kept.source = "http://10.0.0.9/video"
        kept.vision.reopen()
        assert eventually(lambda: len(kept.of(Started)) == 2, 20)
        assert eventually(lambda: kept.of(CameraChanged)[-1].description == "known as ''")


def test_a_camera_that_needs_the_network_gets_a_process_of_its_own_and_so_does_the_next_without(tmp_path):
    with Kept(tmp_path, WORKS).listen() as kept:
        kept.vision.ready(20)
        for number, source in enumerate(("http://10.0.0.9/video", "0"), 1):
            kept.source = source
            kept.vision.reopen()
            assert eventually(lambda n=number: len(kept.of(Started)) == n + 1, 20)
            assert kept.vision._child.begin.source == source
            assert kept.lost()[-1] == "camera: another one is wanted. It is being opened."
        kept.source = "1"
        kept.vision.reopen()
        assert eventually(lambda: kept.warned == ["Reopen(source='1', mirrored=False)"])
    assert len(kept.of(Started)) == 3, "the same rights do"


def test_who_holds_a_busy_camera_is_seen_from_outside_the_box(tmp_path, monkeypatch):
    lost = WORKS.replace(
        "channel.send(Looked(1",
        'channel.send(CameraChanged(CameraState.LOST, "", Trouble("camera 7", "silent", "Try."), "", 7))\n'
        "channel.send(Looked(1",
    )
    asked = []

    def who_uses(index, but):
        asked.append((index, but))
        return Problem("in use by zoom (pid 4711)", "Close that program")

    monkeypatch.setattr("gesturectl.daemon.vision_process.who_uses", who_uses)
    with Kept(tmp_path, lost).listen() as kept:
        assert eventually(lambda: kept.lost(), 20)
        assert kept.lost()[0] == "camera 7: in use by zoom (pid 4711). Close that program"
        assert asked == [(7, (kept.of(Started)[0].pid,))]
