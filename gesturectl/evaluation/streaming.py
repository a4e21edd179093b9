"""Figures of a recogniser over streams: what it found, what it made up, and how long it took.

A labelled event counts as detected when an event of its gesture begins inside [start, end + LATE_MS]; each begun event
detects at most one. Every other begun event is misclassified when it falls inside that interval of another gesture, and
a false activation anywhere else; a second event for one gesture is a false activation, since it would act twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.evaluation.poisson import upper_bound
from gesturectl.gestures.stream import LabelledEvent
from gesturectl.types import GestureEvent

LATE_MS = 500
"""How long after its end a gesture may still be recognised."""
GAP_MS = 1000
"""More time than this between two frames wasn't watched (a suspended machine) and counts as this much."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A labelled event and the event that detected it."""

    labelled: LabelledEvent
    event: GestureEvent

    @property
    def latency_ms(self) -> int:
        """From the gesture's end to its event; negative where it fired before the end."""
        return self.event.t_ms - self.labelled.end_ms


@dataclass(frozen=True, slots=True, eq=False)
class StreamScore:
    """What came of one stream, or of many put together."""

    seconds: float
    """How long was watched."""
    quiet_s: float
    """How long of that no gesture was made, the time in which one may still be recognised left out, too."""
    detections: tuple[Detection, ...]
    missed: tuple[LabelledEvent, ...]
    misclassified: tuple[GestureEvent, ...]
    """Events while another gesture was made."""
    false: tuple[GestureEvent, ...]
    """Events while nothing was, or a second one for a gesture."""

    @staticmethod
    def joined(parts: Iterable["StreamScore"]) -> "StreamScore":
        """All streams as one."""
        every = tuple(parts)
        return StreamScore(
            sum(part.seconds for part in every),
            sum(part.quiet_s for part in every),
            tuple(found for part in every for found in part.detections),
            tuple(missed for part in every for missed in part.missed),
            tuple(event for part in every for event in part.misclassified),
            tuple(event for part in every for event in part.false),
        )

    @property
    def events(self) -> int:
        """How many events are labelled."""
        return len(self.detections) + len(self.missed)

    @property
    def hours(self) -> float:
        """How long was watched."""
        return self.seconds / 3600

    @property
    def detection_rate(self) -> float | None:
        """Share of the labelled events that was detected; None where none is labelled."""
        return len(self.detections) / self.events if self.events else None

    @property
    def false_per_hour(self) -> float:
        """False activations an hour."""
        return len(self.false) / self.hours if self.hours else 0.0

    @property
    def false_positive_share(self) -> float | None:
        """False and misclassified events for each labelled one, as SHREC'22 counts false positives."""
        return (len(self.false) + len(self.misclassified)) / self.events if self.events else None

    @property
    def jaccard(self) -> float | None:
        """Mean over the labelled gestures of detected / (detected + missed + false positives), as in SHREC'22."""
        gestures = sorted({event.gesture for event in self._labelled})
        scores = [self._jaccard_of(gesture) for gesture in gestures]
        return sum(scores) / len(scores) if scores else None

    @property
    def jaccard_pooled(self) -> float | None:
        """The same with all gestures in one pot, so that events of gestures that are never shown count, too."""
        if not self.events:
            return None
        return len(self.detections) / (self.events + len(self.false) + len(self.misclassified))

    @property
    def latencies_ms(self) -> NDArray[np.int64]:
        """(detections,) from each gesture's end to its event; negative where it fired before."""
        return np.array([found.latency_ms for found in self.detections], np.int64)

    def as_json(self) -> dict[str, Any]:
        """All figures by the names they have for other programs; None stands for what nothing was labelled for."""
        latencies = self.latencies_ms
        return {
            "detection_rate": _rounded(self.detection_rate),
            "false_activations_per_hour": _rounded(self.false_per_hour),
            "false_activations_per_hour_upper95": _rounded(upper_bound(len(self.false), self.hours), keep_finite=True),
            "hours": round(self.hours, 5),
            "misclassified": len(self.misclassified),
            "jaccard": _rounded(self.jaccard),
            "latency_ms_p50": _percentile(latencies, 50),
            "latency_ms_p95": _percentile(latencies, 95),
            "events": self.events,
            "quiet_hours": round(self.quiet_s / 3600, 5),
            "detected": len(self.detections),
            "false_activations": len(self.false),
            "false_positive_share": _rounded(self.false_positive_share),
            "jaccard_pooled": _rounded(self.jaccard_pooled),
            "fired_early_share": _rounded(float((latencies < 0).mean()) if len(latencies) else None),
            "per_gesture": self.per_gesture(),
        }

    def per_gesture(self) -> dict[str, dict[str, int]]:
        """Counts for each gesture that was labelled or recognised: which of them needs work."""
        names = {row.gesture for row in self._labelled} | {e.gesture for e in (*self.false, *self.misclassified)}
        return {name: self._counts_of(name) for name in sorted(names)}

    @property
    def _labelled(self) -> tuple[LabelledEvent, ...]:
        return (*(found.labelled for found in self.detections), *self.missed)

    def _counts_of(self, gesture: str) -> dict[str, int]:
        return {
            "events": sum(event.gesture == gesture for event in self._labelled),
            "detected": sum(found.labelled.gesture == gesture for found in self.detections),
            "misclassified": sum(event.gesture == gesture for event in self.misclassified),
            "false": sum(event.gesture == gesture for event in self.false),
        }

    def _jaccard_of(self, gesture: str) -> float:
        counts = self._counts_of(gesture)
        return counts["detected"] / (counts["events"] + counts["misclassified"] + counts["false"])


