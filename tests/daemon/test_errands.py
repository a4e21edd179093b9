"""Errands that may take their time, away from whoever gives them."""

import threading

from daemon_fakes import eventually

from gesturectl.daemon.errands import Errands
from gesturectl.errors import DesktopError


def test_an_errand_runs_elsewhere_and_in_order_and_failures_are_reported():
    reports, done = [], []
    errands = Errands(reports.append)

    def fail():
        raise DesktopError("lamp", "it is broken")

    errands.give("first", lambda: done.append(threading.current_thread().name))
    errands.give("second", fail)
    errands.give("third", lambda: done.append("third"))
    eventually(lambda: len(done) == 2)
    assert done == ["gesturectl-errands", "third"]
    assert reports == ["lamp: it is broken"]


def test_a_server_that_hangs_delays_nobody_and_doesnt_pile_up_errands():
    reports, release, done = [], threading.Event(), []
    errands = Errands(reports.append)
    errands.give("slow", lambda: release.wait(10))
    for number in range(20):
        errands.give(f"number {number}", lambda number=number: done.append(number))
    assert reports, "the last ones are left out, and said so"
    assert "still wait for an answer" in reports[-1]
    release.set()
    eventually(lambda: len(done) >= 15)
    assert done == sorted(done)
