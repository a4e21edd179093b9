"""`gesturectl takes`: what is in the library, take by take, and how it looks."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.gestures.library import ASIDE, Library, StoredTake
from gesturectl.gestures.take import DamagedTakeError
from gesturectl.paths import data_dir
from gesturectl.toml_schema import nearest
from gesturectl.types import HANDS

_EPILOG = """examples:
  gesturectl takes                          all gestures and their takes
  gesturectl takes snap                     those of one
  gesturectl takes snap --show              play them here, as moving hands
  gesturectl takes snap --svg pictures      write each as a small moving picture that any browser plays
  gesturectl takes --set-aside              move damaged files out of the way; none is ever deleted

A file that is damaged is named and left out everywhere; all other takes work as before.
Takes hold the joints of your hands, never pictures. 'gesturectl gestures' deletes a gesture, with a way back.
"""
_ROWS, _COLUMNS = 14, 48


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("gesture", nargs="?", help="only this gesture")
    parser.add_argument("--library", type=Path, metavar="DIR", help="another library than your own")
    parser.add_argument("--show", action="store_true", help="play the takes in the terminal")
    parser.add_argument("--svg", type=Path, metavar="DIR", help="write each take as a moving picture there")
    parser.add_argument("--set-aside", action="store_true", help=f"move damaged takes to {ASIDE} in the library")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """List, play or draw."""
    folder = args.library.expanduser() if args.library is not None else data_dir() / "library"
    if args.library is None and not folder.exists():
        return _print([], args.json)
    library = Library(folder)
    if args.gesture is not None and args.gesture not in library.gestures:
        raise UsageError("takes", f'there is no gesture "{args.gesture}"', nearest(args.gesture, library.gestures))
    problems: list[GesturectlError] = []
    rows = []
    for stored in library.takes(problems, args.gesture):
        rows.append(_row(stored))
        if args.svg is not None:
            rows[-1]["svg"] = str(_draw(stored, args.svg.expanduser()))
        if args.show:
            _play(stored)
    damaged = [_damaged(problem, library if args.set_aside else None) for problem in problems]
    return 0 if args.show and not args.json else _print(rows, args.json, damaged)


def _row(stored: StoredTake) -> dict[str, Any]:
    take = stored.take
    seen = take.present.mean(axis=0)
    hands = [hand for hand, share in zip(HANDS, seen, strict=True) if share >= 0.5] or [HANDS[int(seen.argmax())]]
    return {
        "gesture": stored.gesture,
        "take": stored.name,
        "hands": hands,
        "length_ms": int(take.t_ms[-1] - take.t_ms[0]),
        "frames": len(take.t_ms),
        "file": str(stored.path),
    }


def _damaged(problem: GesturectlError, aside_in: Library | None) -> dict[str, Any]:
    """What is wrong with a file, told on stderr, and where it was moved to."""
    moved = None
    if aside_in is not None and isinstance(problem, DamagedTakeError):
        try:
            moved = str(aside_in.set_aside(Path(problem.place)))
        except OSError as error:
            problem = GesturectlError(problem.place, f"it can't be moved ({error.strerror})", "Look at its folder.")
    told = f"{problem.place}: {problem.fact}. It is now {moved}" if moved else problem
    print(f"gesturectl: {told}", file=sys.stderr)
    return {"file": problem.place, "fact": problem.fact, "moved_to": moved}


def _print(rows: list[dict[str, Any]], as_json: bool, damaged: Sequence[dict[str, Any]] = ()) -> int:
    if as_json:
        print(json.dumps({"type": "takes", "takes": rows, "damaged": list(damaged)}))
        return 0
    if not rows:
        print("There is no take. Record a gesture: gesturectl record NAME")
    width = max((len(f"{row['gesture']}/{row['take']}") for row in rows), default=0)
    for row in rows:
        name = f"{row['gesture']}/{row['take']}"
        print(
            f"{name:<{width}}  {row['length_ms'] / 1000:4.1f} s  {row['frames']:4} frames  {' and '.join(row['hands'])}"
        )
    return 0


def _draw(stored: StoredTake, folder: Path) -> Path:
    from gesturectl.atomic import whole_file
    from gesturectl.evaluation.skeleton_moving import moving_skeleton

    path = folder / f"{stored.gesture} {stored.name}.svg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(moving_skeleton(stored.take, 240, f"{stored.gesture}, take {stored.name}").encode())
    except OSError as error:
        raise GesturectlError(
            str(path), f"it can't be written ({error.strerror or error})", "Look at the folder."
        ) from error
    return path


def _play(stored: StoredTake) -> None:
    """At its own pace, in place; where the output is no terminal, the middle of it."""
    from gesturectl.ui.braille import braille_hands

    take, live = stored.take, sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    print(f"{stored.gesture}, take {stored.name}")
    frames = range(len(take.t_ms)) if live else [len(take.t_ms) // 2]
    for number, k in enumerate(frames):
        points = [
            np.nan_to_num(take.image_points[k, slot, :, :2], nan=-9.0).tolist() if take.present[k, slot] else None
            for slot in range(2)
        ]
        up = f"\x1b[{_ROWS}A" if number else ""
        print(up + "\n".join(braille_hands(points, _COLUMNS, _ROWS)), flush=True)
        if live and k + 1 < len(take.t_ms):
            time.sleep(float(take.t_ms[k + 1] - take.t_ms[k]) / 1000)
