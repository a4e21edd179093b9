"""`gesturectl unbind`: forget what `gesturectl bind` said of a gesture."""

import argparse
import json

from gesturectl.profiles import own

_EPILOG = """examples:
  gesturectl unbind snap                  wherever it was bound with 'gesturectl bind'
  gesturectl unbind snap --app firefox    there only
  gesturectl unbind snap --app ''         only what holds everywhere

Hand-written profiles are never changed; 'gesturectl which snap' says what it does now.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("gesture", help="the gesture, such as snap")
    parser.add_argument("--app", help="only there; '' for what holds everywhere")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Forget."""
    places = own.unbind(args.gesture, args.app)
    if args.json:
        print(json.dumps({"type": "unbound", "gesture": args.gesture, "apps": places}))
        return 0
    print(f"{args.gesture}: no longer bound {', '.join(f'in {app}' if app else 'everywhere' for app in places)}")
    return 0
