"""One daemon a user."""

import multiprocessing
import os
import signal
import sys
import time

import pytest

from gesturectl.daemon.instance import SingleInstance
from gesturectl.errors import DaemonError


def test_a_second_one_is_refused_and_told_the_first_one_s_process(tmp_path):
    path = tmp_path / "lock"
    with SingleInstance(path), pytest.raises(DaemonError, match=str(os.getpid())), SingleInstance(path):
        pass


def test_it_leaves_nothing_behind_and_can_be_had_again(tmp_path):
    path = tmp_path / "lock"
    for _ in range(2):
        with SingleInstance(path):
            assert path.read_text().strip() == str(os.getpid())
        assert not path.exists()


def test_what_a_crash_left_behind_doesn_t_matter(tmp_path):
    path = tmp_path / "lock"
    path.write_text("999999999 and more\n")
    with SingleInstance(path):
        assert path.read_text() == f"{os.getpid()}\n"


def _hold(path, ready):
    with SingleInstance(path):
        ready.set()
        time.sleep(60)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_a_killed_process_no_longer_holds_it(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_hold, args=(tmp_path / "lock", ready))
    process.start()
    assert ready.wait(20)
    with pytest.raises(DaemonError, match=str(process.pid)), SingleInstance(tmp_path / "lock"):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.join(5)
    with SingleInstance(tmp_path / "lock"):
        pass
