"""What a check found, and how checks are run without one stopping the others."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gesturectl.errors import GesturectlError


class State(StrEnum):
    """How a part of the program is."""

    OK = "ok"
    DEGRADED = "degraded"
    """Gestures still work, but something is missing or worse than it could be."""
    BROKEN = "broken"
    """Gestures can't work, or not for the person who needs them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    state: State
    fact: str
    """What is the case."""
    remedy: str = ""
    """What to do about it; empty where nothing needs to be done."""


def ok(fact: str) -> Finding:
    """All is well."""
    return Finding(State.OK, fact)


def degraded(fact: str, remedy: str) -> Finding:
    """It works, with a loss."""
    return Finding(State.DEGRADED, fact, remedy)


def broken(fact: str, remedy: str) -> Finding:
    """It doesn't work."""
    return Finding(State.BROKEN, fact, remedy)


Check = Callable[[], Finding]
"""Looks at one thing. Imports what it looks at inside, so that a part that can't be imported is a finding, too."""

_REINSTALL = "Install gesturectl again: python -m pip install --force-reinstall gesturectl"


def examine(check: Check) -> Finding:
    """What `check` finds; whatever it raises is a finding."""
    try:
        return check()
    except GesturectlError as error:
        return broken(f"{error.place}: {error.fact}" if error.place else error.fact, error.remedy)
    except ImportError as error:
        return broken(f"a part of the program is missing or can't be loaded ({error})", _REINSTALL)
    # A doctor who dies of the illness helps nobody: drivers and native libraries raise what they like.
    except Exception as error:
        return broken(f"the check itself failed ({type(error).__name__}: {error})", "Please report this")
