"""`gesturectl reload`: read the profiles again."""

import argparse

from gesturectl.verbs.ask import add_json, ask_and_print

_EXAMPLES = """  gesturectl reload    read the profiles now; changed files are also noticed within about two seconds
                       With mistakes in them, they are listed (exit code 3) and the last good profiles stay.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Reload."""
    return ask_and_print(args, "reload", "The profiles were read again. In use: {profile}.")
