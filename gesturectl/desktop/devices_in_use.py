"""Whether another program uses a camera or a microphone now, as Linux' /proc tells."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_SERVERS = frozenset({"pipewire", "wireplumber", "pipewire-media-", "pulseaudio"})
"""They open cameras to see what they can do; whoever uses one through them isn't told apart."""


def camera_user(proc: Path = _PROC, ourselves: int | None = None) -> str:
    """The name of another program of this user that has a camera open; empty if there is none."""
    ours = _family(proc, os.getpid() if ourselves is None else ourselves)
    for process in _processes(proc):
        if int(process.name) in ours:
            continue
        name = _text(process / "comm")
        if name not in _SERVERS and any(target.startswith("/dev/video") for target in _open_files(process)):
            return name or f"process {process.name}"
    return ""


def microphone_runs(proc: Path = _PROC) -> bool:
    """Whether some sound card records. Sound servers stop their microphones a few seconds after the last listener."""
    return any("RUNNING" in _text(status) for status in proc.glob("asound/card*/pcm*c/sub*/status"))


def _processes(proc: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (path for path in proc.iterdir() if path.name.isdigit())


def _family(proc: Path, ourselves: int) -> set[int]:
    """This process and those it started."""
    parents = {int(process.name): _parent(process) for process in _processes(proc)}
    family = {ourselves}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _parent(process: Path) -> int:
    words = _text(process / "stat").rpartition(")")[2].split()  # the name before may hold anything
    return int(words[1]) if len(words) > 1 else 0


def _open_files(process: Path) -> Iterator[str]:
    with suppress(OSError):  # somebody else's, or gone
        for entry in (process / "fd").iterdir():
            with suppress(OSError):
                yield str(entry.readlink())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
