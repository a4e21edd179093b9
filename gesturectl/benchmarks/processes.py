"""What a program and all processes it started take, seen from outside. Linux only: it is read from /proc."""

import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_ROLES = {"vision_child": "vision", "guard": "the guard of held keys"}
"""What our processes are, by their module; the one that starts the others is control."""


def family(pid: int) -> list[int]:
    """`pid` and all its descendants."""
    parents: dict[int, int] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                parents[int(entry.name)] = int(_stat(int(entry.name))[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def memory_mb(pids: Iterable[int]) -> tuple[float, float]:
    """Resident memory of all of them: what they share counted once (PSS), and counted for each (RSS)."""
    pss = rss = 0
    for pid in pids:
        with suppress(OSError):
            for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                name, _, rest = line.partition(":")
                pss += int(rest.split()[0]) if name == "Pss" else 0
                rss += int(rest.split()[0]) if name == "Rss" else 0
    return pss / 1024, rss / 1024


def cpu_s(pids: Iterable[int]) -> float:
    """Seconds of processor time that they have taken so far."""
    taken_s = 0.0
    for pid in pids:
        with suppress(OSError):
            if sys.platform == "linux":  # the clock that clock_getcpuclockid gives: /proc counts in 10 ms
                taken_s += time.clock_gettime((~pid << 3) | 2)
    return taken_s


def role(pid: int) -> str:
    """What a process of ours is for."""
    with suppress(OSError):
        for word in (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0"):
            if (module := word.removeprefix("gesturectl.daemon.")) != word:
                return _ROLES.get(module, module)
    return "control"


def _stat(pid: int) -> list[str]:
    """The fields of a process's stat after its name, which may hold anything."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
