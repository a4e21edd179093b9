"""`gesturectl which`: what a gesture does in an app, which profile says so, and what the others had to say."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from gesturectl.actions.profile import AUTO
from gesturectl.errors import UsageError
from gesturectl.profiles.load import default_folders, load
from gesturectl.profiles.resolve import Resolution, Resolver
from gesturectl.profiles.window import window_of
from gesturectl.recognition.personal_file import known_gestures
from gesturectl.toml_schema import nearest
from gesturectl.types import HANDS

_EPILOG = """examples:
  gesturectl which swipe_left                               in an app that no profile knows
  gesturectl which --app firefox swipe_left                 in Firefox
  gesturectl which --app firefox --title "x - YouTube" ok   on a page
  gesturectl which --app vlc.exe --hand left open_palm      by the name of a program; with the left hand
  gesturectl which --profile window_manager swipe_up        with a profile fixed
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.epilog = _EPILOG
    parser.add_argument("gesture", help="the gesture, such as swipe_left")
    parser.add_argument("--app", default="", help="the app: its name in a profile, WM_CLASS, exe or bundle identifier")
    parser.add_argument("--title", default="", help="the title of its window")
    parser.add_argument("--hand", choices=HANDS, help="the hand; both if left out")
    parser.add_argument("--profile", help='the profile that is fixed; "auto" chooses by app')
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Explain; a gesture that does nothing is an answer, too."""
    known_names = known_gestures()
    profiles = load(default_folders(), known_names)
    fixed = None if args.profile in (None, AUTO) else args.profile
    if args.gesture not in known_names:
        raise UsageError("which", f'there is no gesture "{args.gesture}"', nearest(args.gesture, known_names))
    if fixed and fixed not in profiles.profiles:
        raise UsageError("which", f'there is no profile "{fixed}"', nearest(fixed, profiles.profiles))
    app = window_of(args.app, args.title, profiles, "which --app")
    resolver = Resolver(profiles)
    found = {hand: resolver.resolve(args.gesture, hand, app, fixed) for hand in HANDS if args.hand in (None, hand)}
    known = sorted(name for name, identity in profiles.apps.items() if identity.matches(app))
    if args.json:
        report = {
            "type": "which",
            "gesture": args.gesture,
            "app": asdict(app),
            "apps": known,
            "profile": resolver.active_profile(app, fixed),
            "hands": {hand: _row(resolution) for hand, resolution in found.items()},
        }
        print(json.dumps(report))
        return 0
    if args.app and not known and not fixed:
        print(f'No profile knows an app "{args.app}". {nearest(args.app, profiles.apps)}'.rstrip())
    if len(set(found.values())) == 1:
        print(next(iter(found.values())).explain())
    else:
        print("\n\n".join(f"{hand} hand: {resolution.explain()}" for hand, resolution in found.items()))
    return 0


def _row(resolution: Resolution) -> dict[str, Any]:
    binding = resolution.binding
    return {
        "action": binding.action.describe() if binding else None,
        "intent": binding.intent if binding else None,
        "profile": binding.profile if binding else None,
        "place": binding.place if binding else None,
        "meaning_place": resolution.intent_place or None,
        "tuning": asdict(binding.tuning) if binding else None,
        "reason": resolution.reason,
        "considered": [asdict(entry) for entry in resolution.considered],
    }
