"""`gesturectl status`: what the running daemon sees and does."""

import argparse

from gesturectl.verbs.ask import add_json, ask_and_print

_EXAMPLES = """  gesturectl status           in words
  gesturectl status --json    one JSON object, for programs
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Print the state."""
    return ask_and_print(args, "status")
