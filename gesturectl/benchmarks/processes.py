"""What a program and all processes it started take, seen from outside. Linux only: it is read from /proc."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_TICKS_PER_S = 100
"""What /proc counts processor time in, on every Linux there is."""


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
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            ticks += sum(int(value) for value in _stat(pid)[11:13])
    return ticks / _TICKS_PER_S


def _stat(pid: int) -> list[str]:
    """The fields of a process's stat after its name, which may hold anything."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
