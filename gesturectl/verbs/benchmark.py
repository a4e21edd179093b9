"""`gesturectl benchmark`: families of models on a public set, in one table with what others have published."""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from gesturectl.atomic import whole_file
from gesturectl.errors import GesturectlError, UsageError
from gesturectl.recognition.inputs import Kind
from gesturectl.verbs.training.bar import Bar
from gesturectl.verbs.training.choices import device_of, require_torch

if TYPE_CHECKING:
    from gesturectl.training.benchmark import Row
    from gesturectl.training.benchmark_sets import BenchmarkSet, Published
    from gesturectl.training.plan import FitConfig

_EPILOG = """examples:
  gesturectl benchmark shrec17 --train shrec17_train.npz                       cross-validated over people
  gesturectl benchmark shrec17 --train train.npz --test test.npz               the official split: train, test once
  gesturectl benchmark shrec17 --train train.npz --labels 28 --models fused,dd_net --out results
  gesturectl benchmark signs --train mp_holistic_signs.npz --models fused      leave one repository out
  gesturectl benchmark library --train ~/signs --models fused,lstm,lrcn        which family suits your own takes?
  gesturectl benchmark library --train ~/signs --models lrcn,lrcn:crops:64     ... and what should it look at?

sets:
  shrec17   SHREC'17 as one .npz: frames (F, 22, 3) metres, offsets (N + 1,), label14, subject, finger, essai (N,)
  signs     MediaPipe Holistic clips as one .npz: hands (N, T, 2, 21, 3), pose7, repo, canonical, ...; tested are
            hello, thanks and iloveyou, by people who are in none of the training takes
  library   a folder of takes, as whole takes; FAMILY:INPUT[:SIZE] reads another input than the usual one (hand, hands,
            keypoints, pictures, crops). Folds share out people where every take says who made it, and takes elsewhere

Nothing of the tested people is learned from, and the number of epochs is fixed beforehand, so no test take decides
anything. Parts of a family (fused/cnn_lstm) are of the same training. Accuracy: mean and deviation over the folds, and
the worst fold. Time: one window on one core under ONNX Runtime. Seconds: of one training. Published figures are others'
own claims, on the official split. With --json: a list of what was measured, accuracy in [0, 1].
"""
_SETS = ("shrec17", "signs", "library")
_TABLE, _FIGURES = "benchmark.md", "benchmark.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("set", choices=_SETS, metavar="SET", help="shrec17, signs or library")
    parser.add_argument("--train", type=Path, required=True, metavar="FILE", help="what is learned from: an .npz, "
                        "or the folder of a library")  # fmt: skip
    parser.add_argument("--test", type=Path, metavar="FILE", help="what is tested, once (shrec17; default: "
                        "cross-validation over the people of --train)")  # fmt: skip
    parser.add_argument("--labels", type=int, choices=(14, 28), help="of shrec17 (default: both, of one training)")
    parser.add_argument("--models", default="fused", metavar="A,B,C", help="families, as gesturectl train --list tells "
                        "them (default: %(default)s)")  # fmt: skip
    parser.add_argument("--folds", metavar="K", help="groups of people that are held out in turn, or “subject” for "
                        "each alone (shrec17, library; default: 5)")  # fmt: skip
    parser.add_argument("--epochs", type=_positive, metavar="N", help="passes over all takes (default: as in train)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of folds and trainings (default: 0)")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="what trains (default: cpu)")
    parser.add_argument("--bfloat16", action="store_true", help="train in bfloat16: a quarter quicker on "
                        "processors that have it, slower on others (default: with cuda)")  # fmt: skip
    parser.add_argument("--threads", type=_positive, default=os.cpu_count() or 1, metavar="N",
                        help="processor cores for training (default: %(default)s)")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FOLDER", help=f"also write {_TABLE}, {_FIGURES} and the model of "
                        "each family (with folds: of the last one)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Train, measure, print the table."""
    _check(args)
    from gesturectl.training import benchmark

    families = [name.strip() for name in args.models.split(",") if name.strip()]
    if not families or len(set(families)) < len(families):
        raise UsageError("--models", "different families with commas between them are needed", "Give --models fused.")
    tasks = [_task(args, family) for family in families]
    _ready(args.out)
    bar = Bar(sum(len(task.folds) for task in tasks))
    rows: list[Row] = []
    started = 0
    try:
        for family, task in zip(families, tasks, strict=True):
            watch = _watcher(bar, family, started)
            rows += benchmark.measure(family, _config(args, family, task), task, watch, args.out)
            started += len(task.folds)
            if args.out:
                _write(args.out, rows, tasks[0].published)
    finally:
        bar.close()
    if args.json:
        print(json.dumps([row.as_json() for row in rows], allow_nan=False))
    else:
        print("\n".join(table(rows, tasks[0].published)))
        lost = max(sum(task.unusable) for task in tasks)
        if lost:
            print(f"\n{lost} tested takes show no hand that can be read; they count as mistakes.")
    return 0


