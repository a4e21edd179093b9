"""Shared by the verbs that ask the running daemon."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from gesturectl.daemon.client import ask
from gesturectl.daemon.status import describe


def add_json(parser: argparse.ArgumentParser, epilog: str) -> None:
    """The option all of them have, and their examples."""
    parser.add_argument("--json", action="store_true", help="print the daemon's whole state as one JSON object")
    parser.epilog = f"examples:\n{epilog}\nExit code 7 if no daemon runs or it doesn't answer."


def ask_and_print(
    args: argparse.Namespace,
    command: str,
    words: str = "",
    in_words: Callable[[dict[str, Any]], str] = describe,
    **arguments: object,
) -> int:
    """Ask, and print the state as JSON, or else `words` with the state's fields filled in ("": all `in_words`)."""
    answer: dict[str, Any] = ask(command, arguments)
    answer.pop("ok")
    if args.json:
        print(json.dumps({"type": "status", **answer}))
    else:
        print(words.format(**answer) if words else in_words(answer))
    return 0
