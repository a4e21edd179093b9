"""`gesturectl pause`: stop acting and release the camera."""

import argparse

from gesturectl.verbs.ask import add_json, ask_and_print

_EXAMPLES = """  gesturectl pause     the camera's light goes off; keys that were held are released
  gesturectl resume    watch again
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Pause."""
    return ask_and_print(args, "pause", "Paused: the camera is released. {reason}")