def judge(begun: Sequence[GestureEvent], labelled: Sequence[LabelledEvent], seconds: float) -> StreamScore:
    """What the events that `begun` in one stream are worth beside the `labelled` ones."""
    # The interval that closes first goes first: then as many events as possible find one.
    waiting = sorted(labelled, key=lambda event: event.end_ms)
    detections, misclassified, false = [], [], []
    for event in sorted(begun, key=lambda event: event.t_ms):
        match = next((row for row in waiting if row.gesture == event.gesture and _covers(row, event.t_ms)), None)
        if match is not None:
            waiting.remove(match)
            detections.append(Detection(match, event))
        elif any(row.gesture != event.gesture and _covers(row, event.t_ms) for row in labelled):
            misclassified.append(event)
        else:
            false.append(event)
    quiet_s = max(0.0, seconds - _covered_ms(labelled) / 1000)
    return StreamScore(seconds, quiet_s, tuple(detections), tuple(waiting), tuple(misclassified), tuple(false))


def watched_s(t_ms: NDArray[np.int64]) -> float:
    """How long was watched while frames came at `t_ms`, in seconds: the last frame lasts as long as most do."""
    steps = np.minimum(np.diff(t_ms), GAP_MS)
    return float(steps.sum() + np.median(steps)) / 1000 if len(steps) else 0.0


def _covers(labelled: LabelledEvent, t_ms: int) -> bool:
    return labelled.start_ms <= t_ms <= labelled.end_ms + LATE_MS


def _covered_ms(labelled: Sequence[LabelledEvent]) -> int:
    """How long some event may be recognised; where two overlap, once."""
    covered, until = 0, 0
    for row in sorted(labelled, key=lambda event: event.start_ms):
        covered += max(0, row.end_ms + LATE_MS - max(row.start_ms, until))
        until = max(until, row.end_ms + LATE_MS)
    return covered


def _percentile(latencies: NDArray[np.int64], share: float) -> float | None:
    return round(float(np.percentile(latencies, share)), 1) if len(latencies) else None


def _rounded(value: float | None, keep_finite: bool = False) -> float | None:
    """JSON has no infinity."""
    if value is None or (keep_finite and not np.isfinite(value)):
        return None
    return round(value, 5)
