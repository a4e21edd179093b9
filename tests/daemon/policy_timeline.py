"""Tests of the policy as timelines: the docstring of a test says what is recognised when, and what must be done.

Each line is `ms begin GESTURE SCORE`, `ms end GESTURE`, `ms release` or `ms` alone; time passes in ticks of 10 ms.
After `->` stands what must happen before the next line: `fist.begin@250` is done at 250 ms, `fist.skip@0` is refused.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

from gesturectl.actions.base import Action
from gesturectl.daemon.policy import Decision, Do, Plan, Policy
from gesturectl.types import GestureEvent, Phase

TICK_MS = 10


@dataclass(frozen=True)
class Note(Action):
    """An action that does nothing."""

    lasting: bool = False
    key = "note"

    @property
    def holds(self):
        return self.lasting

    @classmethod
    def parse(cls, table, place):
        return cls()

    def describe(self):
        return "note it"

    def begin(self, stage):
        pass


def event(gesture: str, t_ms: int, phase: Phase = Phase.BEGIN, score: float = 0.9) -> GestureEvent:
    return GestureEvent(gesture, "right", phase, score, t_ms)


def scenario(holds: bool = False, unbound: tuple[str, ...] = (), **tuning: float) -> Callable:
    """Run the timeline in the test's docstring with this tuning."""

    def decorate(test: Callable[[], None]) -> Callable[[], None]:
        @functools.wraps(test)
        def run() -> None:
            happened, expected = play(test.__doc__ or "", holds, unbound, tuning)
            assert happened == expected

        return run

    return decorate


def play(text, holds, unbound, tuning) -> tuple[list[list[str]], list[list[str]]]:
    lines = [line.split("->") for line in text.strip().splitlines() if line.strip()]
    assert any("->" in line for line in text.splitlines()), "a timeline that expects nothing can't fail"
    times = [int(line[0].split()[0]) for line in lines]
    policy = Policy()
    happened = []
    for line, start, end in zip(lines, times, [*times[1:], times[-1] + 500], strict=True):
        words = line[0].split()[1:]
        decisions = [(start, decision) for decision in _step(policy, words, start, holds, unbound, tuning)]
        for t_ms in range(start, end, TICK_MS):
            decisions += [(t_ms, decision) for decision in policy.tick(t_ms)]
        happened.append([token for t_ms, decision in decisions if (token := _token(t_ms, decision))])
    return happened, [line[1].split() if len(line) > 1 else [] for line in lines]


def _step(policy, words, t_ms, holds, unbound, tuning) -> list[Decision]:
    match words:
        case ["begin", gesture, score]:
            plan = Plan(Note(holds), f"test/{gesture}", **tuning)
            return policy.begin(event(gesture, t_ms, score=float(score)), "unbound" if gesture in unbound else plan)
        case ["end", gesture]:
            return policy.end(event(gesture, t_ms, Phase.END))
        case ["release"]:
            return policy.release(t_ms, "paused")
        case []:
            return []
    raise ValueError(words)


def _token(t_ms: int, decision: Decision) -> str:
    if isinstance(decision, Do):
        return f"{decision.event.gesture}.{decision.event.phase}@{t_ms}"
    return f"{decision.event.gesture}.skip@{t_ms}" if decision.event.phase is Phase.BEGIN else ""
