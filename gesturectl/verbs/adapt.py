"""`gesturectl adapt`: show it your way of the starter's gestures."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from gesturectl.errors import UsageError
from gesturectl.evaluation.adapting import Gain, gain, starter_takes
from gesturectl.paths import data_dir
from gesturectl.recognition.personal_file import NAME, Stored, read_personal, write_personal
from gesturectl.recognition.vocabulary import STARTER

_QUIET, _SEED = 80, 46
_EPILOG = f"""examples:
  gesturectl record swipe_left --takes 2   two takes of a starter gesture, your way; any of them, as many as you like
  gesturectl adapt                         learn them, and say what that gains
  gesturectl adapt --dry-run               only say what it would gain
  gesturectl adapt takes                   from another library: takes/swipe_left/*.npz ...

Two takes of a gesture are enough to say what they gain: one is learnt, the other performed, and the other way round.
What is learnt adds to what the model knows of that gesture, by the same means as a gesture of your own; the others
stay as they are. gesturectl tune then fits the thresholds.

starter gestures: {", ".join(STARTER)}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("library", nargs="?", type=Path, metavar="LIBRARY", help="where the takes are (default: yours)")
    parser.add_argument("--dry-run", action="store_true", help="say what it gains, and learn nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Measure, learn, tell. Raises GesturectlError."""
    from gesturectl.daemon.work import at_work
    from gesturectl.evaluation.enrolment import enrolled_from, read_folders, read_idle
    from gesturectl.recognition.model_history import classifier_in_use
    from gesturectl.training.starter_streams import synthetic_quiet

    path = data_dir() / NAME
    stored = read_personal(path)
    folders, idle = _folders(args.library, stored)
    takes = read_folders(folders, stored.left_out if stored else ())
    problems = list(takes.problems)
    quiet = read_idle(idle, problems)
    for problem in problems:
        sys.stderr.write(f"gesturectl: {problem}\n")
    if not starter_takes(takes):
        remedy = "Record two of a starter gesture: gesturectl record swipe_left --takes 2"
        raise UsageError("adapt", "there is no take of a gesture that the model knows", remedy)
    classifier = classifier_in_use()
    found = gain(classifier, takes, quiet, synthetic_quiet(_SEED, _QUIET))
    if not args.dry_run:
        left_out, either = (stored.left_out, stored.either_hand) if stored else ((), False)
        with at_work("enrol"):
            learnt = enrolled_from(classifier, folders, idle, left_out=left_out, either_hand=either)
            write_personal(path, learnt.stored)
    told: dict[str, Any] = {"type": "adapted", "learnt": not args.dry_run, **found.as_json()}
    print(json.dumps(told, ensure_ascii=False) if args.json else "\n".join(_lines(found, args.dry_run)))
    return 0


def _folders(library: Path | None, stored: Stored | None) -> tuple[list[Path], list[Path]]:
    """Where gestures and idle are: what is enrolled, and the library that was named or the person's own."""
    own = (library.expanduser() if library else data_dir() / "library").resolve()
    if stored is None:
        return [own], []
    folders = [Path(folder) for folder in stored.sources]
    wanted = library is not None or own.is_dir()
    return [*folders, *([own] if wanted and own not in folders else [])], [Path(folder) for folder in stored.idle]


def _lines(found: Gain, dry: bool) -> list[str]:
    lines = [f"  {'':<20}{'takes':>6}{'model alone':>14}{'with yours':>13}"]
    for gesture, (shown, before, after) in sorted(found.per_gesture().items()):
        lines.append(f"  {gesture:<20}{shown:>6}{before:>14}{after:>13}")
    alone, adapted = found.takes
    lines.append(f"  {'together':<20}{alone.shown:>6}{len(alone.right):>14}{len(adapted.right):>13}")
    if found.single:
        lines.append(f"  one take of {', '.join(found.single)}: learnt, but what it gains can't be told")
    quiet, busier = found.quiet
    minutes = 60 * quiet.hours
    lines.append(f"in {minutes:.0f} min of synthetic work it fires {busier.total} times, the model alone {quiet.total}")
    lines.append("nothing was learnt" if dry else "learnt; a running gesturectl knows them within a second")
    return lines
