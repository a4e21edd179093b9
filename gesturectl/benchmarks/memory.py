"""Resident memory of all processes together and of each, a few seconds after the first hand."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from gesturectl.benchmarks import clips
from gesturectl.benchmarks.measure import Comparison, Measured
from gesturectl.benchmarks.processes import family, memory_mb, role
from gesturectl.benchmarks.program import SETTLE_S
from gesturectl.benchmarks.stand import camera_showing
from gesturectl.benchmarks.started import HOLDS_A_KEY, ours, status, typical
from gesturectl.benchmarks.virtual_desktop import desktop, missing
from gesturectl.errors import GesturectlError

_ACTED_S = 30.0
"""What the clip has to show a gesture that presses a key."""

Figures = dict[str, list[tuple[float, float]]]
"""PSS and RSS in MB in each round, by what they are of."""


def memory(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Megabytes, shared pages counted once and counted for each; with the tray where there can be a desktop."""
    found: Figures = {}
    without = missing()
    with ExitStack() as stack:
        url = stack.enter_context(camera_showing(clips.one_hand()))
        shown = None if without else stack.enter_context(desktop())
        for turn in range(rounds):
            heed(f"gesturectl run, round {turn + 1} of {rounds}")
            with ours(url) as (pid, _):
                time.sleep(SETTLE_S)
                _note(found, "gesturectl run", pid)
            if shown is not None:
                heed(f"gesturectl run on a desktop, round {turn + 1} of {rounds}")
                _with_tray(found, url, shown)
            heed(f"MediaPipe script, round {turn + 1} of {rounds}")
            with typical(url) as (pid, _):
                time.sleep(SETTLE_S)
                found.setdefault("MediaPipe script", []).append(memory_mb(family(pid)))
    notes = [f"The tray isn't measured: {without}."] if without else []
    return [
        _comparison("shared pages counted once (PSS)", 0, found, " ".join([_NOTE, *notes])),
        _comparison("shared pages counted for each (RSS)", 1, found, ""),
    ]


_NOTE = "All in one process would need what vision does, at least: the second one adds what control has, at most."


def _with_tray(found: Figures, url: str, shown: Mapping[str, str]) -> None:
    """On X11, icon shown, after a key was held: then the guard of held keys is there, too."""
    with ours(url, desktop=shown, does=HOLDS_A_KEY) as (pid, _):
        until_s = time.monotonic() + _ACTED_S
        while not (status(pid).get("last_event") or {}).get("action"):
            if time.monotonic() > until_s:
                raise GesturectlError("bench", "no gesture of the demo clip acted", "Try again on a quieter machine.")
            time.sleep(0.2)
        _note(found, "gesturectl run, X11 desktop and tray", pid)


def _note(found: Figures, name: str, pid: int) -> None:
    pids = family(pid)
    found.setdefault(name, []).append(memory_mb(pids))
    for one in pids:
        found.setdefault(f"{name}: {role(one)}", []).append(memory_mb([one]))


def _comparison(counted: str, index: int, found: Figures, note: str) -> Comparison:
    rows = tuple(
        Measured(_short(name), tuple(figures[index] for figures in values), name.startswith("gesturectl"))
        for name, values in found.items()
    )
    return Comparison("memory", f"resident memory of all processes, {counted}", "MB", rows, note)


def _short(name: str) -> str:
    """A part of what stands above it."""
    _, part, role = name.partition(": ")
    return f"... of it {role}" if part else name
