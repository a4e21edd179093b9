"""The doctor's findings as a text for a bug report, without anything that says who wrote it."""

import platform
import re
from collections.abc import Mapping
from pathlib import Path

from gesturectl import __version__, crashes
from gesturectl.scrubbing import scrubbed
from gesturectl.verbs.checks.finding import Finding, State

_PRIVATE = {
    "profiles": "names and lines of profiles are left out",
    "settings": "lines of the settings are left out",
}
"""Checks whose words are the person's own if something is wrong."""

_CRASHES, _LETTERS = 3, 4000
"""How many of the newest crash reports are told, and how much of each."""


def as_report(findings: Mapping[str, Finding], state: Path) -> str:
    """Every finding and the newest crash reports below `state`, with the person's, the computer's and the home folder's
    name replaced.
    """
    lines = [
        f"gesturectl {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        *(_line(name, finding) for name, finding in findings.items()),
        *_crashes(state),
    ]
    return scrubbed("\n".join(lines))


def _crashes(state: Path) -> list[str]:
    lines = []
    for path in crashes.newest(state, _CRASHES):
        try:
            text = path.read_text("utf-8", "replace")
        except OSError:
            continue
        lines.append(f"\n---- crash report {path.name}\n{text[:_LETTERS].rstrip()}")
    return lines


def _line(name: str, finding: Finding) -> str:
    fact, remedy = finding.fact, finding.remedy
    if name in _PRIVATE and finding.state is not State.OK:
        fact = f"{len(fact.splitlines())} mistakes ({_PRIVATE[name]})"
    elif name == "profiles":
        fact = re.sub(r"^.*?\(", "(", fact)
    indented = fact.replace("\n", "\n    ")
    return f"{finding.state:<10}{name}: {indented}" + (f"\n    remedy: {remedy}" if remedy else "")
