"""`gesturectl not-this`: what fired was no gesture."""

import argparse

from gesturectl.verbs.ask import add_json, ask_and_print

_EXAMPLES = """  gesturectl not-this             what fired last was no gesture
  gesturectl not-this --at 81250  nor was what fired at that time (gesturectl why tells it)

The hands around it, landmarks only, are filed in your library's folder "nothing", and learnt within seconds: from then
on they hold that gesture back, and personal gestures, tune and retrain heed them. A take that you remove from
there is forgotten with: gesturectl enrol --again
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("--at", type=int, metavar="T_MS", help="when it fired, in milliseconds of the camera's clock")
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Have it filed."""
    arguments = {} if args.at is None else {"t_ms": args.at}
    return ask_and_print(args, "not-this", "Filed: that was no {filed[gesture]}.", **arguments)
