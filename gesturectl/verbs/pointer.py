"""`gesturectl pointer`: the hand moves the pointer, or no longer."""

import argparse
from typing import Any

from gesturectl.verbs.ask import add_json, ask_and_print

_EXAMPLES = """  gesturectl pointer           say whether the hand moves the pointer
  gesturectl pointer on        from now on it does
  gesturectl pointer off       no longer
  gesturectl pointer toggle    the other way, for a key or a foot switch

While it is on, the first hand in the picture moves the pointer, a pinch of thumb and index presses the left button for
as long as it lasts, and a fist lifts the pointer as a mouse is lifted from the table. Other gestures do nothing,
but one whose action is { pointer = "off" } or { pointer = "toggle" }. Pausing ends it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("do", nargs="?", choices=("on", "off", "toggle"), help="what to do (default: say how it is)")
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Switch it, or say how it is."""
    if args.do is None:
        return ask_and_print(args, "status", in_words=_words)
    return ask_and_print(args, "pointer", in_words=_words, do=args.do)


def _words(status: dict[str, Any]) -> str:
    if status["pointer"]:
        return "on: the hand moves the pointer, a pinch presses the button, a fist lifts it; other gestures do nothing"
    return "off"
