"""The real program from outside, before a camera that shows a clip: start-up, memory, latency, processor time.

Everything counts all processes it starts. Beside it runs the script that people write (`typical.py`).
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from gesturectl.benchmarks import clips
from gesturectl.benchmarks.measure import Comparison, Contender, Measured, interleave
from gesturectl.benchmarks.processes import cpu_s, family, memory_mb
from gesturectl.benchmarks.stand import camera_showing
from gesturectl.daemon.client import ask
from gesturectl.errors import DaemonError, GesturectlError, UsageError

_SETTLE_S = 3.0
"""After the first hand, until memory is what it stays at."""
_START_S = 60.0
_PROFILE = """
version = 1
[intents]
swipe_left = "act"
swipe_right = "act"
circle_cw = "act"
thumbs_up = "act"
fist = "act"
victory = "act"
[profile.default.actions]
act = { command = ["true"] }
"""
_QUIET = {"GLOG_minloglevel": "2", "TF_CPP_MIN_LOG_LEVEL": "2"}


def startup(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Seconds of the clock from the start to the first frame in which a hand was seen."""
    with camera_showing(clips.one_hand()) as url:

        def ours() -> float:
            with _ours(url) as (_, seconds):
                return seconds

        def theirs() -> float:
            with _typical(url, 2) as (_, seconds):
                return seconds

        contenders = [Contender("gesturectl run", ours, True), Contender("MediaPipe script", theirs)]
        rows = interleave(contenders, rounds, heed)
    note = "The camera is a network one on this machine: connecting and its first key frame are in both."
    return [Comparison("startup", "from the start to the first hand seen", "s of the clock", rows, note)]


def memory(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Megabytes of all processes together, a few seconds after the first hand."""
    found: dict[str, list[tuple[float, float]]] = {"gesturectl run": [], "MediaPipe script": []}
    with camera_showing(clips.one_hand()) as url:
        for turn in range(rounds):
            for name, start in (("gesturectl run", _ours), ("MediaPipe script", _typical)):
                heed(f"{name}, round {turn + 1} of {rounds}")
                with start(url) as (pid, _):
                    time.sleep(_SETTLE_S)
                    found[name].append(memory_mb(family(pid)))
    comparisons = []
    for index, counted in enumerate(("shared pages counted once (PSS)", "shared pages counted for each (RSS)")):
        rows = tuple(
            Measured(name, tuple(figures[index] for figures in values), name.startswith("gesturectl"))
            for name, values in found.items()
        )
        comparisons.append(Comparison("memory", f"resident memory of all processes, {counted}", "MB", rows))
    return comparisons


def outside(rounds: int, seconds: float, heed: Callable[[str], None]) -> list[Comparison]:
    """Percent of a core that all processes take together, in real time."""
    comparisons = []
    for clip in (clips.empty_room(), clips.one_hand()):
        with camera_showing(clip) as url, ExitStack() as stack:
            pids = {
                "gesturectl run": stack.enter_context(_ours(url, hand=False))[0],
                "MediaPipe script, two hands": stack.enter_context(_typical(url, 2, hand=False))[0],
                "MediaPipe script, one hand": stack.enter_context(_typical(url, 1, hand=False))[0],
            }
            time.sleep(_SETTLE_S + 4)
            contenders = [_taking(name, pid, seconds) for name, pid in pids.items()]
            rows = interleave(contenders, rounds, heed)
        title = f"{clip.name}, the whole program from outside"
        comparisons.append(
            Comparison("program", title, "% of one core", rows, "All run at once, as fast as frames come.")
        )
    return comparisons


def latency(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Milliseconds from the capture of the deciding frame until its action was carried out."""
    medians, highs = [], []
    clip = clips.one_hand()
    with camera_showing(clip) as url:
        for turn in range(rounds):
            heed(f"gesturectl run, round {turn + 1} of {rounds}")
            with _ours(url) as (pid, _):
                time.sleep(2 * len(clip.jpegs) / clips.FPS + 3)
                found = _status(pid).get("latency_ms") or {}
            if not found:
                raise GesturectlError("bench", "no gesture of the demo clip acted", "Try again on a quieter machine.")
            medians.append(float(found["median"]))
            highs.append(float(found["p95"]))
    rows = (Measured("median", tuple(medians), True), Measured("95 % within", tuple(highs), True))
    note = "Every action starts a program (`true`), which is in it. The daemon's status tells the same while it runs."
    return [Comparison("latency", "from the frame that decides to the action", "ms", rows, note)]


_folders: dict[int, Path] = {}
"""The runtime folder of each daemon that we started, by its process."""


@contextmanager
def _ours(url: str, hand: bool = True) -> Generator[tuple[int, float], None, None]:
    """The daemon in folders of its own, without a display: its process, and seconds until it saw a hand."""
    with tempfile.TemporaryDirectory(prefix="gesturectl-bench-") as home:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "WAYLAND", "DISPLAY"))}
        env |= {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("CONFIG", "DATA", "STATE", "CACHE")}
        env |= {"XDG_RUNTIME_DIR": f"{home}/runtime", "HOME": home}
        env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        profiles = Path(home, "config", "gesturectl", "profiles")
        profiles.mkdir(mode=0o700, parents=True)
        Path(home, "runtime").mkdir(mode=0o700)
        (profiles / "bench.toml").write_text(_PROFILE)
        words = [sys.executable, "-m", "gesturectl.cli", "run", "--source", url, "--no-tray"]
        started_s = time.monotonic()
        process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _folders[process.pid] = Path(home, "runtime", "gesturectl")
        try:
            while hand and not _status(process.pid).get("hands"):
                _still_starting(process, started_s)
            yield process.pid, time.monotonic() - started_s
        finally:
            _end(process)
            del _folders[process.pid]


@contextmanager
def _typical(url: str, hands: int = 2, hand: bool = True) -> Generator[tuple[int, float], None, None]:
    """The script that people write: its process, and seconds until it saw a hand."""
    words = [sys.executable, "-m", "gesturectl.benchmarks.typical", url, str(hands)]
    started_s = time.monotonic()
    process = subprocess.Popen(
        words, env={**os.environ, **_QUIET}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None  # noqa: S101  it is a pipe
    try:
        if hand and not process.stdout.readline():
            raise GesturectlError("bench", "MediaPipe's script ended before it saw a hand", "Is mediapipe installed?")
        yield process.pid, time.monotonic() - started_s
    finally:
        _end(process)


def _status(pid: int) -> dict[str, Any]:
    try:
        return ask("status", folder=_folders[pid])
    except DaemonError:
        return {}


def _still_starting(process: "subprocess.Popen[Any]", started_s: float) -> None:
    """Wait a little. Raises GesturectlError if it won't come any more."""
    if process.poll() is not None or time.monotonic() - started_s > _START_S:
        raise GesturectlError("bench", "the daemon didn't come to see a hand", "See what 'gesturectl doctor' says.")
    time.sleep(0.01)


def _end(process: "subprocess.Popen[Any]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        with suppress(OSError):
            process.stdout.close()


def _taking(name: str, pid: int, seconds: float) -> Contender:
    def block() -> float:
        pids = family(pid)
        began_s, before = time.monotonic(), cpu_s(pids)
        time.sleep(seconds)
        return 100 * (cpu_s(pids) - before) / (time.monotonic() - began_s)

    return Contender(name, block, name.startswith("gesturectl"))


def check_system() -> None:
    """Raises UsageError where processes can't be looked at from outside."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise UsageError("bench", "this is measured from /proc, which only Linux has", "Measure something else.")
