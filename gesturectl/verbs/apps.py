"""`gesturectl apps`: what the focused window is called on this desktop, ready to paste into a profile."""

import argparse
import json
import re
import time
from contextlib import closing
from dataclasses import asdict
from typing import Any

from gesturectl.desktop.base import UNKNOWN_APP, App, WindowWatcher
from gesturectl.desktop.null import NullWindowWatcher
from gesturectl.desktop.select import choose_watcher, explained
from gesturectl.errors import DesktopError
from gesturectl.profiles.load import default_folders, load
from gesturectl.profiles.resolve import Resolver
from gesturectl.profiles.schema import Profiles
from gesturectl.recognition.personal_file import known_gestures

_EPILOG = """examples:
  gesturectl apps                                  the window that has the focus: this terminal
  gesturectl apps --after 3                        three seconds to click the one you mean
  gesturectl apps --watch                          each window as it gets the focus, until Ctrl-C
  gesturectl apps --watch --json                   the same, one JSON object a line

Exit code 6 if this desktop doesn't tell; gesturectl doctor says what would help.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("--after", type=float, default=0.0, metavar="SECONDS", help="look after so long")
    parser.add_argument("--watch", action="store_true", help="go on, and tell each change")
    parser.add_argument("--json", action="store_true", help="print one JSON object, or one a line with --watch")


def run(args: argparse.Namespace) -> int:
    """Tell the focused window; that none has the focus is an answer, too."""
    profiles = load(default_folders(), known_gestures())
    watcher, reasons = choose_watcher()
    if isinstance(watcher, NullWindowWatcher):
        facts, remedies = explained(reasons)
        raise DesktopError("apps", f"this desktop doesn't tell which app has the focus ({facts})", remedies)
    with closing(watcher):
        if args.watch:
            watcher.watch(lambda app: _tell(app, watcher, profiles, as_json=args.json))
            return 0
        time.sleep(max(0.0, args.after))
        _tell(watcher.current(), watcher, profiles, as_json=args.json)
    return 0


def _tell(app: App, watcher: WindowWatcher, profiles: Profiles, *, as_json: bool) -> None:
    known = sorted(name for name, identity in profiles.apps.items() if identity.matches(app))
    matches = [match.profile.name for match in Resolver(profiles).matches(app)]
    if as_json:
        told: dict[str, Any] = {"type": "app", **asdict(app), "told_by": watcher.name}
        snippet = "" if app == UNKNOWN_APP else as_profile(app, *known[:1])
        print(json.dumps({**told, "apps": known, "profiles": matches, "snippet": snippet}), flush=True)
        return
    if app == UNKNOWN_APP:
        print("no window has the focus, or it has no name\n", flush=True)
        return
    lines = [f"  {name:<9}{value}" for name, value in asdict(app).items() if value]
    called = f"your profiles and the bundled ones call it: {', '.join(known)}" if known else "no profile knows it"
    print(
        f"the focused window, as {watcher.name} tells it:",
        *lines,
        called,
        f"profiles that apply, most specific first: {', '.join(matches)}",
        f"\nto paste into a profile of yours:\n{_indented(as_profile(app, *known[:1]))}\n",
        sep="\n",
        flush=True,
    )


def as_profile(app: App, known: str = "") -> str:
    """A profile for `app`, as TOML, that changes one thing as an example; `known` is what other files call the app."""
    key, value = next((key, value) for key, value in asdict(app).items() if value)
    short = value.rpartition(".")[0 if key == "exe" else 2] or value  # org.mozilla.firefox, firefox.exe
    name = known or re.sub(r"[^a-z0-9]+", "_", short.lower()).strip("_") or "app"
    quoted = json.dumps(value, ensure_ascii=False)  # TOML's basic strings are written like JSON's
    identity = "" if known else f"[app.{name}]\n{key} = {quoted}\n\n"
    return (
        f'version = 1\n{identity}[profile.{name}]\napps = ["{name}"]\n'
        f'[profile.{name}.actions]\nnext = {{ keys = "Ctrl+Tab" }}    # what swipe_left means everywhere\n'
    )


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines()).rstrip()
