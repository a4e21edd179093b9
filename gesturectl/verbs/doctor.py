"""`gesturectl doctor`: what works on this machine, what doesn't, and what to do about it."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from gesturectl import paths
from gesturectl.verbs.checks import acting, installation, seeing, stored, surroundings
from gesturectl.verbs.checks.finding import Check, Finding, State, examine
from gesturectl.verbs.checks.report import as_report

CHECKS: dict[str, Check] = {
    "python": installation.check_python,
    "packages": installation.check_packages,
    "duplicates": installation.check_duplicates,
    "telemetry": installation.check_telemetry,
    "camera": seeing.check_camera,
    "hand models": seeing.check_hand_models,
    "tracker": seeing.check_tracker,
    "gesture model": seeing.check_gesture_model,
    "settings": surroundings.check_settings,
    "profiles": acting.check_profiles,
    "your data": stored.check_data,
    "permissions": surroundings.check_permissions,
    "keys": acting.check_injector,
    "panic chord": acting.check_panic_chord,
    "vision's box": surroundings.check_box,
    "portal": surroundings.check_portal,
    "media": surroundings.check_media,
    "focused app": acting.check_window_watcher,
    "your input": acting.check_input_watcher,
    "lock and sleep": surroundings.check_session,
    "tray": acting.check_tray,
    "feedback": acting.check_feedback,
    "autostart": surroundings.check_autostart,
    "daemon": acting.check_daemon,
    "crashes": installation.check_crashes,
}
"""Every check by the name of what it looks at, in the order in which one depends on the other."""

_EPILOG = """ok: works   degraded: works with a loss   broken: doesn't work; below each, what to do

The camera is switched on for two seconds, to measure its real rate and the light; no picture is kept.

examples:
  gesturectl doctor
  gesturectl doctor --no-camera                    leave the camera's light off
  gesturectl doctor --report > report.txt          for a bug report, with the newest crash reports: no name of yours,
                                                   your computer, your profiles
  gesturectl doctor --json | jq '.checks[] | select(.state != "ok")'

exit codes: 0 nothing is broken, 1 something is
"""

_INDENT = " " * 26


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("--no-camera", action="store_true", help="don't switch the camera on")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print one JSON object")
    how.add_argument("--report", action="store_true", help="print a text for a bug report, without personal data")


def run(args: argparse.Namespace) -> int:
    """Run all checks; 1 if something is broken."""
    checks = CHECKS | {"camera": seeing.check_camera_listed} if args.no_camera else CHECKS
    findings: dict[str, Finding] = {}
    for name, finding in _examined(checks):
        findings[name] = finding
        if not args.json and not args.report:
            print(_lines(name, finding), flush=True)
    count = Counter(finding.state for finding in findings.values())
    if args.json:
        told = [{"name": name, **asdict(finding)} for name, finding in findings.items()]
        print(json.dumps({"type": "doctor", "ok": not count[State.BROKEN], "checks": told}))
    elif args.report:
        print(as_report(findings, paths.state_dir()))
    else:
        print("\n" + ", ".join(f"{count[state]} {state}" for state in State if count[state]))
    return 1 if count[State.BROKEN] else 0


def _examined(checks: dict[str, Check]) -> Iterator[tuple[str, Finding]]:
    for name, check in checks.items():
        yield name, examine(check)


def examined() -> Iterator[dict[str, Any]]:
    """Every check's name, state, fact and remedy, one after the other, for whoever shows them."""
    for name, finding in _examined(CHECKS):
        yield {"name": name, **asdict(finding)}


def _lines(name: str, finding: Finding) -> str:
    fact, remedy = (text.replace("\n", "\n" + _INDENT) for text in (finding.fact, finding.remedy))
    line = f"{finding.state:<10}{name:<16}{fact}"
    return f"{line}\n{_INDENT}→ {remedy}" if remedy else line
