"""`gesturectl bind`: say what a gesture does, everywhere or in one app, without writing a profile."""

import argparse
import json

from gesturectl.errors import UsageError
from gesturectl.profiles import own
from gesturectl.recognition.personal_file import known_gestures

_EPILOG = """examples:
  gesturectl bind snap 'keys = "Ctrl+T"'                   everywhere
  gesturectl bind snap 'keys = "Ctrl+T"' --app firefox     in Firefox only
  gesturectl bind ok 'media = "play_pause", hold = 0.5'    with tuning; everything that may stand in a profile
  gesturectl bind swipe_up none --app code                 nothing, there
  gesturectl bind --list                                   what was bound this way
  gesturectl unbind snap                                   no longer

It is written to own.toml in your folder of profiles, which the program rewrites; what you write by hand in other files
there wins over it. A running gesturectl takes it up within two seconds. docs/profiles.md lists the actions.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("gesture", nargs="?", help="the gesture, such as snap")
    parser.add_argument("action", nargs="?", help="what it does, as in a profile: 'keys = \"Ctrl+T\"', or 'none'")
    parser.add_argument("--app", default="", help="only there: its name in a profile, WM_CLASS, exe or bundle")
    parser.add_argument("--list", action="store_true", help="say what was bound this way")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Bind, or list."""
    if args.list:
        return _list(args.json)
    if args.gesture is None or args.action is None:
        remedy = "Write: gesturectl bind snap 'keys = \"Ctrl+T\"'"
        raise UsageError("bind", "it takes a gesture and an action", remedy)
    bound = own.bind(args.gesture, own.parse_action(args.action), args.app, gestures=known_gestures())
    if args.json:
        print(json.dumps(bound.as_json()))
        return 0
    if bound.does:
        print(f"{bound.gesture}{f' in {bound.app}' if bound.app else ''}: {bound.does}")
    if bound.warning:
        print(f"warning: {bound.warning}")
    return 0


def _list(as_json: bool) -> int:
    rows = own.bindings()
    if as_json:
        listed = [{"gesture": gesture, "app": app, "action": action} for gesture, app, action in rows]
        print(json.dumps({"type": "bindings", "file": str(own.own_path()), "bindings": listed}))
        return 0
    if not rows:
        print("Nothing was bound with 'gesturectl bind'.")
    for gesture, app, action in rows:
        print(f"{gesture}{f' in {app}' if app else ''}: {own.written(action)}")
    return 0
