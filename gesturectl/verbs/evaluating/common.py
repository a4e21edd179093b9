"""What all of `evaluate` has in common: what was measured, progress, problems."""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from gesturectl.errors import GesturectlError

_Item = TypeVar("_Item")

MOST_LINES = 12
"""Of mistakes, for people; --json has all of them."""


class Stopwatch:
    """How long the measurement took."""

    def __init__(self) -> None:
        self._started_s = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since it was made."""
        return round(time.perf_counter() - self._started_s, 2)


def about(
    args: argparse.Namespace, model: str, sha256: str | None, watch: Stopwatch, problems: Sequence[GesturectlError]
) -> dict[str, Any]:
    """What was measured, and with what, for JSON."""
    return {
        "type": "evaluation",
        "model": model,
        "sha256": sha256,
        "rate": args.rate,
        "mirrored": args.mirror,
        "seconds_taken": watch.seconds,
        "problems": [{"place": p.place, "fact": p.fact, "remedy": p.remedy} for p in problems],
    }


def counted(items: Iterator[_Item], total: int, what: str) -> Iterator[_Item]:
    """`items`, while the terminal says how far it is."""
    live = sys.stderr.isatty()
    for k, item in enumerate(items, 1):
        yield item
        if live:
            print(f"\r{k} of {total} {what}", end="" if k < total else "\r\x1b[K", file=sys.stderr, flush=True)


def tell_progress(text: str) -> None:
    """How far something long is, on stderr; on a terminal each line replaces the one before."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(f"gesturectl: {text}", file=sys.stderr, flush=True)


def tell_problems(problems: Sequence[GesturectlError]) -> None:
    """One line for each, on stderr."""
    for problem in problems[:MOST_LINES]:
        print(f"gesturectl: left out: {problem}", file=sys.stderr)
    if len(problems) > MOST_LINES:
        print(f"gesturectl: … and {len(problems) - MOST_LINES} more; --json names them all", file=sys.stderr)


def print_json(report: dict[str, Any]) -> None:
    """One line; a number that isn't one would be a fault of ours."""
    print(json.dumps(report, ensure_ascii=False, allow_nan=False))
