"""What hands tried and what every rule said to it: the answer to "why didn't it fire?", and to "why did it?"."""

from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gesturectl.recognition.rules import Candidate, Rule
from gesturectl.types import Hand

GAP_MS = 500
"""Candidates of one gesture and hand that are less apart are one attempt."""
LONGEST_MS = 3000
"""An attempt that goes on for longer is told, and another one begins."""
NEAR = 0.5
"""Share of its threshold that a score must reach to be worth telling: hands at work are a little of everything."""
_KEPT = 64
"""Attempts that wait to be taken."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says to a candidate."""

    rule: str
    reason: str | None
    """Why it refuses, in words a person understands; None where it has nothing against it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One gesture that a hand made, or seemed to make: the moment at which it came furthest."""

    gesture: str
    hand: Hand
    t_ms: int
    """When it came furthest; the time of its event if it fired."""
    lasted_ms: int
    """For how long it was likelier than anything else, until then or until it was over."""
    score: float
    threshold: float
    """Score from which the gesture counts."""
    margin: float
    """By how much it led the next other gesture."""
    agreement: float
    """How far the branches agreed."""
    fired: bool
    verdicts: tuple[Verdict, ...]
    """Every rule in the order they are asked; the first that refused decided."""

    @property
    def refusal(self) -> Verdict | None:
        """What the first rule that refused said; None if it fired."""
        return None if self.fired else next((verdict for verdict in self.verdicts if verdict.reason), None)

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        refusal = self.refusal
        return {
            "gesture": self.gesture,
            "hand": self.hand,
            "t_ms": self.t_ms,
            "lasted_ms": self.lasted_ms,
            "score": round(self.score, 4),
            "threshold": round(self.threshold, 4),
            "margin": round(self.margin, 4),
            "agreement": round(self.agreement, 4),
            "fired": self.fired,
            "rule": refusal.rule if refusal else None,
            "reason": refusal.reason if refusal else None,
            "rules": [asdict(verdict) for verdict in self.verdicts],
        }


class Attempts:
    """Gathers candidates, one a hand and frame, into attempts. Gaps are in the source's time."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._depth: dict[str | None, int] = {rule.name: place for place, rule in enumerate(rules)}
        self._depth[None] = len(rules)
        self._open: dict[tuple[str, Hand], _Open] = {}
        self._settled: deque[Attempt] = deque(maxlen=_KEPT)

    def note(self, candidate: Candidate, refused_by: str | None) -> None:
        """A candidate was refused by the rule of that name, or fired (None)."""
        depth, key = self._depth[refused_by], (candidate.gesture, candidate.hand)
        going_on = self._open.get(key)
        if going_on is None:
            going_on = self._open[key] = _Open(candidate, depth, candidate.t_ms, candidate.t_ms)
        going_on.last_ms = candidate.t_ms
        if going_on.told:  # what follows an event of the same gesture is its tail
            return
        if (depth, candidate.score) > (going_on.depth, going_on.best.score):
            going_on.best, going_on.depth = candidate, depth
        if refused_by is None:
            self._tell(going_on)
            going_on.told = True

    def settle(self, t_ms: int) -> None:
        """It is `t_ms` now: tell what is over, or has been going on for long."""
        for key, attempt in list(self._open.items()):
            over = t_ms - attempt.last_ms >= GAP_MS
            if over or (not attempt.told and t_ms - attempt.start_ms >= LONGEST_MS):
                del self._open[key]
                if not attempt.told:
                    self._tell(attempt)

    def end(self) -> None:
        """The hands are gone, or time starts anew: all that goes on is over."""
        for attempt in self._open.values():
            if not attempt.told:
                self._tell(attempt)
        self._open.clear()

    def take(self) -> list[Attempt]:
        """What was told since this was last called, oldest first; the very oldest are dropped if nobody calls."""
        taken = list(self._settled)
        self._settled.clear()
        return taken

    def _tell(self, attempt: "_Open") -> None:
        best = attempt.best
        if best.score < NEAR * best.threshold:
            return
        verdicts = tuple(Verdict(rule.name, rule.refuse(best)) for rule in self._rules)
        self._settled.append(
            Attempt(
                gesture=best.gesture,
                hand=best.hand,
                t_ms=best.t_ms,
                lasted_ms=attempt.last_ms - attempt.start_ms,
                score=best.score,
                threshold=best.threshold,
                margin=best.margin,
                agreement=best.agreement,
                fired=attempt.depth == len(self._rules),
                verdicts=verdicts,
            )
        )


@dataclass(slots=True)
class _Open:
    """An attempt that may go on."""

    best: Candidate
    depth: int
    """How many rules the best candidate passed, in their order."""
    start_ms: int
    last_ms: int
    told: bool = False
