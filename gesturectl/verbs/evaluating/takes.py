"""Takes before a classifier, told to people and programs."""

import argparse
from pathlib import Path

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.closed_set import ClosedSet, judge_takes
from gesturectl.evaluation.metrics import accuracy
from gesturectl.evaluation.pictures import confusion_picture, reliability_picture, write_picture
from gesturectl.evaluation.variants import mirrored, resampled
from gesturectl.gestures.library import Library, StoredTake
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.verbs.evaluating.common import (
    MOST_LINES,
    Stopwatch,
    about,
    counted,
    print_json,
    tell_problems,
    tell_progress,
)
from gesturectl.verbs.evaluating.folded import judge_by_folds


def evaluate_takes(args: argparse.Namespace, classifier: Classifier) -> int:
    """What `classifier` sees in the takes of a library. Raises GesturectlError if none can be used."""
    watch = Stopwatch()
    problems: list[GesturectlError] = []
    library, total = _library(args.library)
    takes = counted((_variant(stored, args) for stored in library.takes(problems)), total, "takes")
    found, left_out = judge_takes(classifier, takes)
    problems = library.problems() + problems
    name = classifier.card.name
    if args.plot:
        _plot(args.plot, found, name)
    if args.json:
        left = {"left_out": left_out.unknown, "unusable": list(left_out.unusable)}
        print_json({**about(args, name, classifier.sha256, watch, problems), **found.as_json(), **left})
    else:
        lines = _lines(f"{name} on {len(found.truth)} takes", found)
        if left_out.unknown:
            named = ", ".join(f"{gesture} ({count})" for gesture, count in sorted(left_out.unknown.items()))
            lines += ["", f"left out, because the model doesn't know them: {named}"]
        lines += [f"left out: {fact}" for fact in left_out.unusable[:MOST_LINES]]
        print("\n".join(lines))
    tell_problems(problems)
    return 0


def evaluate_folds(args: argparse.Namespace, like: Classifier | None) -> int:
    """What models see in takes that they weren't trained on, one model for each fold, built as `like` is.

    Raises UsageError where the takes don't allow it, or torch isn't installed.
    """
    watch = Stopwatch()
    library, _ = _library(args.library)
    folded = judge_by_folds(library, args.folds, like.card if like else None, args.threads, tell_progress)
    found = ClosedSet.joined(folded.parts)
    folds = [
        (round(accuracy(part.confusion), 5), name, len(part.truth))
        for name, part in zip(folded.names, folded.parts, strict=True)
    ]
    if args.plot:
        _plot(args.plot, found, folded.model)
    if args.json:
        rows = [{"fold": name, "samples": count, "accuracy": share} for share, name, count in folds]
        told = {"folds": rows, "worst_fold": rows[folds.index(min(folds))]}
        print_json({**about(args, folded.model, None, watch, folded.problems), **found.as_json(), **told})
    else:
        lines = _lines(f"{folded.model}, trained anew for each of {len(folds)} folds", found)
        lines += ["", f"  {'fold':<20}{'takes':>7}{'right':>9}"]
        lines += [f"  {name:<20}{count:>7}{100 * share:>7.1f} %" for share, name, count in sorted(folds)]
        print("\n".join(lines))
    tell_problems(folded.problems)
    return 0


def _library(folder: Path) -> tuple[Library, int]:
    """The library, and how many takes it has: at least one."""
    library = Library(folder.expanduser())
    total = sum(library.counts().values())
    if not total:
        raise GesturectlError(str(folder), "it holds no take", "A library has <gesture>/<take>.npz")
    return library, total


def _variant(stored: StoredTake, args: argparse.Namespace) -> StoredTake:
    take = resampled(stored.take, args.rate) if args.rate else stored.take
    if not args.mirror:
        return StoredTake(stored.gesture, stored.path, take)
    return StoredTake(mirrored_label(stored.gesture), stored.path, mirrored(take))


def _plot(path: Path, found: ClosedSet, model: str) -> None:
    write_picture(path, confusion_picture(found.confusion, found.labels, f"What {model} takes for what"))
    beside = path.with_name(f"{path.stem}-reliability{path.suffix}")
    write_picture(beside, reliability_picture(found.reliability, f"How sure {model} is, and how right"))


def _lines(title: str, found: ClosedSet) -> list[str]:
    figures = found.as_json()
    right = round(figures["accuracy"] * figures["takes"])
    lines = [
        title,
        "",
        f"  accuracy            {100 * figures['accuracy']:5.1f} %   ({right} of {figures['takes']})",
        f"  macro F1            {100 * figures['macro_f1']:5.1f} %",
        f"  calibration error   {100 * figures['ece']:5.1f} %",
        "",
        f"  {'gesture':<20}{'takes':>7}{'right':>7}{'F1':>8}   most often taken for",
    ]
    confusion = found.confusion
    for k, label in enumerate(found.labels):
        if confusion[k].sum():
            wrong = [(int(n), found.labels[j]) for j, n in enumerate(confusion[k]) if j != k and n]
            others = ", ".join(f"{name} ({n})" for n, name in sorted(wrong, reverse=True)[:3])
            f1 = figures["f1"].get(label, 0.0)
            row = f"  {label:<20}{confusion[k].sum():>7}{confusion[k, k]:>7}{100 * f1:>6.1f} %   {others}"
            lines.append(row.rstrip())
    return lines
