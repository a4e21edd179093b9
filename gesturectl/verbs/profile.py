"""`gesturectl profile`: fix one profile, or let the app choose again."""

import argparse

from gesturectl.capture.names import AUTO
from gesturectl.verbs.ask import add_json, ask_and_print

_EXAMPLES = """  gesturectl profile           the profile in use
  gesturectl profile slides    use "slides" whatever app has the focus
  gesturectl profile auto      choose by app again
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("name", nargs="?", help="a profile (gesturectl profiles list), or 'auto'")
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Fix a profile, or say which is in use."""
    if args.name is None:
        return ask_and_print(args, "status", "{profile}")
    if args.name == AUTO:
        return ask_and_print(args, "profile", "The app chooses; in use: {profile}.", name=None)
    return ask_and_print(args, "profile", "In use whatever the app: {profile}.", name=args.name)
