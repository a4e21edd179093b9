"""The programs that actions started, watched for a short while without a thread."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gesturectl.errors import DesktopError
from gesturectl.process import environment_for_others

SOON_S = 10.0
"""A program that fails within this time didn't do its job; what ends later (a closed window) is no failure of ours."""

if sys.platform == "win32":
    _DETACHED = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _DETACHED = 0


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    words: str
    started_s: float


class Children:
    """Starts programs that outlive us, and tells which failed soon after. Called from one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._children: list[_Child] = []

    def start(self, command: Sequence[str] | str, words: str) -> None:
        """Start a program and return at once; `words` says in messages what it was meant to do.

        A list is a program and its words; a string is a line for the system's shell.
        It gets a session of its own, the person's home folder and environment; no input, output or open file of ours.
        Raises DesktopError if it can't be started.
        """
        shell = isinstance(command, str)
        try:
            process = subprocess.Popen(
                command if shell else [os.path.expanduser(command[0]), *command[1:]],  # noqa: PTH111  Path would make "x" of "./x"
                shell=shell,  # only where a profile asks for it: `shell = true`
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=Path.home(),
                env=environment_for_others(),
                close_fds=True,
                start_new_session=True,
                creationflags=_DETACHED,
            )
        except (OSError, ValueError) as error:  # ValueError: a NUL character in a word
            reason = getattr(error, "strerror", None) or str(error)
            remedy = "Check the name, or write its whole path; the daemon's PATH may be shorter than your terminal's."
            raise DesktopError(words, f"it can't be started ({reason})", remedy) from error
        self._children.append(_Child(process, words, self._clock()))

    def poll(self, report: Callable[[str], None]) -> None:
        """Report each program that failed soon after its start, once, and forget those that ended. Never blocks."""
        running: list[_Child] = []
        for child in self._children:
            code = child.process.poll()
            age_s = self._clock() - child.started_s
            if code is None:
                running.append(child)
            elif code != 0 and age_s <= SOON_S:
                ending = f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
                report(f"{child.words}: it {ending} after {age_s:.1f} s. Run it in a terminal to see why.")
        self._children = running

    def __len__(self) -> int:
        return len(self._children)
