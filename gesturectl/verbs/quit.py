"""`gesturectl quit`: stop the running daemon."""

import argparse
import time

from gesturectl.daemon import endpoint
from gesturectl.verbs.ask import add_json, ask_and_print

_EXAMPLES = """  gesturectl quit    stop it, and wait until it is gone
"""
_PATIENCE_S = 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_json(parser, _EXAMPLES)


def run(args: argparse.Namespace) -> int:
    """Stop it. Returns when its socket is gone, so that another may be started at once."""
    code = ask_and_print(args, "quit", "Stopped.")
    socket = endpoint.folder() / endpoint.NAME
    deadline_s = time.monotonic() + _PATIENCE_S
    while socket.exists() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return code
