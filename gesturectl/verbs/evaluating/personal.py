"""Personal gestures from a library: few takes measured, and streams watched for them alone."""

import argparse

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.evaluation.enrolment import enrol, read_folders, read_idle
from gesturectl.evaluation.few_shot import FewShot, few_shot
from gesturectl.gestures.library import Library
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personalised import Personalised
from gesturectl.verbs.evaluating.common import (
    Stopwatch,
    about,
    counted,
    print_json,
    tell_problems,
    tell_progress,
)


def evaluate_shots(args: argparse.Namespace, classifier: Classifier) -> int:
    """Measure `args.shots` takes a gesture and report. Raises GesturectlError where the library has too few."""
    watch = Stopwatch()
    problems: list[GesturectlError] = []
    library = Library(args.library.expanduser())
    takes = counted(library.takes(problems), sum(library.counts().values()), "takes")
    found = few_shot(classifier, takes, args.shots, args.repeats, progress=tell_progress)
    problems = library.problems() + problems
    if args.json:
        print_json({**about(args, classifier.card.name, classifier.sha256, watch, problems), **found.as_json()})
    else:
        print("\n".join(_lines(found, classifier.card.name)))
    tell_problems(problems)
    return 0


def with_library(args: argparse.Namespace, classifier: Classifier) -> Personalised:
    """`classifier` looking for nothing but the gestures of `args.enrol`, told what is wrong with their takes."""
    takes = read_folders([args.enrol.expanduser()])
    if args.mirror:
        takes = takes.mirrored()
    problems = list(takes.problems)
    idle = read_idle([args.background.expanduser()] if args.background else [], problems)
    enrolled = enrol(classifier, takes, idle, only=True)
    tell_problems(problems)
    return Personalised(classifier, enrolled.personal, only=True)


def check_options(args: argparse.Namespace) -> None:
    """Raises UsageError for options of personal gestures that don't go together."""
    if args.shots is not None and args.streams:
        raise UsageError("--shots", "few takes are tested on a library's other takes", "Leave --streams out")
    if args.shots is not None and (args.folds or args.rate or args.mirror or args.plot):
        raise UsageError("--shots", "it goes with --repeats and --model alone", "Leave the other options out")
    if args.enrol and not args.streams:
        raise UsageError("--library", "it says what to find in streams", "Give --streams, too")
    if args.background and not args.enrol:
        raise UsageError("--background", "only personal gestures learn from it", "Give --library, too")


def _lines(found: FewShot, model: str) -> list[str]:
    figures = found.as_json()
    lines = [
        f"{found.shots} takes a gesture, {len(found.labels)} gestures, {len(found.accuracies)} repeats, on {model}",
        "",
        f"  accuracy            {100 * figures['accuracy_mean']:5.1f} %  ± {100 * figures['accuracy_std']:.1f}  "
        f"(worst repeat {100 * figures['accuracy_worst_repeat']:.1f} %)",
    ]
    if figures["worst_person"]:
        worst = figures["worst_person"]
        lines.append(f"  worst person        {100 * worst['accuracy']:5.1f} %  ({worst['subject']})")
    lines += ["", f"  {'gesture':<20}{'right':>9}   most often taken for"]
    for label, share in sorted(found.per_class.items(), key=lambda item: item[1]):
        k = found.labels.index(label)
        wrong = [(int(n), found.labels[j]) for j, n in enumerate(found.confusion[k]) if j != k and n]
        others = ", ".join(f"{name} ({n})" for n, name in sorted(wrong, reverse=True)[:3])
        lines.append(f"  {label:<20}{100 * share:>7.1f} %   {others}".rstrip())
    if found.unusable:
        lines += ["", f"left out: {found.unusable} takes without a whole hand for long enough"]
    return lines