def table(rows: Sequence["Row"], published: Sequence["Published"]) -> list[str]:
    """The lines of a Markdown table that also reads well as it is."""
    found = [("model", "labels", "accuracy", "worst fold", "parameters", "ms/window", "train s")]
    found += [
        (
            row.model, str(row.labels), _percent(row.accuracy, row.std if len(row.folds) > 1 else None),
            _percent(row.worst) if len(row.folds) > 1 else "", f"{row.parameters:,}", f"{row.ms_per_window:.2f}",
            f"{row.train_seconds:.0f}",
        )
        for row in rows
    ]  # fmt: skip
    asked = sorted({row.labels for row in rows})
    found += [
        (f"{entry.model} (published, {entry.source})", str(labels), _percent(entry.accuracy[labels]), "", "", "", "")
        for entry in published
        for labels in asked
        if labels in entry.accuracy
    ]
    widths = [max(len(line[column]) for line in found) for column in range(len(found[0]))]

    def drawn(line: Sequence[str]) -> str:
        first, *rest = line
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        return f"| {' | '.join(cells)} |"

    rule = f"|{'|'.join('-' * (width + 1) + ('-' if k == 0 else ':') for k, width in enumerate(widths))}|"
    return [drawn(found[0]), rule, *(drawn(line) for line in found[1:])]


def _percent(share: float, deviation: float | None = None) -> str:
    return f"{100 * share:.2f} %" + (f" ± {100 * deviation:.2f}" if deviation is not None else "")


def _check(args: argparse.Namespace) -> None:
    """UsageError for words that don't fit each other, or without torch."""
    if args.set == "signs":
        for name in ("test", "labels", "folds"):
            if getattr(args, name) is not None:
                raise UsageError(
                    f"--{name}", "signs are always three, one repository left out in turn", "Leave it out."
                )
    if args.set == "library":
        for name in ("test", "labels"):
            if getattr(args, name) is not None:
                raise UsageError(f"--{name}", "that is of shrec17", "Leave it out.")
    if args.test is not None and args.folds is not None:
        raise UsageError("--folds", "with --test there is nothing to fold", "Leave one of the two out.")
    require_torch("benchmark")
    device_of(args.device)


def _task(args: argparse.Namespace, family: str) -> "BenchmarkSet":
    from gesturectl.training import benchmark_sets
    from gesturectl.training.benchmark_library import own_library

    branches, wanted, size = _parts(args, family)
    if args.set == "library":
        return own_library(args.train.expanduser(), args.folds or "5", args.seed, branches, wanted, size)
    if args.set == "signs":
        return benchmark_sets.signs(args.train.expanduser(), branches)
    counts = (args.labels,) if args.labels else (14, 28)
    test = args.test.expanduser() if args.test else None
    return benchmark_sets.shrec17(args.train.expanduser(), test, counts, args.folds or "5", args.seed, branches)


def _parts(args: argparse.Namespace, model: str) -> tuple[tuple[str, ...], Kind | None, int]:
    """The branches of `model`, which is FAMILY, FAMILY:INPUT or FAMILY:INPUT:SIZE, and its input. Raises UsageError."""
    from gesturectl.training.branches import branches_of

    family, *more = model.split(":")
    if more and args.set != "library":
        raise UsageError("--models", f"what {args.set} is read as can't be chosen", f"Give {family} alone.")
    kind, size = (*more, "", "")[:2]
    if more and (kind not in get_args(Kind) or len(more) > 2 or not (size or "1").isdecimal()):
        choice = ", ".join(get_args(Kind))
        raise UsageError("--models", f'"{":".join(more)}" is no input', f"Choose from {choice}, with :SIZE if needed.")
    return branches_of(family), cast(Kind, kind) if kind else None, int(size or 0)


def _config(args: argparse.Namespace, family: str, task: "BenchmarkSet") -> "FitConfig":
    from dataclasses import replace

    from gesturectl.training.benchmark import recipe

    config = recipe(_parts(args, family)[0], task)
    return replace(
        config, epochs=args.epochs or config.epochs, seed=args.seed, threads=args.threads, device=args.device,
        bfloat16=args.bfloat16 or args.device == "cuda",
    )  # fmt: skip


def _watcher(bar: Bar, family: str, before: int) -> Any:
    from gesturectl.training.plan import Watchers

    number = before

    def watch(fold: str) -> Watchers:
        nonlocal number
        number += 1
        bar.begin(f"{family}, fold {fold}", number)
        return Watchers(bar.line, bar.tick)

    return watch


def _ready(out: Path | None) -> None:
    """UsageError where results could not be written: before training, not after."""
    if out is None:
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(str(out), f"can't be made ({error.strerror})", "Give another place to --out.") from error


def _write(out: Path, rows: Sequence["Row"], published: Sequence["Published"]) -> None:
    """The table and the figures so far, each whole or not at all."""
    figures = json.dumps([row.in_full() for row in rows], indent=1)
    for name, text in ((_TABLE, "\n".join(table(rows, published))), (_FIGURES, figures)):
        try:
            with whole_file(out / name) as file:
                file.write(f"{text}\n".encode())
        except OSError as error:
            raise GesturectlError(str(out / name), f"can't be written ({error.strerror})", "Make room.") from error


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("it must be 1 or more")
    return value


__all__ = ["add_arguments", "run", "table"]
