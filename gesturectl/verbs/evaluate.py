"""`gesturectl evaluate`: how good a model is, on takes or on streams."""

import argparse
import os
from pathlib import Path

from gesturectl.errors import UsageError
from gesturectl.recognition.arming import ArmedBy
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.model_history import path_in_use
from gesturectl.recognition.shipped import classifier_at
from gesturectl.recognition.tuned import with_tuned
from gesturectl.verbs.evaluating.personal import check_options, evaluate_shots, with_library
from gesturectl.verbs.evaluating.streams import evaluate_streams
from gesturectl.verbs.evaluating.takes import evaluate_folds, evaluate_takes

_EPILOG = """examples:
  gesturectl evaluate signs                          the model that ships on the takes in signs/<gesture>/*.npz
  gesturectl evaluate signs --model mine.onnx --plot confusion.png
  gesturectl evaluate signs --folds subject          how good such a model is for people it wasn't trained on
  gesturectl evaluate signs --shots 5 --repeats 20   how good personal gestures of five takes each would be
  gesturectl evaluate --streams desk --library signs   personal gestures, enrolled from the takes in signs, in streams
  gesturectl evaluate --streams desk --json          events in long recordings: what fires when nothing should?
  gesturectl evaluate --streams desk --mirror        ... for somebody who uses the other hand
  gesturectl evaluate --streams desk --rate 15       ... by a camera of 15 frames a second
  gesturectl evaluate --streams desk --arming        ... if gestures acted only while an open palm has armed them
  gesturectl evaluate --streams desk --plot rates.png

A stream is a take NAME.npz of any length; NAME.events.csv beside it (gesture,start_ms,end_ms) says what is made in it,
without it nothing is. An event counts as detected when one of its gesture begins from its start until 500 ms after its
end; every other is a false activation, or misclassified where another gesture is being made. Streams run through the
same recogniser, with the same rules, as the camera does.

With --json, one object. Takes: accuracy, macro_f1, confusion (true gestures down), labels, ece (expected calibration
error) ... Streams: detection_rate, false_activations_per_hour, false_activations_per_hour_upper95 (the rate is below
it with 95 % certainty), hours, misclassified, jaccard, latency_ms_p50, latency_ms_p95 (from the gesture's end;
negative: before it), events ... Null stands for what nothing was labelled for. docs/evaluation.md has them all.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument(
        "library", type=Path, nargs="?", metavar="LIBRARY", help="a folder of takes, one for each gesture"
    )
    parser.add_argument("--streams", type=Path, metavar="DIR", help="a folder of streams, instead of a library")
    parser.add_argument("--library", type=Path, metavar="L", dest="enrol", help="with --streams: enrol the gestures of "
                        "this library, and look for them alone")  # fmt: skip
    parser.add_argument("--background", type=Path, metavar="DIR", help="with --library: takes of the same person doing "
                        "nothing in particular; half a minute is worth more than more takes")  # fmt: skip
    parser.add_argument("--shots", type=_positive, metavar="K", help="enrol K takes of each gesture, test on the rest")
    parser.add_argument("--repeats", type=_positive, default=20, metavar="N", help="with --shots: how often, with "
                        "other takes each time (default: %(default)s)")  # fmt: skip
    parser.add_argument("--model", type=Path, metavar="PATH", help="another gesture model than the one in use")
    parser.add_argument("--folds", metavar="HOW", help="train a model like --model (default: fused) for each "
                        "fold, and judge it on that fold: “subject” for people, or a number of folds")  # fmt: skip
    parser.add_argument("--mirror", action="store_true", help="in a mirror: as made with the other hand")
    parser.add_argument("--rate", type=_rate, metavar="FPS", help="as seen by a camera of so many frames a second")
    parser.add_argument("--arming", nargs="?", const=ArmedBy().gesture, metavar="GESTURE", help="with --streams: count "
                        "only events that this gesture armed before (alone: %(const)s), as with arming on")  # fmt: skip
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a picture: of takes, who is taken for whom (and "
                        "FILE-reliability); of streams, detections against false activations")  # fmt: skip
    parser.add_argument(
        "--threads", type=int, default=_cores(), metavar="N", help="processor cores to use (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Measure and report. Raises GesturectlError if there is nothing to measure."""
    if (args.library is None) == (args.streams is None):
        raise UsageError("evaluate", "it takes a library or --streams", "Give one of them; see evaluate --help")
    if args.arming and not args.streams:
        raise UsageError("--arming", "takes are judged as they are", "Give --streams, too")
    check_options(args)
    if args.folds and (args.streams or args.rate or args.mirror):
        raise UsageError("--folds", "folds are of a library's takes as they are", "Leave the other options out")
    if args.folds:
        like = Classifier.load(args.model.expanduser(), live=False) if args.model else None
        return evaluate_folds(args, like)
    live = args.streams is not None or args.shots is not None
    classifier = classifier_at(args.model or path_in_use(), threads=max(1, args.threads), live=live)
    if args.shots is not None:
        return evaluate_shots(args, classifier)
    if args.enrol:
        classifier = with_library(args, classifier)
    elif args.streams and args.model is None:
        classifier = with_tuned(classifier)
    return evaluate_streams(args, classifier) if args.streams else evaluate_takes(args, classifier)


def _rate(text: str) -> float:
    rate = float(text)
    if not 1 <= rate <= 500:
        raise argparse.ArgumentTypeError("a rate is between 1 and 500 frames a second")
    return rate


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("it is a number from 1 to 1000")
    return number


def _cores() -> int:
    """The cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
