"""Tests of the decide stage as timelines: the docstring of a test says what is seen when, and what must happen.

Each line is `ms gesture score`, seen every 33 ms until the next line; `gone` is no hand. After `->` stand the events
that must begin or end before the next line, in order. `speed=2` says that the hand moves, `agreement=0.4` that the
branches don't agree.
"""

import functools
import re
from collections.abc import Callable

import numpy as np

from gesturectl.recognition.decide import Decider, Rejection
from gesturectl.recognition.motion import Motion
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.types import NOTHING, GestureEvent, Phase, Prediction

LABELS = (NOTHING, *STARTER)
FRAME_MS = 33


def scenario(test: Callable[[], None]) -> Callable[[], None]:
    """Run the timeline in the test's docstring."""

    @functools.wraps(test)
    def run() -> None:
        happened, expected, _ = play(test.__doc__ or "")
        assert happened == expected

    return run


def play(text: str) -> tuple[list[list[str]], list[list[str]], list[Rejection]]:
    """What happened and what was expected, line by line, and every rejection."""
    lines = [line.split("->") for line in text.strip().splitlines() if re.match(r"\s*\d+ ", line)]
    times = [int(line[0].split()[0]) for line in lines]
    decider = Decider("right", dict.fromkeys(LABELS, 0.8))
    last: GestureEvent | None = None
    happened: list[list[str]] = []
    rejections: list[Rejection] = []
    for line, start, end in zip(lines, times, [*times[1:], times[-1] + 200], strict=True):
        words = line[0].split()[1:]
        options = {k: float(v) for k, v in (word.split("=") for word in words if "=" in word)}
        events: list[GestureEvent] = []
        for t_ms in range(start, end, FRAME_MS):
            if words[0] == "gone":
                events += decider.lose(t_ms)
                continue
            seen = prediction(t_ms, words[0], float(words[1]), options.get("agreement", 1.0))
            motion = Motion(
                seen_ms=int(options.get("seen", t_ms)),
                speed=options.get("speed", 0.0),
                size=options.get("size", 0.15),
                inside=options.get("inside", 1.0),
                lean=options.get("lean", 0.0),
                hung_ms=int(options["hung"]) if "hung" in options else None,
                other_speed=options.get("other", 0.0),
                pointing=bool(options.get("pointing", 0)),
            )
            new, rejection = decider.update(seen, motion, last)
            events += new
            last = next((e for e in new if e.phase is Phase.BEGIN), last)
            if rejection is not None:
                rejections.append(rejection)
        happened.append([f"{e.gesture}.{e.phase}" for e in events])
    expected = [line[1].split() if len(line) > 1 else [] for line in lines]
    return happened, expected, rejections


def prediction(t_ms: int, gesture: str, score: float, agreement: float = 1.0) -> Prediction:
    """`score` for one gesture, the rest shared by all others."""
    scores = np.full(len(LABELS), (1 - score) / (len(LABELS) - 1), np.float32)
    scores[LABELS.index(gesture)] = score
    return Prediction(t_ms, "right", LABELS, scores, agreement)
