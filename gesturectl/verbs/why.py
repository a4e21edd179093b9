"""`gesturectl why`: why the last gestures did or didn't fire, and what came of them."""

import argparse
import json
import time
from typing import Any

from gesturectl.daemon.client import ask
from gesturectl.daemon.why import KEPT
from gesturectl.process import heed

_EPILOG = """examples:
  gesturectl why               what your hands tried last, newest at the bottom
  gesturectl why --last 1 --rules    ... the very last, with what each rule said
  gesturectl why --follow      as it happens, until Ctrl-C
  gesturectl why --json        one JSON object: "candidates", each with gesture, hand, ago_s, score, threshold, margin,
                               agreement, fired, rules (in the order they are asked; "reason" is null where one passes),
                               rule and reason (what stopped it), app, profile, action (what was done)
  gesturectl run --source clip.mp4 --dry-run --refusals    the same for a recording

"fires" and then "nothing" means that the gesture was recognised and its binding did nothing: not armed, cooling down,
paused, somebody typing, or no binding. Scores below half of what a gesture asks for aren't worth telling.
Exit code 7 if no daemon runs or it doesn't answer.
"""
_EVERY_S = 0.3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("--last", type=_count, default=8, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--rules", action="store_true", help="what each rule said, not only the one that decided")
    parser.add_argument("--follow", action="store_true", help="go on telling (with --json, one object a line)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Tell."""
    if args.follow:
        return _follow(args)
    answer = ask("why", {"last": args.last})
    candidates = answer["candidates"]
    if args.json:
        print(json.dumps({"type": "why", "candidates": candidates}))
    elif not candidates:
        print("no hand has tried anything yet")
    else:
        print("\n".join(_lines(one, args.rules, f"{one['ago_s']:6.1f} s ago") for one in candidates))
    return 0


def _follow(args: argparse.Namespace) -> int:
    newest = ask("why", {"last": 1})["newest"]
    while True:
        answer = ask("why", {"after": newest})
        newest = answer["newest"]
        for one in answer["candidates"]:
            line = json.dumps(one) if args.json else _lines(one, args.rules, time.strftime("%H:%M:%S"))
            print(line, flush=True)
        heed()
        time.sleep(_EVERY_S)


def _lines(one: dict[str, Any], rules: bool, when: str) -> str:
    figures = (
        f"score {one['score']:.2f} of {one['threshold']:.2f}, margin {one['margin']:.2f}, "
        f"agreement {one['agreement']:.2f}"
    )
    lines = [f"{when}  {one['gesture']:<12} {one['hand']:<5}  {_outcome(one)}  ({figures})"]
    if rules:
        lines += [f"        {verdict['rule']:<14} {verdict['reason'] or 'passed'}" for verdict in one["rules"]]
    return "\n".join(lines)


def _outcome(one: dict[str, Any]) -> str:
    if not one["fired"]:
        return f"refused, {one['rule']}: {one['reason']}"
    if one["action"] is not None:
        return f"fires: {one['action']} (profile {one['profile']})"
    return f"fires, nothing: {one['reason'] or 'it still has to be held'} (profile {one['profile']})"


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= KEPT:
        raise argparse.ArgumentTypeError(f"it is a number from 1 to {KEPT}")
    return number
