"""Faults of a camera, what the daemon should tell of each, and a bench on which they happen to the whole program."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
from clip_camera import pictures, truth
from faulty_camera import Fault, FaultyCamera

from gesturectl.daemon.client import ask
from gesturectl.errors import DaemonError

POSE = "victory"
"""Stands before the camera while the faults come and go: it may fire when it is first seen, and never again."""


@dataclass(frozen=True)
class Told:
    """A fault, and how it is told."""

    fault: Any
    words: str
    """What the reason says in the end, as a regular expression; empty where the camera can be watched all the same."""
    of_picture: bool = False
    """Whether it is the picture's trouble: the camera is watched all the same."""
    lasts_s: float = 0.0
    """At least; it lasts until it is told anyway."""
    restarts: int = 0
    """How often vision is started again because of it, at least."""


NETWORK = (
    Told(Fault.GONE, "nothing listens there"),
    Told(Fault.MUTE, "hasn't opened for|no picture came within"),
    Told(Fault.HUNG, "given no picture for", lasts_s=3.5),
    Told(Fault.GARBAGE, "isn't a camera's web server"),
    Told(Fault.HALF, "10 damaged pictures"),
    Told(Fault.BLACK, "the picture is black", of_picture=True),
    Told(Fault.FROZEN, "the picture is frozen", of_picture=True),
    Told(Fault.WIDE, "", lasts_s=3.0),
    Told(Fault.BURSTS, "", lasts_s=3.5),
)
NETWORK_TOO = (
    Told(Fault.BUSY, "it answers 503"),
    Told(Fault.FORBIDDEN, "it answers 401.*Put user and password"),
    Told(Fault.WEB_PAGE, "text/html instead of a video"),
    Told(Fault.ENDLESS, "hasn't opened for|no picture came within"),
    Told(Fault.DRIP, "hasn't opened for|no picture came within"),
    Told(Fault.MISCOUNTED, "10 damaged pictures"),
    Told(Fault.NO_PICTURES, "10 damaged pictures|no picture came within|0×0"),
    Told(Fault.SMALL, "", lasts_s=3.0),
    Told(Fault.HUNG, "no picture came within", lasts_s=12.0),
)
LOCAL = (
    Told("gone", "there is no such camera.*Plug it in"),
    Told("denied", "you may not open.*usermod"),
    Told("taken", r"in use by zoom \(pid 4711\).*Close that program"),
    Told("silent", "it stopped giving frames|opens but gives no frame"),
    Told("hang read", "given no picture for", lasts_s=4.0),
    Told("hang open", "it hasn't opened for"),
)
LOCAL_TOO = (
    Told("hang read", "hasn't come to an end|given no picture for", lasts_s=12.0, restarts=1),
    Told("hang open", "hasn't come to an end|it hasn't opened for", lasts_s=26.0, restarts=1),
)


@dataclass
class Outcome:
    """What came of a fault."""

    to_state_s: float | None
    """From the fault until the status said so; None where there was nothing to say."""
    reason: str
    to_recovery_s: float
    """From the fault's end until it watched again, without a reason."""
    restarts: int
    fired: list[str]
    """Gestures that began, from the fault until a moment after the recovery."""
    before: "Usage"
    after: "Usage"


@dataclass(frozen=True)
class Usage:
    """Threads and open files of both processes."""

    threads: tuple[int, int]
    files: tuple[int, int]

    @classmethod
    def of(cls, *pids: int) -> "Usage":
        """Those of the daemon and of its vision."""
        folders = [Path(f"/proc/{pid}") for pid in pids]
        threads, files = ([len(list((folder / name).iterdir())) for folder in folders] for name in ("task", "fd"))
        return cls((threads[0], threads[1]), (files[0], files[1]))


