"""Faults of the camera and the whole program: each is told with what to do, got over by itself, and fires nothing.

`python scripts/measure_camera.py` tells how quickly, and makes the table in docs/reliability.md.
"""

import sys
import time

import pytest
from camera_faults import (
    LOCAL,
    LOCAL_TOO,
    NETWORK,
    NETWORK_TOO,
    POSE,
    Bench,
    Machine,
    is_well,
    suffer_local,
    suffer_network,
)
from faulty_camera import Fault, FaultyCamera

from gesturectl.daemon.boxing.box import offered

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts threads and files in /proc")


@pytest.fixture(scope="module")
def network(make_user, tmp_path_factory):
    """The program before a network camera, in front of which a pose stands."""
    with FaultyCamera() as camera:
        bench = Bench.start(make_user(tmp_path_factory.mktemp("network")), camera.url)
        bench.until(lambda status: status["hands"] == ["right"])
        camera.hold(POSE)
        bench.until(lambda status: (status["last_event"] or {}).get("gesture") == POSE)
        yield bench, camera
        assert "Traceback" not in bench.quit()


@pytest.fixture(scope="module")
def local(make_user, tmp_path_factory):
    """The program before a local camera, in front of which a pose stands."""
    user = make_user(tmp_path_factory.mktemp("local"))
    machine = Machine(user)
    machine.plug_in(0, "Integrated Camera")
    machine.plug_in(2, "Toy Cam")
    bench = Bench.start(user, "2")
    bench.until(lambda status: (status["last_event"] or {}).get("gesture") == POSE)
    yield bench, machine
    assert "Traceback" not in bench.quit()


def slowly(cases):
    return [pytest.param(case, marks=pytest.mark.slow, id=f"{case.fault} {case.lasts_s:g} s") for case in cases]


def named(cases):
    return [pytest.param(case, id=str(case.fault)) for case in cases]


def check(told, outcome):
    assert outcome.fired == []
    assert outcome.restarts >= told.restarts
    if not told.restarts:
        assert outcome.restarts == 0
    assert ". " in outcome.reason or ": " in outcome.reason or not told.words, "there is a remedy"


@pytest.mark.parametrize("told", [*named(NETWORK), *slowly(NETWORK_TOO)])
def test_a_fault_of_a_network_camera(network, told):
    check(told, suffer_network(*network, told))


@pytest.mark.parametrize("told", [*named(LOCAL), *slowly(LOCAL_TOO)])
def test_a_fault_of_a_local_camera(local, told):
    check(told, suffer_local(*local, told))


def test_a_local_camera_comes_back_under_another_index_while_another_takes_its_own(local):
    bench, machine = local
    bench.settle()
    begun = list(bench.begun)
    machine.unplug(2)
    bench.until(lambda status: "no such camera" in status["reason"])
    machine.plug_in(2, "Other Cam")
    bench.until(lambda status: "“Other Cam” has its place" in status["reason"])
    machine.plug_in(5, "Toy Cam")
    bench.until(lambda status: is_well(status) and status["camera"].startswith("Toy Cam (5)"))
    for index in (2, 5):
        machine.unplug(index)
    machine.plug_in(2, "Toy Cam")
    bench.until(lambda status: is_well(status) and status["camera"].startswith("Toy Cam (2)"))
    bench.settle()
    time.sleep(1)
    assert bench.begun == begun


def test_many_losses_leave_no_thread_and_no_file_behind(network):
    bench, camera = network
    bench.settle()
    before, begun = bench.usage(), list(bench.begun)
    for _ in range(4):
        camera.fault = Fault.GONE
        bench.until(lambda status: status["state"] == "waiting for the camera")
        camera.fault = Fault.NONE
        bench.settle()
    time.sleep(1)
    after = bench.usage()
    assert after.threads <= before.threads
    assert all(now <= then + 2 for now, then in zip(after.files, before.files, strict=True)), (before, after)
    assert bench.begun == begun


def test_a_computer_that_was_suspended_goes_on_as_if_nothing_had_been(network):
    bench, _ = network
    bench.settle()
    restarts, begun = bench.status()["vision"]["restarts"], list(bench.begun)
    bench.stop_for(9)
    bench.settle()
    time.sleep(1)
    assert bench.status()["vision"]["restarts"] == restarts
    assert bench.begun == begun


@pytest.mark.slow
@pytest.mark.parametrize("fps", [15, 60, 5])
def test_gestures_are_recognised_at_other_rates(network, fps):
    bench, camera = network
    camera.fault = Fault.GONE
    camera.play(0, 200)  # nobody is there
    bench.until(lambda status: status["state"] == "waiting for the camera")
    camera.fps = fps
    camera.fault = Fault.NONE
    bench.until(lambda status: is_well(status) and not status["hands"])
    time.sleep(2.5)  # a hand that comes now wasn't there when watching began again
    begun = len(bench.begun)
    camera.hold(POSE)
    bench.until(lambda status: POSE in bench.begun[begun:])
    camera.let_go(POSE)
    time.sleep(2.5)
    if fps > 5:
        camera.make("swipe_left")
        bench.until(lambda status: "swipe_left" in bench.begun[begun:])
        assert bench.begun[begun:] == [POSE, "swipe_left"]
    else:
        assert bench.begun[begun:] == [POSE]


def test_another_camera_by_a_setting_gets_a_process_with_the_rights_that_it_needs(make_user, tmp_path_factory):
    user = make_user(tmp_path_factory.mktemp("changing"))
    machine = Machine(user)
    machine.plug_in(2, "Toy Cam")
    assert user.run("settings", "camera", "2").code == 0
    bench = Bench.start(user)
    bench.settle()
    pids = [bench.status()["vision"]["pid"]]
    with FaultyCamera() as camera:
        for source, words in ((camera.url, camera.url), ("toy", "Toy Cam (2)")):
            assert user.run("settings", "camera", source).code == 0
            bench.until(lambda status, words=words: is_well(status) and status["camera"].startswith(words))
            pids.append(bench.status()["vision"]["pid"])
            allowed = bench.status()["vision"]["boxed"]
            assert ("no network" in allowed) == (source == "toy") or "seccomp" not in offered()[0]
        assert user.run("settings", "camera", "auto").code == 0
        time.sleep(1)
        bench.settle()
    assert len(set(pids)) == 3
    assert bench.status()["vision"]["pid"] == pids[-1], "the same rights do"
    assert "Traceback" not in bench.quit()
