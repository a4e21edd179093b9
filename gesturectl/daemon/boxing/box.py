"""Boxing this process in, as far as the system offers it, and saying in words how far that is."""

import sys
from collections.abc import Sequence
from pathlib import Path

from gesturectl import paths

_SYSTEM = ("/usr", "/lib", "/lib64", "/etc", "/opt", "/nix", "/proc", "/sys", "/run/udev")
"""What libraries and drivers read."""
_DEVICES = ("/dev",)


def offered() -> tuple[str, str]:
    """What this system can forbid vision, and why not all of it; both may be empty."""
    if sys.platform != "linux":
        return "", "only Linux offers what is used for it"
    from gesturectl.daemon.boxing import landlock, seccomp

    known, filters = landlock.version(), seccomp.available()
    can = [f"no files but the program's own, none of them written (Landlock {known})"] if known else []
    can += ["no network, no other programs (seccomp)"] if filters else []
    cannot = [] if known else ["this kernel has no Landlock"]
    cannot += [] if filters else ["this kernel or machine takes no seccomp filters"]
    return "; ".join(can), " and ".join(cannot)


def box_in(network: bool, also_read: Sequence[Path] = ()) -> str:
    """Give up every right that watching doesn't need; returns what is forbidden now, "" for nothing.

    To be called before any thread is started, once what is imported later can still be read: Python's own folders,
    this program's data and `also_read` stay readable. With `network` (a camera with a URL) the network stays open.
    """
    if sys.platform != "linux":
        return ""
    from gesturectl.daemon.boxing import landlock, seccomp

    done = []
    if landlock.version():
        landlock.confine(_readable(also_read), map(Path, _DEVICES), network)
        done.append("own files only, read only")
    if seccomp.available():
        seccomp.forbid(network)
        done.append("the network for its camera" if network else "no network")
        done.append("no programs")
    return ", ".join(done)


def _readable(also: Sequence[Path]) -> list[Path]:
    ours = [paths.bundled("models"), paths.asset(""), paths.data_dir()]
    home = Path("~").expanduser()  # where `python -m` was started from is on the path: all of home mustn't be
    searched = [Path(folder) for folder in (sys.prefix, sys.base_prefix, *sys.path) if folder]
    python = [folder for folder in searched if not home.is_relative_to(folder)]
    return [*map(Path, _SYSTEM), *python, *ours, *also]
