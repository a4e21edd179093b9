"""What choosing an entry of the menu does, as plain values: back-ends hand them on, nobody hides code in a menu."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Ask:
    """Have the daemon carry a command out."""

    command: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Open the studio in the browser."""

    part: str = ""
    """What it should show first: "record", "gestures", "doctor" …"""


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """Open a folder in the file manager."""

    which: Literal["profiles"]


@dataclass(frozen=True, slots=True)
class DeleteGesture:
    """Put a gesture of the person's own away; 'gesturectl gestures restore' brings it back."""

    name: str


@dataclass(frozen=True, slots=True)
class StartAtLogin:
    """Start at login from now on, or no longer."""

    on: bool


Deed = Ask | OpenPage | OpenFolder | DeleteGesture | StartAtLogin
