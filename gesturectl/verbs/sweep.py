"""`gesturectl sweep`: which settings train the best model? Every combination, in several processes or on Ray."""

import argparse
import json
import shlex
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.verbs.engines.options import add_engine_arguments, engine_of
from gesturectl.verbs.importing.progress import in_words
from gesturectl.verbs.sweeping.points import Axes, axes_of, fingerprint, identity, points_of, training_args, words_of
from gesturectl.verbs.sweeping.work import TRAINING, Failure, Training, told
from gesturectl.verbs.training.choices import family_of, require_torch

_METRICS = "metrics.json"
_EPILOG = """examples:
  gesturectl sweep ~/signs --set learning_rate=0.001,0.002,0.004 --set dropout=0.1,0.3 --folds 5
  gesturectl sweep ~/signs --set family=fused,dd_net,lstm --set epochs=40 --set seed=0,1,2
  gesturectl sweep /nfs/signs --grid grid.toml --folds subject --ray head:6379      on a Ray cluster

grid.toml:
  learning_rate = [0.001, 0.002, 0.004]
  branches = ["cnn_lstm+transformer_lstm", "pointnet_lstm"]
  epochs = 40

settings, as in `gesturectl train`: family, branches, input, size, steps, window_ms, epochs, batch, learning_rate,
mirror, seed, dropout, weight_decay, label_smoothing, warm_up, class_power, validation_share, patience, fine_tune.

Each combination is one training on one core. Without --folds, its figures come from the takes that also decided when
training was best: kind to all, and coarse where they are few. The best of many is a little lucky, too: judge it on
other takes. What is done is kept in OUT, so that a sweep that was interrupted, or gets more values, can simply be run
again; a library that has changed begins anew. Exit code 1 only if no training succeeded.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("library", type=Path, metavar="LIBRARY", help="a folder of takes for each gesture")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=V1,V2", help="a setting and its values; may "
                        "be repeated")  # fmt: skip
    parser.add_argument("--grid", type=Path, metavar="FILE", help="a TOML file of settings and their values")
    parser.add_argument("--folds", metavar="K", help="judge by cross-validation: a number, or “subject”")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the figures go (default: LIBRARY-sweep)")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="what trains; on Ray, cuda reserves a "
                        "GPU for each training (default: cpu)")  # fmt: skip
    add_engine_arguments(parser, "train")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Train every point that has no figures yet, and rank all."""
    require_torch("sweep")
    axes = axes_of(args.set, args.grid)
    library: Path = args.library.expanduser().absolute()
    if not library.is_dir():
        raise UsageError(str(library), "it is no folder", "Give a library; docs/library.md tells how one looks")
    out: Path = (args.out.expanduser() if args.out else library.with_name(f"{library.name}-sweep")).absolute()
    if out.is_relative_to(library):
        raise UsageError("--out", "it is inside the library, where folders are gestures", "Give another place")
    trainings = _trainings(args, axes, library, out)
    found = {training: _known(training) for training in trainings}
    waiting = [training for training, figures in found.items() if figures is None]
    _say(f"{len(trainings)} trainings, {len(trainings) - len(waiting)} of them done before; figures go to {out}")
    failures: dict[Training, Failure] = {}
    try:
        if waiting:
            _train(args, waiting, found, failures)
    except KeyboardInterrupt:
        _say("interrupted; run the same command again to go on")
        raise
    ranked = sorted(
        (figures for figures in found.values() if figures is not None),
        key=lambda figures: (-figures["accuracy"], figures["log_loss"]),
    )
    if args.json:
        print(json.dumps(_report(library, ranked, failures), ensure_ascii=False))
    else:
        print("\n".join(_lines(library, axes, ranked, failures)))
    return 0 if ranked else 1


def _trainings(args: argparse.Namespace, axes: Axes, library: Path, out: Path) -> list[Training]:
    """All of them; mistakes in settings are found before the first begins."""
    trainings, takes = [], fingerprint(library)
    for point in points_of(axes):
        family_of(training_args(library, words_of(point)))
        metrics = out / identity(takes, point, args.folds) / _METRICS
        trainings.append(Training(library, point, args.folds, args.device, metrics))
    return trainings


def _train(
    args: argparse.Namespace, waiting: list[Training], found: dict[Training, Any], failures: dict[Training, Failure]
) -> None:
    started_s = time.monotonic()
    with engine_of(args, int(args.device == "cuda")) as engine, closing(engine(TRAINING, waiting)) as outcomes:
        for number, (training, outcome) in enumerate(outcomes, 1):
            if isinstance(outcome, Failure):
                failures[training] = outcome
                how = f"failed: {outcome.fact}"
            else:
                _keep(training, outcome)
                found[training] = outcome
                how = f"{100 * outcome['accuracy']:.1f} %"
            left_s = (time.monotonic() - started_s) / number * (len(waiting) - number)
            _say(f"{number} of {len(waiting)}, {in_words(left_s)} left: {told(training.point)}: {how}")


def _known(training: Training) -> dict[str, Any] | None:
    """The figures of an earlier run."""
    try:
        figures = json.loads(training.metrics.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return figures if isinstance(figures, dict) and {"accuracy", "log_loss"} <= figures.keys() else None


def _keep(training: Training, figures: dict[str, Any]) -> None:
    from gesturectl.training.report import write_text

    folder = training.metrics.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GesturectlError(str(folder), f"it can't be made ({error.strerror})", "Give another --out") from error
    write_text(training.metrics, json.dumps(figures, ensure_ascii=False, indent=1) + "\n")


def _report(library: Path, ranked: list[dict[str, Any]], failures: dict[Training, Failure]) -> dict[str, Any]:
    failed = [
        {"settings": dict(training.point), "place": failure.place, "fact": failure.fact, "remedy": failure.remedy}
        for training, failure in failures.items()
    ]
    return {"type": "sweep", "library": str(library), "points": ranked, "failed": failed}


def _lines(library: Path, axes: Axes, ranked: list[dict[str, Any]], failures: dict[Training, Failure]) -> list[str]:
    """A table, the best first, of what varies; then how to train the best."""
    varied = [key for key, values in axes.items() if len(values) > 1]
    rows = [["accuracy", "macro F1", "log loss", "seconds", *varied]]
    rows += [
        [
            f"{100 * figures['accuracy']:.1f} %", f"{100 * figures['macro_f1']:.1f} %", f"{figures['log_loss']:.3f}",
            f"{figures['train_seconds']:.0f}", *(figures["settings"][key] for key in varied),
        ]
        for figures in ranked
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    if not ranked:
        lines = ["no training succeeded"]
    lines += [
        f"failed: {told(training.point)}: {failure.fact}. {failure.remedy}" for training, failure in failures.items()
    ]
    if ranked:
        words = ["gesturectl", "train", str(library), *ranked[0]["train_with"], "--out", "MODEL"]
        lines += ["", f"the best: {shlex.join(words)}"]
    return lines


def _say(text: str) -> None:
    print(f"gesturectl: {text}", file=sys.stderr, flush=True)
