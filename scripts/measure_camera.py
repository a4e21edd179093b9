"""What each fault of a camera comes to, as a table: `python scripts/measure_camera.py [--all]` (Linux).

The whole program runs before a network camera and before a local one that isn't there, with a pose standing in view.
For each fault: seconds until the status told it, the reason, seconds from its end until the camera was watched again,
how often vision had to be started again, which gestures fired meanwhile (there should be none), and threads and open
files of the daemon and of its vision, before and after. Then the same fault twenty times, a suspended computer, and
what it costs to wait for a camera that isn't there. `--all` takes the faults that tests marked slow hold, too.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests")]

from camera_faults import (  # noqa: E402
    LOCAL,
    LOCAL_TOO,
    NETWORK,
    NETWORK_TOO,
    POSE,
    Bench,
    Machine,
    Outcome,
    Told,
    Usage,
    suffer_local,
    suffer_network,
)
from conftest import User, new_user  # noqa: E402
from faulty_camera import Fault, FaultyCamera  # noqa: E402

TIMES, STOPPED_S, WAIT_S = 20, 12.0, 30.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="also the faults that tests marked slow hold")
    everything = parser.parse_args().all
    users: list[User] = []
    with tempfile.TemporaryDirectory() as folder:

        def user() -> User:
            home = Path(folder) / str(len(users))
            home.mkdir()
            users.append(new_user(home))
            return users[-1]

        try:
            print(
                "| fault | told after s | as | watched again after s | vision started again | fired | threads | files |"
            )
            print("|---|---|---|---|---|---|---|---|")
            network(user(), everything)
            local(user(), everything)
            for source in ("http://127.0.0.1:9/video", "7"):
                waiting(user(), source)
        finally:
            for one in users:
                one.end()


def network(user: User, everything: bool) -> None:
    """Faults of a network camera."""
    with FaultyCamera() as camera:
        bench = Bench.start(user, camera.url)
        bench.until(lambda status: status["hands"] == ["right"])
        camera.hold(POSE)
        bench.until(lambda status: (status["last_event"] or {}).get("gesture") == POSE)
        for told in (*NETWORK, *(NETWORK_TOO if everything else ())):
            row(f"network: {told.fault}", told, suffer_network(bench, camera, told))
        before, restarts, fired = bench.usage(), bench.status()["vision"]["restarts"], len(bench.begun)
        took_s = []
        for _ in range(TIMES):
            camera.fault = Fault.GONE
            bench.until(lambda status: status["state"] != "watching")
            camera.fault = Fault.NONE
            took_s.append(bench.until(lambda status: status["state"] == "watching"))
            bench.settle()
        again = bench.status()["vision"]["restarts"] - restarts
        outcome = Outcome(None, "", max(took_s), again, bench.begun[fired:], before, bench.usage())
        row(f"network: nobody listens any more, {TIMES} times", Told("", ""), outcome)
        before, fired = bench.usage(), len(bench.begun)
        bench.stop_for(STOPPED_S)
        back_s = bench.until(lambda status: status["state"] == "watching")
        bench.settle()
        time.sleep(1)
        again = bench.status()["vision"]["restarts"] - restarts - again
        outcome = Outcome(None, "", back_s, again, bench.begun[fired:], before, bench.usage())
        row(f"both processes stand still for {STOPPED_S:g} s", Told("", ""), outcome)
        bench.quit()


def local(user: User, everything: bool) -> None:
    """Faults of a local camera."""
    machine = Machine(user)
    machine.plug_in(2, "Toy Cam")
    bench = Bench.start(user, "2")
    bench.until(lambda status: (status["last_event"] or {}).get("gesture") == POSE)
    for told in (*LOCAL, *(LOCAL_TOO if everything else ())):
        row(f"local: {told.fault}", told, suffer_local(bench, machine, told))

    def moves() -> None:
        machine.unplug(2)
        bench.until(lambda status: status["state"] != "watching")
        machine.plug_in(2, "Other Cam")

    told = Told("", "has its place")
    row(
        "local: another camera has its place; back as 5",
        told,
        bench.suffer(told, moves, lambda: machine.plug_in(5, "Toy Cam")),
    )
    bench.quit()


def row(name: str, told: Told, outcome: Outcome) -> None:
    """Print one."""
    lasts = f" (for {told.lasts_s:g} s)" if told.lasts_s else ""
    state = "–" if outcome.to_state_s is None else f"{outcome.to_state_s:.1f}"
    cells = (
        name + lasts,
        state,
        outcome.reason or "–",
        f"{outcome.to_recovery_s:.1f}",
        str(outcome.restarts),
        ", ".join(outcome.fired) or "nothing",
        both(outcome, "threads"),
        both(outcome, "files"),
    )
    print("| " + " | ".join(cells) + " |", flush=True)


def both(outcome: Outcome, what: str) -> str:
    """Of the daemon and of vision, before and after."""
    before, after = (getattr(usage, what) for usage in (outcome.before, outcome.after))
    return f"{'+'.join(map(str, before))} → {'+'.join(map(str, after))}"


def waiting(user: User, source: str) -> None:
    """What both processes cost while there is no camera."""
    bench = Bench.start(user, source)
    bench.until(lambda status: status["state"] == "waiting for the camera")
    time.sleep(8)  # until attempts are as rare as they get
    pids = (bench.process.pid, bench.status()["vision"]["pid"])
    before_s = sum(map(cpu_s, pids))
    time.sleep(WAIT_S)
    share = (sum(map(cpu_s, pids)) - before_s) / WAIT_S
    usage = Usage.of(*pids)
    print(f"\nwaiting for {source}: {share:.2%} of a core in both processes together, {sum(usage.threads)} threads")
    bench.quit()


def cpu_s(pid: int) -> float:
    """Processor time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
