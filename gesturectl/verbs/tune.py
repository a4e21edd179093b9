"""`gesturectl tune`: thresholds for one person, from their own takes and from what they mean by nothing."""

import argparse
import json
import sys
from pathlib import Path

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.evaluation.performing import performances
from gesturectl.evaluation.pictures import operating_picture, write_picture
from gesturectl.evaluation.soak import quiet_takes, read_soaks
from gesturectl.evaluation.tuning import Evidence, Outcome, Tuning, operating_points, tune
from gesturectl.gestures.library import Library
from gesturectl.paths import data_dir
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal_file import NAME, REFUSED, read_personal
from gesturectl.recognition.personalised import personalised
from gesturectl.recognition.tuned import Tuned, read_tuned, tuned_path, write_tuned
from gesturectl.types import NOTHING

_SYNTHETIC = 240
"""Synthetic takes of hands at work: some 25 minutes."""
_SEED = 45
_EPILOG = """examples:
  gesturectl tune                  at most one false activation a day
  gesturectl tune --per-day 0.2    ... in five days: stricter
  gesturectl tune --dry-run        say what would change; change nothing
  gesturectl tune --plot t.png     detections against false activations, over all thresholds
  gesturectl tune --reset          the model's own thresholds again

It looks at the takes in your library (of your own gestures and of the starter's), at your folder "nothing" and your
soaks (gesturectl soak), and at synthetic hands at work, which set a floor: an hour of your own quiet can't show what
happens once a day. A gesture of which you have no takes is only ever made stricter. What your gestures were learnt
from also tunes them, so detections are a little too kind. A running gesturectl takes the thresholds up within a second;
they hold for the model they were chosen for.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("--per-day", type=_budget, default=1.0, metavar="N", help="false activations that are allowed "
                        "in a day of eight hours before the camera (default: %(default)g)")  # fmt: skip
    parser.add_argument("--library", type=Path, metavar="DIR", help="takes (default: your library)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="choose and compare, but write nothing")
    what.add_argument("--reset", action="store_true", help="remove tuned thresholds")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a picture of detections against false activations")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Choose, write and tell. Raises GesturectlError."""
    if args.reset:
        return _reset(args.json)
    from gesturectl.recognition.model_history import classifier_in_use
    from gesturectl.training.starter_streams import synthetic_quiet

    base = classifier_in_use()
    classifier = _own(base)
    problems: list[GesturectlError] = []
    folder = (args.library or data_dir() / "library").expanduser()
    library = Library(folder) if folder.is_dir() else None
    takes = list(library.takes(problems)) if library is not None else []
    soaks = quiet_takes(read_soaks(data_dir() / "soak", problems), problems)
    known = set(classifier.card.labels) - {NOTHING}
    evidence = Evidence(
        performances(stored for stored in takes if stored.gesture in known),
        [*(stored.take for stored in takes if stored.gesture == NOTHING), *soaks],
        synthetic_quiet(_SEED, _SYNTHETIC),
    )
    for problem in problems:
        sys.stderr.write(f"gesturectl: {problem}\n")
    if not evidence.shown and not evidence.quiet:
        remedy = "Record some takes, or watch yourself at work: gesturectl soak --minutes 30"
        raise UsageError("tune", "there are no takes of yours and no soaks to choose by", remedy)
    before = read_tuned()
    used = before.for_model(base) if before is not None else {}
    done = tune(classifier, evidence, args.per_day, used, (lambda text: None) if args.json else _say)
    if args.plot:
        points, now = operating_points(done)
        title = "Your takes against an hour of synthetic work, over all thresholds"
        write_picture(args.plot, operating_picture({"thresholds": points}, {"thresholds": now}, title))
    if not args.dry_run:
        write_tuned(Tuned(base.sha256, done.changed, args.per_day))
    if args.json:
        told = {"before": done.before.as_json(), "after": done.after.as_json(), "changed": dict(done.changed)}
        file = None if args.dry_run else str(tuned_path())
        print(json.dumps({"type": "tuned", "per_day": args.per_day, "file": file, **told}, ensure_ascii=False))
    else:
        print("\n".join(_lines(done, args.dry_run)))
    return 0


def _own(base: Classifier) -> Classifier:
    """The model in use with what the person has enrolled and refused, as it runs live."""
    found = []
    for name in (NAME, REFUSED):
        stored = read_personal(data_dir() / name)
        if stored is not None and stored.personal.model_sha256 != base.sha256:
            remedy = "Learn it again first: gesturectl enrol --again"
            raise GesturectlError(name, "it was learnt on another model", remedy)
        found.append(stored.personal if stored is not None else None)
    return personalised(base, *found)


def _reset(as_json: bool) -> int:
    path = tuned_path()
    there = path.exists()
    path.unlink(missing_ok=True)
    if as_json:
        print(json.dumps({"type": "tuned", "file": None, "reset": there}))
    else:
        print("The model's own thresholds hold again." if there else "No thresholds were tuned.")
    return 0


def _lines(done: Tuning, dry: bool) -> list[str]:
    lines = []
    for gesture, value in sorted(done.after.thresholds.items()):
        was = done.before.thresholds[gesture]
        if abs(value - was) > 1e-6:
            lines.append(f"  {gesture:<20}{was:.2f} -> {value:.2f}")
    lines = lines or ["  no threshold needs to change"]  # the table tells why
    lines += ["", f"  {'':<28}{'before':>16}{'after':>16}"]
    told = [_cells(done.before), _cells(done.after)]
    words = ("your takes recognised", "fired where you meant nothing", "fired in synthetic work")
    lines += [f"  {what:<30}{told[0][k]:>14}{told[1][k]:>16}" for k, what in enumerate(words)]
    bound = done.after.quiet.as_json()["false_activations_per_hour_upper95"]
    if bound is not None:
        lines.append(f"  where you meant nothing it fires, with 95 % certainty, fewer than {bound:.1f} times an hour")
    heard = {name.split("/")[0] for name in done.after.shown.names}
    unheard = sorted(set(done.after.thresholds) - heard)
    if unheard:
        lines.append(f"  no takes of {', '.join(unheard)}: these are only made stricter")
    lines.append("nothing was written" if dry else f"written to {tuned_path()}")
    return lines


def _cells(outcome: Outcome) -> tuple[str, str, str]:
    quiet, busy = outcome.quiet, outcome.synthetic
    return (
        f"{len(outcome.shown.right)} of {outcome.shown.shown}",
        f"{quiet.total} in {60 * quiet.hours:.0f} min",
        f"{busy.total} in {60 * busy.hours:.0f} min",
    )


def _say(text: str) -> None:
    sys.stderr.write(f"gesturectl: {text}\n")


def _budget(text: str) -> float:
    value = float(text)
    if not 0 < value <= 100:
        raise argparse.ArgumentTypeError("it is more than 0 and at most 100")
    return value
