"""`gesturectl retrain`: a new model of the starter's gestures and a person's own, taken into use if it is no worse."""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from gesturectl.daemon.client import ask
from gesturectl.errors import DaemonError
from gesturectl.paths import data_dir
from gesturectl.recognition.personal_file import NAME, Stored, read_personal, write_personal
from gesturectl.verbs.retraining.progress import Progress
from gesturectl.verbs.training.choices import require_torch

_EPILOG = """examples:
  gesturectl retrain                       from all takes in your library
  gesturectl retrain my-gestures           from those of another: my-gestures/<gesture>/<take>.npz
  gesturectl retrain --background idle     ... told from yourself doing nothing in particular
  gesturectl retrain --keep                only make it; take it into use yourself: gesturectl models use NAME
  gesturectl retrain --cancel              end the one that the daemon has under way
  gesturectl models history                what was made, and why it is in use or isn't
  gesturectl models rollback               the model before

The new model knows the gestures of the one in use and your own. Some of your takes are kept from a twin of it, which
shows what it makes of takes it hasn't seen. It is taken into use, at once and by a running gesturectl, too, only if it
recognises no fewer of them, fires no oftener where you meant nothing, and is no worse at what the starter knew; else
it is kept aside, and you are told why. Two to three minutes on two cores, at low priority; Ctrl-C ends it and changes
nothing. Needs the extra: pip install 'gesturectl[train]'. Without it, what gesturectl enrol learns at once works on.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="LIBRARY", help="where the takes are (default: what is enrolled)"
    )
    parser.add_argument("--background", type=Path, action="append", default=[], metavar="DIR",
                        help="takes of yourself doing nothing in particular; may be given again")  # fmt: skip
    parser.add_argument("--either-hand", action="store_true", help="learn each gesture for the other hand, too, in a "
                        "mirror")  # fmt: skip
    parser.add_argument("--keep", action="store_true", help="make and compare it, but leave the model in use as it is")
    parser.add_argument("--cancel", action="store_true", help="end the retraining that a running gesturectl has begun")
    parser.add_argument("--one-core", action="store_true", help="use one core, and twice the time")
    parser.add_argument("--progress", action="store_true", help="with --json: a line of JSON for each step, too")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Retrain, compare, promote. Raises UsageError without torch or takes, DaemonError while another retrains."""
    if args.cancel:
        ask("cancel_retrain")
        print(json.dumps({"type": "cancelled"}) if args.json else "The retraining ends; nothing has changed.")
        return 0
    require_torch(
        "retrain",
        "Run pip install 'gesturectl[train]' for full retraining.",
        "so only what gesturectl enrol learns at once is available",
    )
    from gesturectl.daemon.instance import SingleInstance

    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(10)  # whatever else the person does comes first
    data_dir().mkdir(parents=True, exist_ok=True)
    lock = SingleInstance(data_dir() / "retrain.lock")
    try:
        lock.__enter__()
    except DaemonError as error:
        remedy = "Wait until it is done, or end it: gesturectl retrain --cancel"
        raise DaemonError("retrain", "a retraining is under way already", remedy) from error
    try:
        told = _retrain(args)
    finally:
        lock.__exit__()
    print(json.dumps(told, ensure_ascii=False) if args.json else _words(told), flush=True)
    return 0


def _retrain(args: argparse.Namespace) -> dict[str, Any]:
    from gesturectl.evaluation.enrolment import own_nothing, read_folders, read_idle
    from gesturectl.evaluation.soak import quiet_takes, read_soaks
    from gesturectl.recognition.model_history import ModelHistory, bytes_in_use, classifier_in_use
    from gesturectl.recognition.tuned import read_tuned
    from gesturectl.training.retrain import retrain
    from gesturectl.training.retrain_report import figures, table, write_report
    from gesturectl.training.side_by_side import one_after_the_other, side_by_side

    started_s = time.monotonic()
    stored, folders, idle = _sources(args)
    takes = read_folders(folders, stored.left_out if stored else ())
    problems = list(takes.problems)
    quiet = [*read_idle(idle, problems), *own_nothing(folders, problems)]
    quiet += quiet_takes(read_soaks(data_dir() / "soak", problems), problems)
    for problem in problems:
        sys.stderr.write(f"gesturectl: {problem}\n")
    tuned = read_tuned()
    either = args.either_hand or (stored.either_hand if stored else False)
    history = ModelHistory()
    name = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    build = history.build_folder(name)
    alone = args.one_core or (os.cpu_count() or 1) < 2
    try:
        with Progress(lines=args.progress) as progress:
            done = retrain(
                *bytes_in_use(), takes, quiet, build, either_hand=either, watch=progress.watchers,
                thresholds=tuned.for_model(classifier_in_use()) if tuned is not None else {},
                beside=one_after_the_other if alone else side_by_side,
            )  # fmt: skip
        promoted = not done.objection and not args.keep
        reason = _reason(done.objection, args.keep)
        write_report(build, done, reason)
        about = {
            "state": "promoted" if promoted else "kept aside",
            "reason": reason,
            "sha256": done.personal.model_sha256,
            "gestures": list(done.gestures),
            "figures": figures(done, time.monotonic() - started_s),
        }
        model = history.promote(name, build, about) if promoted else history.keep(name, build, about)
    finally:
        shutil.rmtree(build, ignore_errors=True)
    if promoted:
        sources, still = (tuple(str(folder.resolve()) for folder in listed) for listed in (folders, idle))
        left_out = stored.left_out if stored else ()
        if done.personal.gestures:
            write_personal(data_dir() / NAME, Stored(done.personal, sources, still, left_out, either))
    return {"type": "retrained", "name": name, "folder": str(model.folder), **about, "table": table(done)}


def _sources(args: argparse.Namespace) -> tuple[Stored | None, Sequence[Path], Sequence[Path]]:
    """What is enrolled, and the folders of takes and of nothing to learn from."""
    stored = read_personal(data_dir() / NAME)
    folders = [folder.expanduser() for folder in args.folders]
    idle = [folder.expanduser() for folder in args.background]
    if folders or stored is None:
        return None, folders or [data_dir() / "library"], idle
    return stored, [Path(folder) for folder in stored.sources], idle or [Path(folder) for folder in stored.idle]


def _reason(objection: str, keep: bool) -> str:
    if objection:
        return f"It was kept aside: {objection}."
    return "It is no worse in anything." + (" It waits to be taken into use." if keep else "")


def _words(told: dict[str, Any]) -> str:
    what = ", ".join(told["gestures"]) or "no gesture of your own"
    state = (
        "in use now" if told["state"] == "promoted" else f"kept aside; gesturectl models use {told['name']} takes it"
    )
    return "\n".join(
        [
            f"retrained with {what}, in {told['figures']['seconds']:.0f} s: {state}",
            told["reason"],
            *told["table"],
            f"report: {Path(told['folder']) / 'report.md'}",
        ]
    )
