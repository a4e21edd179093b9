"""What the page needs of the program around it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gesturectl.daemon.broadcast import Broadcast
from gesturectl.daemon.history import History
from gesturectl.daemon.view import Viewer
from gesturectl.gestures.take import Take


@dataclass(frozen=True, slots=True)
class Backstage:
    """The ways from the page into the daemon. All may be used from any thread."""

    ask: Callable[[str, Mapping[str, object]], dict[str, Any]]
    """Has a command of the control socket carried out. Waits for the answer; raises GesturectlError."""
    commands: Callable[[], Collection[str]]
    """What can be asked."""
    broadcast: Broadcast
    """Tells what changes."""
    take: Callable[[int], Take]
    """A take of the recording that goes on, by its number. Raises UsageError if there is none."""
    history: History
    show: Callable[[Viewer | None], None]
    """Has somebody look on, or nobody."""
    profiles: tuple[Path, ...]
    """The folders of profiles that are read, general ones first; people's own is the last."""
    library: Path
    """The person's own takes."""
    examine: Callable[[], Iterator[dict[str, Any]]]
    """What the doctor finds: name, state, fact and remedy of each check, one after the other. Takes seconds."""
