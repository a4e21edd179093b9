"""Which of a recording's events would act if arming were required."""

from collections.abc import Sequence
from dataclasses import dataclass

from gesturectl.gestures.take import Take
from gesturectl.recognition.arming import ArmedBy, Arming
from gesturectl.types import HANDS, GestureEvent, Phase


@dataclass(frozen=True, slots=True)
class Armed:
    """What arming let through."""

    events: tuple[GestureEvent, ...]
    """The events of gestures that would act, by time; the arming gesture isn't one of them."""
    armings: int
    """How often the arming gesture was recognised."""


def armed_events(events: Sequence[GestureEvent], take: Take, by: ArmedBy) -> Armed:
    """Those of `events`, by time, that would act in `take`: `by` armed them, and each that acts prolongs it.

    The same `Arming` decides as does live.
    """
    arming = Arming(by)
    views = _views(take)
    acting: list[GestureEvent] = []
    armings = 0
    seen = 0
    for event in events:
        while seen < len(views) and views[seen][0] <= event.t_ms:
            arming.see([hand for hand, there in zip(HANDS, views[seen][1], strict=True) if there], views[seen][0])
            seen += 1
        if event.gesture == by.gesture:
            if event.phase is Phase.BEGIN:
                armings += 1
                arming.begin(event.hand, event.t_ms)
            elif event.phase is Phase.END:
                arming.end(event.hand, event.t_ms)
        elif event.phase is not Phase.BEGIN:
            acting.append(event)
        elif arming.armed(event.t_ms):
            arming.acted(event.t_ms)
            acting.append(event)
    return Armed(tuple(acting), armings)


def _views(take: Take) -> list[tuple[int, tuple[bool, bool]]]:
    """Each change of the hands in view, with when it came."""
    changes: list[tuple[int, tuple[bool, bool]]] = []
    for t_ms, (left, right) in zip(take.t_ms.tolist(), take.present.tolist(), strict=True):
        if not changes or changes[-1][1] != (left, right):
            changes.append((t_ms, (left, right)))
    return changes
