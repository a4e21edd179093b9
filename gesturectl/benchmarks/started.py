"""What is measured from outside, started as people start it: the daemon, and the script that they write."""

import compileall
import importlib.util
import os
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import gesturectl
from gesturectl.benchmarks.measure import UnmeasurableError
from gesturectl.daemon.client import ask
from gesturectl.errors import DaemonError, GesturectlError
from gesturectl.process import python_command

START_S = 60.0
"""What a program has for its first hand."""
PROFILE = """
version = 1
[intents]
swipe_left = "act"
swipe_right = "act"
circle_cw = "act"
thumbs_up = "act"
fist = "act"
victory = "act"
[profile.default.actions]
act = {{ {action} }}
"""
STARTS_TRUE, HOLDS_A_KEY = 'run = ["true"]', 'keys = "Right", while = "held"'
"""What gestures do."""
_DESKTOP = ("XDG_", "WAYLAND", "DISPLAY")
_QUIET = {"GLOG_minloglevel": "2", "TF_CPP_MIN_LOG_LEVEL": "2"}

_folders: dict[int, Path] = {}
"""The runtime folder of each daemon that we started, by its process."""


@contextmanager
def ours(
    url: str, hand: bool = True, desktop: Mapping[str, str] | None = None, does: str = STARTS_TRUE
) -> Generator[tuple[int, float], None, None]:
    """The daemon in folders of its own: its process, and seconds until it saw a hand (with `hand`).

    `desktop` is the environment that leads to a display and a session bus, and then it has its tray; `does` what each
    gesture does, as in a profile.
    """
    with tempfile.TemporaryDirectory(prefix="gesturectl-bench-") as home:
        env = {name: value for name, value in _environment().items() if not name.startswith(_DESKTOP)}
        env |= {f"XDG_{name}_HOME": f"{home}/{name.lower()}" for name in ("CONFIG", "DATA", "STATE", "CACHE")}
        env |= {"XDG_RUNTIME_DIR": f"{home}/runtime", "HOME": home}
        env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        profiles = Path(home, "config", "gesturectl", "profiles")
        profiles.mkdir(mode=0o700, parents=True)
        Path(home, "runtime").mkdir(mode=0o700)
        (profiles / "bench.toml").write_text(PROFILE.format(action=does))
        words = [*python_command("gesturectl.cli"), "run", "--source", url]
        words += ["--no-tray"] if desktop is None else []
        started_s = time.monotonic()
        process = subprocess.Popen(
            words, env={**env, **(desktop or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _folders[process.pid] = Path(home, "runtime", "gesturectl")
        try:
            while hand and not status(process.pid).get("hands"):
                _still_starting(process, started_s)
            yield process.pid, time.monotonic() - started_s
        finally:
            end(process)
            del _folders[process.pid]


@contextmanager
def typical(url: str, hands: int = 2, hand: bool = True) -> Generator[tuple[int, float], None, None]:
    """The script that people write: its process, and seconds until it saw a hand (with `hand`)."""
    started_s = time.monotonic()
    with _script(url, str(hands)) as process:
        if hand:
            _line(process)
        yield process.pid, time.monotonic() - started_s


def typical_latencies_ms(url: str, count: int) -> list[float]:
    """What the script takes from a frame with a hand to having started a program, so many times."""
    with _script(url, "2", "--act") as process:
        _line(process)
        return [float(_line(process)) for _ in range(count)]


def status(pid: int) -> dict[str, Any]:
    """What the daemon that we started as `pid` says; nothing while it doesn't answer."""
    try:
        return ask("status", folder=_folders[pid])
    except DaemonError:
        return {}


def end(process: "subprocess.Popen[Any]") -> None:
    """End a program that we started, the hard way if need be."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        with suppress(OSError):
            process.stdout.close()


@contextmanager
def _script(*words: str) -> Generator["subprocess.Popen[str]", None, None]:
    if importlib.util.find_spec("mediapipe") is None:
        fact = "MediaPipe isn't installed, which this is set against"
        raise UnmeasurableError("bench", fact, "Run: pip install mediapipe==0.10.31")
    command = [*python_command("gesturectl.benchmarks.typical"), *words]
    process = subprocess.Popen(
        command, env={**_environment(), **_QUIET}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        end(process)


@cache
def _compile() -> None:
    """As pip does when it installs: a checkout would compile at each start what is first loaded inside vision's box."""
    compileall.compile_dir(Path(gesturectl.__file__).parent, quiet=2)


def _environment() -> dict[str, str]:
    """Ours, but that Python keeps what it compiled, as an installed program has it."""
    _compile()
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None  # noqa: S101  it is a pipe
    line = process.stdout.readline()
    if not line:
        raise GesturectlError("bench", "MediaPipe's script ended before it saw a hand", "Is mediapipe installed?")
    return line


def _still_starting(process: "subprocess.Popen[Any]", started_s: float) -> None:
    """Wait a little. Raises GesturectlError if it won't come any more."""
    if process.poll() is not None or time.monotonic() - started_s > START_S:
        raise GesturectlError("bench", "the daemon didn't come to see a hand", "See what 'gesturectl doctor' says.")
    time.sleep(0.01)
