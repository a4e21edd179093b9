"""`gesturectl arming`: whether gestures act only while armed, and a clutch for a key or a foot switch."""

import argparse

from gesturectl.daemon.status import arming_words
from gesturectl.verbs.ask import add_json, ask_and_print

_WAYS = {
    "on": "From now on gestures act only while armed.",
    "off": "From now on gestures act without arming, except where a profile asks for it.",
    "arm": "Armed until 'gesturectl arming disarm', or until your hands are gone for two seconds.",
    "disarm": "Not armed.",
}
_EXAMPLES = """  gesturectl arming           say whether it is on, and whether gestures may act now
  gesturectl arming on        gestures act only for a while after the arming gesture (an open palm, held still)
  gesturectl arming off       they act at once; those with arm = "required" in a profile need arming all the same
  gesturectl arming arm       a clutch: bind it to a key or to a foot switch going down
  gesturectl arming disarm    ... and this to its going up

on and off last until the daemon stops; the settings arming, arming_gesture and arming_s say how it starts. Pausing,
and losing all hands for more than two seconds, disarm.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("do", nargs="?", choices=tuple(_WAYS), help="what to do (default: say how it is)")
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Switch, arm or disarm; or say how it is."""
    if args.do is None:
        return ask_and_print(args, "status", in_words=arming_words)
    return ask_and_print(args, "arming", _WAYS[args.do], do=args.do)
