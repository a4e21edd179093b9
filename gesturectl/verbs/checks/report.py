"""The doctor's findings as a text for a bug report, without anything that says who wrote it."""

import getpass
import platform
import re
import socket
from collections.abc import Mapping
from pathlib import Path

from gesturectl import __version__
from gesturectl.verbs.checks.finding import Finding, State

_PRIVATE = {
    "profiles": "names and lines of profiles are left out",
    "settings": "lines of the settings are left out",
}
"""Checks whose words are the person's own if something is wrong."""

_LEAST = 3
"""Letters of a name below which it would be found within other words."""


def as_report(findings: Mapping[str, Finding]) -> str:
    """Every finding, with the person's, the computer's and the home folder's name replaced."""
    lines = [
        f"gesturectl {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        *(_line(name, finding) for name, finding in findings.items()),
    ]
    return scrubbed("\n".join(lines))


def scrubbed(text: str) -> str:
    """`text` without the names of home folder, person and computer."""
    text = text.replace(str(Path.home()), "~") if str(Path.home()) != "/" else text
    for name, stands_for in ((_user(), "USER"), (socket.gethostname(), "HOST")):
        if len(name) >= _LEAST:
            text = re.sub(rf"\b{re.escape(name)}\b", stands_for, text)
    return text


def _line(name: str, finding: Finding) -> str:
    fact, remedy = finding.fact, finding.remedy
    if name in _PRIVATE and finding.state is not State.OK:
        fact = f"{len(fact.splitlines())} mistakes ({_PRIVATE[name]})"
    elif name == "profiles":
        fact = re.sub(r"^.*?\(", "(", fact)
    indented = fact.replace("\n", "\n    ")
    return f"{finding.state:<10}{name}: {indented}" + (f"\n    remedy: {remedy}" if remedy else "")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
