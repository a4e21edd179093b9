"""Every error a person can meet: place, fact, remedy, and the exit code of the verb it ends."""

import re
from collections.abc import Sequence

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves a terminal's cursor, colours it, turns text around, or is no letter at all; not tab and line's end."""


def printable(text: str) -> str:
    """`text` as it may stand in a terminal or a log, wherever it came from: window titles are others' words."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


class GesturectlError(Exception):
    """Something a person can act on."""

    exit_code = 1
    """What a verb that ends with this error returns to the shell."""

    def __init__(self, place: str, fact: str, remedy: str = "") -> None:
        self.place = printable(place)
        """Where: a file with its key, a device, a verb."""
        self.fact = printable(fact)
        """What is the case there."""
        self.remedy = printable(remedy)
        """What to do about it; may be empty where nothing can be done."""
        super().__init__(str(self))

    def __str__(self) -> str:
        sentence = f"{self.place}: {self.fact}" if self.place else self.fact
        return f"{sentence}. {self.remedy}" if self.remedy else sentence


class UsageError(GesturectlError):
    """The words on the command line don't fit; nothing was done."""

    exit_code = 2


class ConfigError(GesturectlError):
    """A profile or the settings hold mistakes; all of them at once."""

    exit_code = 3

    def __init__(self, place: str, problems: Sequence[GesturectlError], remedy: str = "") -> None:
        self.problems = tuple(problems)
        """One error for each mistake, each with its own place, fact and remedy."""
        count = len(self.problems)
        super().__init__(place, f"{count} mistake{'s' if count != 1 else ''}", remedy)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems) or super().__str__()


class SourceError(GesturectlError):
    """A source of frames can't be opened or gives nothing that can be used (a missing file, not a video)."""

    exit_code = 4


class CameraLostError(SourceError):
    """A live camera is missing, busy, forbidden or stopped giving frames; trying again later may help."""

    def __init__(self, place: str, fact: str, remedy: str = "", index: int | None = None) -> None:
        self.index = index
        """Of the local camera, for whoever can look who uses it; None for a stream, or more than one."""
        super().__init__(place, fact, remedy)


class ModelError(GesturectlError):
    """A model file is missing, damaged, or its card doesn't fit what the program needs."""

    exit_code = 5


class DesktopError(GesturectlError):
    """The desktop can't do what was asked (no display, no permission, no such key)."""

    exit_code = 6


class DaemonError(GesturectlError):
    """The daemon is already running, isn't running, or didn't answer."""

    exit_code = 7
