"""Streams through the run-time recogniser, told to people and programs."""

import argparse
from collections.abc import Iterator
from typing import Any

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.evaluation.pictures import curves_picture, operating_picture, write_picture
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
from gesturectl.recognition.arming import ArmedBy
from gesturectl.recognition.classifier import Classifier
from gesturectl.toml_schema import nearest
from gesturectl.types import NOTHING, UInt8
from gesturectl.verbs.evaluating.common import MOST_LINES, Stopwatch, about, counted, print_json, tell_problems

_MOST_MISTAKES = 500
"""In the JSON; more than that nobody reads."""


def evaluate_streams(args: argparse.Namespace, classifier: Classifier) -> int:
    """Measure and report. Raises UsageError if there are no streams, TakeError if none can be read."""
    watch = Stopwatch()
    problems: list[GesturectlError] = []
    folder = args.streams.expanduser()
    total = len(stream_paths(folder))
    streams = (varied(stream, args.rate, args.mirror) for stream in read_streams(folder, problems))
    shifts = SHIFTS if args.plot else ()
    armed_by = _armed_by(args.arming, classifier)
    judged = list(judge_streams(classifier, counted(streams, total, "streams"), shifts, armed_by=armed_by))
    if not judged:
        raise problems[0]
    score = StreamScore.joined(stream.score for stream in judged)
    sweep = joined_sweep(judged) if shifts else []
    if args.plot:
        write_picture(args.plot, _operating_points(sweep, classifier.card.name))
    if args.json:
        print_json(
            {
                **about(args, classifier.card.name, classifier.sha256, watch, problems),
                **score.as_json(),
                "streams": len(judged),
                "arming": args.arming,
                "armings": sum(stream.armings for stream in judged) if args.arming else None,
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
        if args.arming:
            print(f"\nonly what {args.arming} armed counts; it armed {sum(s.armings for s in judged)} times")
    tell_problems(problems)
    return 0


def _armed_by(gesture: str | None, classifier: Classifier) -> ArmedBy | None:
    """What arms; None where arming isn't required. Raises UsageError for a gesture that the model doesn't know."""
    if gesture is not None and gesture not in set(classifier.card.labels) - {NOTHING}:
        raise UsageError("--arming", f"there is no gesture {gesture!r}", nearest(gesture, classifier.card.labels))
    return None if gesture is None else ArmedBy(gesture)


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
        lines += [_mistake_line(mistake) for mistake in mistakes[:MOST_LINES]]
        if len(mistakes) > MOST_LINES:
            lines.append(f"  … and {len(mistakes) - MOST_LINES} more; --json lists them")
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
