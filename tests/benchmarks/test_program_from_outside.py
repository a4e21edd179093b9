"""Programs seen from outside, and the camera they are shown."""

import subprocess
import sys

import pytest

from gesturectl.benchmarks.clips import Clip
from gesturectl.benchmarks.processes import cpu_s, family, memory_mb, role
from gesturectl.benchmarks.scale import growth
from gesturectl.benchmarks.stand import camera_showing
from gesturectl.benchmarks.started import HOLDS_A_KEY, PROFILE, STARTS_TRUE
from gesturectl.capture.stream import StreamCamera
from gesturectl.desktop.base import App
from gesturectl.profiles.load import load
from gesturectl.profiles.resolve import Resolver
from gesturectl.recognition.vocabulary import STARTER

_PARENT = """
import subprocess, sys, time
code = "import time; x = bytearray(30_000_000); print(1, flush=True); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", code])
time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_a_family_is_a_program_and_all_it_started():
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE)
    try:
        assert parent.stdout.readline() == b"1\n"  # the child has its memory
        pids = family(parent.pid)
        assert pids[0] == parent.pid
        assert len(pids) == 2
        pss, rss = memory_mb(pids)
        assert 30 < pss <= rss
        assert memory_mb(pids[:1])[0] < pss
        assert cpu_s(pids) > 0
    finally:
        for pid in reversed(family(parent.pid)):
            subprocess.run(["kill", str(pid)], check=True)
        parent.wait()


def test_what_is_gone_takes_nothing():
    assert memory_mb([2**22 + 1]) == (0.0, 0.0)
    assert cpu_s([2**22 + 1]) == 0.0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_the_processor_time_of_another_process_is_what_it_says_itself():
    code = "import time\nwhile time.process_time() < 0.2: pass\nprint(time.process_time(), flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    told_s = float(process.stdout.readline())
    assert told_s <= cpu_s([process.pid]) < told_s + 0.1
    process.communicate(b"\n")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_each_of_our_processes_is_called_what_it_is_for():
    words = (("gesturectl.daemon.vision_child", "vision"), ("gesturectl.cli", "control"))
    for module, what in words:
        command = [sys.executable, "-c", "print(flush=True); input()", module]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdout.readline()
        try:
            assert role(process.pid) == what
        finally:
            process.communicate(b"\n")
    assert role(2**22 + 1) == "control"


def test_the_camera_shows_the_clip_to_whoever_connects():
    import cv2
    import numpy as np

    pictures = tuple(bytes(cv2.imencode(".jpg", np.full((48, 64, 3), level, np.uint8))[1]) for level in (20, 120, 220))
    with camera_showing(Clip("three greys", pictures)) as url:
        camera = StreamCamera(url)
        levels = set()
        for _ in range(6):
            camera.grab()
            levels.add(round(float(camera.retrieve().image.mean()) / 100))
        camera.close()
    assert levels == {0, 1, 2}


@pytest.mark.parametrize("does", [STARTS_TRUE, HOLDS_A_KEY])
def test_the_profile_that_programs_are_measured_with_has_no_mistakes(tmp_path, does):
    (tmp_path / "bench.toml").write_text(PROFILE.format(action=does))
    resolver = Resolver(load([tmp_path], STARTER))
    assert resolver.resolve("swipe_left", "right", App()).binding.action.describe() in ("run true", "hold Right")


def test_growth_is_the_power_of_n():
    assert growth([10, 100], [3.0, 30.0]) == pytest.approx(1.0)
    assert growth([10, 100], [5.0, 5.0]) == pytest.approx(0.0)
    assert growth([1, 10, 100], [9.0, 1.0, 100.0]) == pytest.approx(2.0)
