"""`gesturectl evaluate`: how good a model is, on takes or on streams."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gesturectl import paths
from gesturectl.errors import GesturectlError, UsageError
from gesturectl.evaluation.closed_set import ClosedSet, LeftOut, judge_takes
from gesturectl.evaluation.pictures import (
    confusion_picture,
    curves_picture,
    operating_picture,
    reliability_picture,
    write_picture,
)
from gesturectl.evaluation.poisson import upper_bound
from gesturectl.evaluation.streaming import StreamScore
from gesturectl.evaluation.streams import (
    SHIFTS,
    JudgedStream,
    joined_sweep,
    judge_streams,
    read_streams,
    stream_paths,
    varied,
)
from gesturectl.evaluation.variants import mirrored, resampled
from gesturectl.gestures.library import Library, StoredTake
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.types import NOTHING, UInt8

_MOST_MISTAKES = 500
"""In the JSON; more than that nobody reads."""
_MISTAKES_SHOWN = 12
_EPILOG = """examples:
  gesturectl evaluate signs                          the model that ships on the takes in signs/<gesture>/*.npz
  gesturectl evaluate signs --model mine.onnx --plot confusion.png
  gesturectl evaluate --streams desk --json          events in long recordings: what fires when nothing should?
  gesturectl evaluate --streams desk --mirror        ... for somebody who uses the other hand
  gesturectl evaluate --streams desk --rate 15       ... by a camera of 15 frames a second
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
    parser.add_argument("--model", type=Path, metavar="PATH", help="another gesture model than the one that ships")
    parser.add_argument("--mirror", action="store_true", help="in a mirror: as made with the other hand")
    parser.add_argument("--rate", type=_rate, metavar="FPS", help="as seen by a camera of so many frames a second")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a picture: of takes, who is taken for whom (and "
                        "FILE-reliability); of streams, detections against false activations")  # fmt: skip
    parser.add_argument("--threads", type=int, default=_cores(), metavar="N",
                        help="processor cores to use (default: %(default)s)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Measure and report. Raises GesturectlError if there is nothing to measure."""
    if (args.library is None) == (args.streams is None):
        raise UsageError("evaluate", "it takes a library or --streams", "Give one of them; see evaluate --help")
    model = args.model or paths.bundled("models") / "starter.onnx"
    classifier = Classifier.load(model, threads=max(1, args.threads), live=args.streams is not None)
    return _streams(args, classifier) if args.streams else _takes(args, classifier)


def _takes(args: argparse.Namespace, classifier: Classifier) -> int:
    started_s = time.perf_counter()
    problems: list[GesturectlError] = []
    library = Library(args.library.expanduser())
    total = sum(library.counts().values())
    if not total:
        raise GesturectlError(str(args.library), "it holds no take", "A library has <gesture>/<take>.npz")
    takes = _counted((_variant(stored, args) for stored in library.takes(problems)), total, "takes")
    found, left_out = judge_takes(classifier, takes)
    problems = library.problems() + problems
    if args.plot:
        _plot_takes(args.plot, found, classifier.card.name)
    if args.json:
        about = {"left_out": left_out.unknown, "unusable": list(left_out.unusable)}
        _print_json({**_about(args, classifier, started_s, problems), **found.as_json(), **about})
    else:
        print("\n".join(_takes_lines(classifier, found, left_out)))
    _tell_problems(problems)
    return 0


def _variant(stored: StoredTake, args: argparse.Namespace) -> StoredTake:
    take = resampled(stored.take, args.rate) if args.rate else stored.take
    if not args.mirror:
        return StoredTake(stored.gesture, stored.path, take)
    return StoredTake(mirrored_label(stored.gesture), stored.path, mirrored(take))


def _plot_takes(path: Path, found: ClosedSet, model: str) -> None:
    write_picture(path, confusion_picture(found.confusion, found.labels, f"What {model} takes for what"))
    beside = path.with_name(f"{path.stem}-reliability{path.suffix}")
    write_picture(beside, reliability_picture(found.reliability, f"How sure {model} is, and how right"))


def _takes_lines(classifier: Classifier, found: ClosedSet, left_out: LeftOut) -> list[str]:
    figures = found.as_json()
    right = round(figures["accuracy"] * figures["takes"])
    lines = [
        f"{classifier.card.name} on {figures['takes']} takes",
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
    if left_out.unknown:
        named = ", ".join(f"{name} ({count})" for name, count in sorted(left_out.unknown.items()))
        lines += ["", f"left out, because the model doesn't know them: {named}"]
    for fact in left_out.unusable[:_MISTAKES_SHOWN]:
        lines.append(f"left out: {fact}")
    return lines


def _streams(args: argparse.Namespace, classifier: Classifier) -> int:
    started_s = time.perf_counter()
    problems: list[GesturectlError] = []
    folder = args.streams.expanduser()
    total = len(stream_paths(folder))
    streams = (varied(stream, args.rate, args.mirror) for stream in read_streams(folder, problems))
    shifts = SHIFTS if args.plot else ()
    judged = list(judge_streams(classifier, _counted(streams, total, "streams"), shifts))
    if not judged:
        raise problems[0]
    score = StreamScore.joined(stream.score for stream in judged)
    sweep = joined_sweep(judged) if shifts else []
    if args.plot:
        write_picture(args.plot, _operating_points(sweep, classifier.card.name))
    if args.json:
        _print_json(
            {
                **_about(args, classifier, started_s, problems),
                **score.as_json(),
                "streams": len(judged),
                "unknown_gestures": _unknown(classifier, score),
                "mistakes": list(_mistakes(judged))[:_MOST_MISTAKES],
                "sweep": [
                    {
                        "threshold_shift": shift,
                        "detection_rate": point.detection_rate,
                        "false_activations_per_hour": round(point.false_per_hour, 5),
                        "misclassified": len(point.misclassified),
                    }
                    for shift, point in zip(shifts, sweep, strict=True)
                ],
            }
        )
    else:
        print("\n".join(_streams_lines(classifier, judged, score)))
    _tell_problems(problems)
    return 0


def _operating_points(sweep: list[StreamScore], model: str) -> UInt8:
    if not sweep[0].events:
        rates = {model: [point.false_per_hour for point in sweep]}
        title = "False activations an hour, by the thresholds"
        return curves_picture(rates, title, "shift of the thresholds' log odds (0: as it is set now)", "", at=SHIFTS)
    # Strict to lax, so that the line runs from left to right.
    points = [(point.false_per_hour, point.detection_rate or 0.0) for point in reversed(sweep)]
    now = len(SHIFTS) - 1 - SHIFTS.index(0.0)
    return operating_picture({model: points}, {model: now}, "Detections against false activations, over all thresholds")


def _streams_lines(classifier: Classifier, judged: list[JudgedStream], score: StreamScore) -> list[str]:
    bound = upper_bound(len(score.false), score.hours)
    rate = f"{score.false_per_hour:.2f} an hour; with 95 % certainty below {bound:.1f}"
    lines = [f"{classifier.card.name} on {len(judged)} streams, {score.hours:.2f} hours, {score.events} gestures", ""]
    if score.events:
        detected, latencies = len(score.detections), score.as_json()
        lines += [
            f"  detected            {100 * detected / score.events:5.1f} %   ({detected} of {score.events})",
            f"  misclassified       {len(score.misclassified):5}",
        ]
    lines.append(f"  false activations   {len(score.false):5}     ({rate})")
    if score.events:
        lines.append(f"  Jaccard index       {score.jaccard or 0:5.2f}")
    if score.detections:
        lines.append(
            f"  latency             {latencies['latency_ms_p50']:5.0f} ms  (median from the gesture's end; 95 % within "
            f"{latencies['latency_ms_p95']:.0f} ms; {100 * latencies['fired_early_share']:.0f} % before the end)"
        )
    rows = score.per_gesture()
    if rows:
        lines += ["", f"  {'gesture':<20}{'made':>6}{'found':>7}{'wrongly for another':>21}{'from nothing':>14}"]
        for name, counts in rows.items():
            made, found, wrong, false = counts.values()
            lines.append(f"  {name:<20}{made:>6}{found:>7}{wrong:>21}{false:>14}")
    mistakes = list(_mistakes(judged))
    if mistakes:
        lines.append("")
        lines += [_mistake_line(mistake) for mistake in mistakes[:_MISTAKES_SHOWN]]
        if len(mistakes) > _MISTAKES_SHOWN:
            lines.append(f"  … and {len(mistakes) - _MISTAKES_SHOWN} more; --json lists them")
    unknown = _unknown(classifier, score)
    if unknown:
        lines += ["", f"the model doesn't know, and so can't find: {', '.join(unknown)}"]
    return lines


def _mistake_line(mistake: dict[str, Any]) -> str:
    if mistake["kind"] == "missed":
        when = f"{mistake['start_ms'] / 1000:.1f} to {mistake['end_ms'] / 1000:.1f} s"
        return f"  missed         {mistake['gesture']:<14} {mistake['stream']}, {when}: {mistake['why']}"
    when = f"{mistake['t_ms'] / 1000:.1f} s"
    return f"  {mistake['kind']:<14} {mistake['gesture']:<14} {mistake['stream']}, {when} ({mistake['score']:.2f})"


def _mistakes(judged: list[JudgedStream]) -> Iterator[dict[str, Any]]:
    """What fired wrongly comes first: it matters most."""
    every = [mistake for stream in judged for mistake in stream.mistakes()]
    return iter(sorted(every, key=lambda mistake: ("false", "misclassified", "missed").index(mistake["kind"])))


def _unknown(classifier: Classifier, score: StreamScore) -> list[str]:
    """The labelled gestures that the model has no label for."""
    known = set(classifier.card.labels) - {NOTHING}
    return [name for name, counts in score.per_gesture().items() if counts["events"] and name not in known]


def _about(
    args: argparse.Namespace, classifier: Classifier, started_s: float, problems: list[GesturectlError]
) -> dict[str, Any]:
    return {
        "type": "evaluation",
        "model": classifier.card.name,
        "sha256": classifier.sha256,
        "rate": args.rate,
        "mirrored": args.mirror,
        "seconds_taken": round(time.perf_counter() - started_s, 2),
        "problems": [{"place": p.place, "fact": p.fact, "remedy": p.remedy} for p in problems],
    }


def _counted(items: Iterator[Any], total: int, what: str) -> Iterator[Any]:
    """`items`, while the terminal says how far it is."""
    live = sys.stderr.isatty()
    for k, item in enumerate(items, 1):
        yield item
        if live:
            print(f"\r{k} of {total} {what}", end="" if k < total else "\r\x1b[K", file=sys.stderr, flush=True)


def _tell_problems(problems: list[GesturectlError]) -> None:
    for problem in problems:
        print(f"gesturectl: left out: {problem}", file=sys.stderr)


def _print_json(report: dict[str, Any]) -> None:
    print(json.dumps(report, ensure_ascii=False, allow_nan=False))


def _rate(text: str) -> float:
    rate = float(text)
    if not 1 <= rate <= 500:
        raise argparse.ArgumentTypeError("a rate is between 1 and 500 frames a second")
    return rate


def _cores() -> int:
    """The cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
