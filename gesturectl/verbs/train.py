"""`gesturectl train`: from a library of takes to a gesture model, with figures of how good it is."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gesturectl.errors import UsageError
from gesturectl.verbs.training.bar import Bar
from gesturectl.verbs.training.choices import config_of, data_of, device_of, family_of, fine_setting, require_torch
from gesturectl.verbs.training.place import Place

if TYPE_CHECKING:
    from gesturectl.training.library_set import TrainingSet
    from gesturectl.training.plan import FitConfig
    from gesturectl.training.processes import Processes
    from gesturectl.training.session import Judged

_EPILOG = """examples:
  gesturectl train ~/signs --out signs              a model of the takes in ~/signs/<gesture>/*.npz, all in signs/
  gesturectl train ~/signs --out signs --folds 5    ... judged on takes it wasn't trained on, five times
  gesturectl train ~/signs --out s --folds subject  ... on people it wasn't trained on
  gesturectl train ~/signs --out s --family dd_net  another kind of model; --list tells them all
  gesturectl train ~/signs --out signs --resume     go on after an interruption
  torchrun --nproc-per-node 4 -m gesturectl.cli train ~/signs --out signs     several GPUs

A library with a folder nothing/ gives a model that runs live: it sees one hand's last milliseconds, and knows what is
no gesture. A library without one gives a model of whole takes, for `gesturectl evaluate`; --live and --takes decide.

OUT is a folder, or the model's file (NAME.onnx; the rest is then in NAME-training/). It gets model.onnx with its card,
metrics.json, curves.png, confusion.png and report.md. A model that was there is replaced only by a whole new one, and
only if ONNX Runtime computes with it what torch does. Exit code 1 where something can't be written.
"""
_INPUTS = ("auto", "hand", "hands", "keypoints", "pictures", "crops")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("library", type=Path, nargs="?", metavar="LIBRARY", help="a folder of takes for each gesture")
    parser.add_argument("--out", type=Path, metavar="OUT", help="where the model and the report go")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--family", metavar="NAME", help="the kind of model (default: fused)")
    what.add_argument("--branches", metavar="A,B,C", help="fuse these branches instead")
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--live", action="store_true", help="a model that runs live")
    scope.add_argument("--takes", action="store_true", help="a model of whole takes")
    parser.add_argument("--input", choices=_INPUTS, default="auto", help="what a model of whole takes sees (default: "
                        "one hand or both, as the takes are)")  # fmt: skip
    parser.add_argument("--size", type=_positive, default=0, metavar="N", help="values a step of keypoints: 63 one "
                        "hand, 126 both (default), 258 with the body, 1662 with body and face; or pixels a side of "
                        "pictures (default: 48)")  # fmt: skip
    parser.add_argument("--steps", type=_positive, metavar="T", help="steps of a window (default: live 40, takes 32, "
                        "pictures 16)")  # fmt: skip
    parser.add_argument("--window-ms", type=_positive, default=1600, metavar="MS", help="a live window's length "
                        "(default: %(default)s)")  # fmt: skip
    parser.add_argument("--folds", metavar="K", help="judge by cross-validation first: a number, or “subject”")
    parser.add_argument("--epochs", type=_positive, metavar="N", help="passes over all takes, at most")
    parser.add_argument("--batch", type=_positive, metavar="N", help="samples in a step, of each process")
    parser.add_argument("--learning-rate", type=float, metavar="R", help="the highest of the one cycle")
    parser.add_argument("--mirror", type=float, metavar="P", help="share of samples shown in a mirror, with left and "
                        "right changed in their names (default: live 0.5, takes 0)")  # fmt: skip
    parser.add_argument("--set", type=fine_setting, action="append", default=[], metavar="KEY=VALUE",
                        help="dropout, weight_decay, label_smoothing, warm_up, class_power, validation_share, patience "
                        "or fine_tune; may be repeated")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="same seed, same draws (default: 0)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="what computes")
    parser.add_argument("--threads", type=_positive, default=_cores(), metavar="N",
                        help="processor cores (default: %(default)s)")  # fmt: skip
    parser.add_argument("--resume", action="store_true", help="go on where an interrupted training was")
    parser.add_argument("--tensorboard", action="store_true", help="also write OUT/tensorboard")
    parser.add_argument("--list", action="store_true", help="list the families and branches, and leave")
    parser.add_argument("--json", action="store_true", help="print metrics.json instead of a summary")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Train, and say how good it is."""
    require_torch()
    if args.list:
        return _list(args.json)
    if args.library is None or args.out is None:
        raise UsageError("train", "LIBRARY and --out are needed", "See gesturectl train --help.")
    from gesturectl.training.processes import joined

    if args.out.expanduser().resolve().is_relative_to(args.library.expanduser().resolve()):
        raise UsageError("--out", "it is inside the library, where folders are gestures", "Give another place.")
    place = Place(args.out.expanduser())
    with joined(device_of(args.device)) as (processes, device):
        try:
            found = _train(args, place, processes, device)
        except KeyboardInterrupt:
            _say("interrupted; run the same command with --resume to go on")
            raise
    if processes.leads:
        print(json.dumps(found, ensure_ascii=False) if args.json else _summary(found, place))
    return 0


def _train(args: argparse.Namespace, place: Place, processes: "Processes", device: str) -> dict[str, Any]:
    """Everything; the figures, which only the leading process has."""
    from gesturectl.evaluation.folds import folds_of
    from gesturectl.training import session
    from gesturectl.training.board import Board
    from gesturectl.training.plan import Watchers

    started = time.monotonic()
    family, branches = family_of(args)
    data = data_of(args, branches)
    config = config_of(args, data, branches, device)
    folds = folds_of(data.gestures, data.subjects, args.folds, args.seed) if args.folds else ()
    checkpoints = place.checkpoints(args.resume, lead=processes.leads)
    processes.agreed(0.0)  # nobody looks for checkpoints before the old ones are gone
    if processes.leads:
        _say_what(data, family, device)
    board = Board(place.folder / "tensorboard") if args.tensorboard and processes.leads else None
    bar = Bar(len(folds) + 1, quiet=not processes.leads)

    def watch(what: str, number: int, count: int) -> Watchers:
        bar.begin(what, number)
        return Watchers(bar.line, bar.tick, lambda at, epoch: board.epoch(what, at, epoch) if board else None)

    try:
        judged = session.train(data, config, folds, checkpoints, watch, processes)
    finally:
        bar.close()
        if board:
            board.close()
    if not processes.leads:
        return {}
    return _written(args, place, data, config, judged, family, time.monotonic() - started)


def _written(
    args: argparse.Namespace, place: Place, data: "TrainingSet", config: "FitConfig", judged: "Judged", family: str,
    seconds: float,
) -> dict[str, Any]:  # fmt: skip
    from gesturectl.training.export import describe, export
    from gesturectl.training.report import figures, write_report

    model = judged.fit.model
    about = f"{len(data.takes)} takes of {len(set(data.gestures))} gestures in {args.library.name}"
    told = {**judged.fit.metrics, "held_out_accuracy": float((judged.held.predicted == judged.held.truth).mean())}
    card = describe(model, place.model.stem if place.is_file else args.library.name, about, told, licence="")
    difference = export(model, card, place.model)
    found = figures(data, config, judged, place.model, family, seconds, difference)
    write_report(place.folder, found, judged)
    place.forget_checkpoints()
    return found


def _list(as_json: bool) -> int:
    from gesturectl.training.branches import FAMILIES, branch_class, branch_names

    single = [
        {"name": name, "reads": list(branch.READS), "idea": branch.IDEA, "paper": branch.PAPER}
        for name, branch in ((name, branch_class(name)) for name in branch_names())
    ]
    if as_json:
        print(json.dumps({"type": "families", "fused": {k: list(v) for k, v in FAMILIES.items()}, "branches": single}))
        return 0
    for name, branches in FAMILIES.items():
        print(f"{name:17} {', '.join(branches)} together, calibrated")
    for entry in single:
        print(f"{entry['name']:17} {entry['idea']}\n{'':17} reads {', '.join(entry['reads'])}; {entry['paper']}")
    return 0


def _say_what(data: "TrainingSet", family: str, device: str) -> None:
    given = data.given
    _say(
        f"{family} on {device}: {len(data.takes)} takes of {len(set(data.gestures))} gestures, "
        f"{len(data.windows)} samples of {given.kind} over a {given.scope}{' in space' if given.space else ''}"
    )
    for problem in data.skipped[:5]:
        _say(f"left out or doubtful: {problem}")
    if len(data.skipped) > 5:
        _say(f"… and {len(data.skipped) - 5} more; metrics.json names them all")


def _summary(found: dict[str, Any], place: Place) -> str:
    folds = f", {len(found['fold_accuracies'])} folds" if found["fold_accuracies"] else ""
    return "\n".join(
        [
            f"accuracy {100 * found['accuracy']:.1f} %, macro F1 {100 * found['macro_f1']:.1f} % "
            f"({found['samples_judged']} samples{folds})",
            f"{found['parameters']:,} parameters, {found['ms_per_window']:.2f} ms a window on one core, "
            f"trained in {found['train_seconds']:.0f} s",
            f"model:  {place.model}",
            f"report: {place.folder / 'report.md'}",
        ]
    )


def _cores() -> int:
    """Processor cores for each of the processes that torchrun started."""
    return max(1, (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("it must be 1 or more")
    return value


def _say(text: str) -> None:
    print(f"gesturectl: {text}", file=sys.stderr, flush=True)