@dataclass
class Bench:
    """`gesturectl run` before a camera, seen from outside."""

    user: Any
    process: Any
    begun: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, user: Any, source: str | None = None) -> "Bench":
        """Start it and listen to what it tells; without a source it watches the one of the settings."""
        log = (user.home / "err").open("w")
        watched = [] if source is None else ["--source", source]
        bench = cls(user, user.start("run", *watched, "--json", "--no-tray", stderr=log))
        log.close()
        threading.Thread(target=bench._listen, daemon=True).start()
        return bench

    def _listen(self) -> None:
        for line in self.process.stdout:
            told = json.loads(line)
            if told["type"] == "event" and told["phase"] == "begin":
                self.begun.append(told["gesture"])

    def status(self) -> dict[str, Any]:
        """Its status; empty while it doesn't answer."""
        try:
            return ask("status", folder=self.user.runtime)
        except DaemonError:
            return {}

    def until(self, done: Callable[[dict[str, Any]], bool], timeout_s: float = 60) -> float:
        """Seconds until its status is as wished."""
        began_s = time.monotonic()
        status: dict[str, Any] = {}
        while time.monotonic() - began_s < timeout_s:
            status = self.status()
            if status and done(status):
                return time.monotonic() - began_s
            time.sleep(0.06)
        raise AssertionError(f"it didn't get there in {timeout_s:g} s; it says {status}")

    def usage(self) -> Usage:
        """Threads and open files now."""
        return Usage.of(self.process.pid, self.status()["vision"]["pid"])

    def settle(self) -> None:
        """Watch, with the pose in view."""
        self.until(lambda status: is_well(status) and status["hands"] == ["right"])

    def suffer(self, told: Told, begin: Callable[[], None], end: Callable[[], None]) -> Outcome:
        """Have a fault and get over it."""
        self.settle()
        before, restarts, fired = self.usage(), self.status()["vision"]["restarts"], len(self.begun)
        began_s = time.monotonic()
        begin()
        to_state_s = reason = None
        if told.words:
            to_state_s = self.until(lambda status: not is_well(status))
            key = "picture" if told.of_picture else "reason"
            self.until(lambda status: bool(re.search(told.words, status[key])))
        while (left_s := told.lasts_s - (time.monotonic() - began_s)) > 0:
            time.sleep(min(0.2, left_s))
        if told.restarts:
            self.until(lambda status: status["vision"]["restarts"] >= restarts + told.restarts)
        status = self.status()
        assert status["state"] == "watching" or not (told.of_picture or not told.words), status
        reason = status["picture"] or status["reason"]
        end()
        to_recovery_s = self.until(is_well)
        self.settle()
        time.sleep(1.0)
        after = self.usage()
        restarts = self.status()["vision"]["restarts"] - restarts
        return Outcome(to_state_s, reason, to_recovery_s, restarts, self.begun[fired:], before, after)

    def stop_for(self, seconds: float) -> None:
        """Have both processes stand still, as in a computer that is suspended."""
        pids = (self.process.pid, self.status()["vision"]["pid"])
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in reversed(pids):
            os.kill(pid, signal.SIGCONT)

    def quit(self) -> str:
        """End it; returns what it wrote to stderr."""
        self.user.run("quit")
        self.process.wait(20)
        return (self.user.home / "err").read_text()


def is_well(status: dict[str, Any]) -> bool:
    """Whether it watches and has nothing to complain of (but a low rate: the machine may be busy)."""
    picture = status["picture"]
    return status["state"] == "watching" and not status["reason"] and (not picture or "a second instead of" in picture)


def suffer_network(bench: Bench, camera: FaultyCamera, told: Told) -> Outcome:
    """A fault of a network camera."""

    def switch(fault: Fault) -> None:
        camera.fault = fault

    return bench.suffer(told, lambda: switch(told.fault), lambda: switch(Fault.NONE))


class Machine:
    """A user's machine with local cameras that aren't there (see fake_machine/sitecustomize.py)."""

    def __init__(self, user: Any) -> None:
        self.root = user.home / "data" / "gesturectl" / "machine"  # where vision may read
        self._processes = user.home / "processes"  # where it may not
        for name in ("sys", "dev", "pictures"):
            (self.root / name).mkdir(parents=True)
        self._processes.mkdir()
        user.env["FAKE_MACHINE"], user.env["FAKE_PROCESSES"] = str(self.root), str(self._processes)
        here = str(Path(__file__).parent / "fake_machine")
        user.env["PYTHONPATH"] = ":".join([here, *filter(None, [user.env.get("PYTHONPATH", "")])])
        self._show(POSE)

    def _show(self, pose: str) -> None:
        shown = truth(pose)
        middle_ms = (shown.start_ms + shown.end_ms) // 2
        for number, picture in enumerate(pictures(middle_ms, middle_ms + 250)):
            cv2.imwrite(str(self.root / "pictures" / f"{number}.png"), picture)

    def plug_in(self, index: int, name: str) -> None:
        """A camera appears."""
        entry = self.root / "sys" / f"video{index}"
        entry.mkdir()
        (entry / "name").write_text(f"{name}\n")
        (entry / "index").write_text("0\n")
        self.behave(index, "works")

    def unplug(self, index: int) -> None:
        """A camera is gone."""
        (self.root / "dev" / f"video{index}").unlink()
        entry = self.root / "sys" / f"video{index}"
        for file in entry.iterdir():
            file.unlink()
        entry.rmdir()

    def behave(self, index: int, how: str) -> None:
        """A camera does so from now on."""
        node = self.root / "dev" / f"video{index}"
        new = node.with_suffix(".new")
        new.write_text(how)
        new.replace(node)
        holder = self._processes / "4711"
        if how == "taken":
            (holder / "fd").mkdir(parents=True)
            (holder / "fd" / "7").symlink_to(node)
            (holder / "comm").write_text("zoom\n")
        elif holder.exists():
            (holder / "fd" / "7").unlink()
            (holder / "comm").unlink()
            (holder / "fd").rmdir()
            holder.rmdir()


def suffer_local(bench: Bench, machine: Machine, told: Told, index: int = 2, name: str = "Toy Cam") -> Outcome:
    """A fault of a local camera."""
    if told.fault == "gone":
        return bench.suffer(told, lambda: machine.unplug(index), lambda: machine.plug_in(index, name))
    return bench.suffer(told, lambda: machine.behave(index, told.fault), lambda: machine.behave(index, "works"))
