"""Starting the process of vision. Needs nothing but Python's own: it takes the longest to load, so it comes first."""

import os
import subprocess
from collections.abc import Sequence

from gesturectl import crashes
from gesturectl.process import python_command


def spawn_vision(command: Sequence[str] | None = None) -> "subprocess.Popen[bytes]":
    """A process that waits for its first order (`vision_process.py`); it ends when its pipe does. Raises OSError."""
    command = list(command or python_command("gesturectl.daemon.vision_child"))
    if (folder := crashes.kept_in()) is not None:
        command.append(str(folder))
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=dict(os.environ)
    )  # fmt: skip
