"""A folder of streams through the run-time recogniser: its score, its mistakes, what other thresholds give."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.evaluation.armed import armed_events
from gesturectl.evaluation.lookahead import Lookahead
from gesturectl.evaluation.replay import Replayed, replay
from gesturectl.evaluation.streaming import StreamScore, judge, watched_s
from gesturectl.evaluation.variants import mirrored, mirrored_events, resampled
from gesturectl.gestures.stream import LabelledEvent, read_events
from gesturectl.gestures.take import Take, TakeError, read_take
from gesturectl.recognition.arming import ArmedBy
from gesturectl.recognition.card import Card
from gesturectl.recognition.classifier import Classifier

SHIFTS = (-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
"""By how much a sweep shifts the thresholds' log odds, from lax to strict; 0 is as the model is set."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A long take and what is made in it."""

    name: str
    """Where it is within its folder."""
    take: Take
    events: tuple[LabelledEvent, ...]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedStream:
    """What became of one stream."""

    name: str
    score: StreamScore
    replayed: Replayed
    sweep: tuple[StreamScore, ...]
    """With the thresholds shifted by each of the sweep's values."""
    armings: int = 0
    """How often the arming gesture was recognised, where arming is required."""

    def mistakes(self) -> Iterator[dict[str, Any]]:
        """Every event that went wrong, with the reason where the rules gave one."""
        for kind, events in (("false", self.score.false), ("misclassified", self.score.misclassified)):
            for event in events:
                yield {
                    "stream": self.name, "kind": kind, "gesture": event.gesture, "hand": event.hand,
                    "t_ms": event.t_ms, "score": round(event.score, 3),
                }  # fmt: skip
        for missed in self.score.missed:
            yield {
                "stream": self.name, "kind": "missed", "gesture": missed.gesture,
                "start_ms": missed.start_ms, "end_ms": missed.end_ms, "why": self._why_missed(missed),
            }  # fmt: skip

    def _why_missed(self, missed: LabelledEvent) -> str:
        """What kept the gesture from firing when it was most likely; empty if it was never a candidate."""
        near = [
            rejection
            for rejection in self.replayed.rejections
            if rejection.gesture == missed.gesture and missed.start_ms <= rejection.t_ms <= missed.end_ms + 500
        ]
        best = max(near, key=lambda rejection: rejection.score, default=None)
        return f"{best.rule}: {best.reason}" if best else "never on top"


def stream_paths(folder: Path) -> list[Path]:
    """The takes in `folder` and the folders in it, by name. Raises UsageError if there is none."""
    if not folder.is_dir():
        raise UsageError(str(folder), "there is no such folder", "Give a folder of streams: NAME.npz, NAME.events.csv")
    found = sorted(path for path in folder.rglob("*.npz") if not path.name.startswith("."))
    if not found:
        raise UsageError(
            str(folder), "it holds no stream", "A stream is a take NAME.npz with or without NAME.events.csv"
        )
    return found


def read_streams(folder: Path, problems: list[GesturectlError]) -> Iterator[Stream]:
    """All streams in `folder`; damaged ones are left out and added to `problems`. Raises UsageError."""
    for path in stream_paths(folder):
        try:
            yield Stream(str(path.relative_to(folder)), read_take(path), read_events(path))
        except TakeError as error:
            problems.append(error)


def varied(stream: Stream, fps: float | None, mirror: bool) -> Stream:
    """`stream` at another frame rate, or as made with the other hand."""
    take = stream.take if fps is None else resampled(stream.take, fps)
    if not mirror:
        return Stream(stream.name, take, stream.events)
    return Stream(stream.name, mirrored(take), mirrored_events(stream.events))


def judge_streams(
    classifier: Classifier,
    streams: Iterable[Stream],
    shifts: Sequence[float] = (),
    progress: Callable[[str], None] = lambda name: None,
    armed_by: ArmedBy | None = None,
) -> Iterator[JudgedStream]:
    """Run each stream through the run-time recogniser; `progress` hears the name of each that is done.

    With `armed_by`, only events count that this would have armed.
    """
    armings = 0
    for stream in streams:
        ahead = Lookahead(classifier, stream.take)
        replayed = replay(classifier, stream.take, ahead)
        others = [
            replay(classifier, stream.take, ahead, thresholds=shifted(classifier.card, shift)) if shift else replayed
            for shift in shifts
        ]
        if armed_by is not None:
            armings = armed_events(replayed.events, stream.take, armed_by).armings
            replayed, *others = (_armed(one, stream.take, armed_by) for one in (replayed, *others))
        yield JudgedStream(
            stream.name,
            _judged(replayed, stream),
            replayed,
            tuple(_judged(other, stream) for other in others),
            armings,
        )
        progress(stream.name)


def shifted(card: Card, shift: float) -> dict[str, float]:
    """Every gesture's threshold with its log odds moved by `shift`: up is stricter."""
    return {label: _sigmoid(_log_odds(card.threshold(label)) + shift) for label in card.labels}


def joined_sweep(judged: Sequence[JudgedStream]) -> list[StreamScore]:
    """The score of all streams together at each shift of the sweep."""
    return [StreamScore.joined(scores) for scores in zip(*(stream.sweep for stream in judged), strict=True)]


def _armed(replayed: Replayed, take: Take, armed_by: ArmedBy) -> Replayed:
    return replace(replayed, events=armed_events(replayed.events, take, armed_by).events)


def _judged(replayed: Replayed, stream: Stream) -> StreamScore:
    return judge(replayed.begun, stream.events, watched_s(stream.take.t_ms))


def _log_odds(share: float) -> float:
    kept = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))
