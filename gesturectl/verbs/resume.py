"""`gesturectl resume`: watch again after a pause."""

import argparse

from gesturectl.verbs.ask import add_json, ask_and_print

_EXAMPLES = """  gesturectl resume    open the camera again
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Resume."""
    return ask_and_print(args, "resume", "Watching again.")
