"""What a recording session shows: small frozen values, each with its JSON."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from gesturectl.gestures.take import Take
from gesturectl.types import Hand


class Step(StrEnum):
    """Where a session is."""

    COUNT_IN = "count-in"
    READY = "ready"
    """Waiting for the gesture to begin."""
    PERFORMING = "performing"
    RESTING = "resting"
    """A take has just been cut, or the hands don't rest yet."""
    IDLING = "idling"
    """Recording how it looks when nothing is meant."""
    LOST = "lost"
    """The camera gives no pictures; goes on by itself when it does."""
    CHECKING = "checking"
    """The takes are compared with each other and with all other gestures."""
    REVIEW = "review"
    """A person decides: use it, retry takes, or cancel."""
    LEARNING = "learning"
    TRYING = "trying"
    """It is in use: try it, bind it, be done."""
    SAVED = "saved"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed out"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self in (Step.SAVED, Step.CANCELLED, Step.TIMED_OUT)

    @property
    def is_watching(self) -> bool:
        """Whether hands are to be shown to the session only: gestures mustn't act."""
        return self in (Step.COUNT_IN, Step.READY, Step.PERFORMING, Step.RESTING, Step.IDLING, Step.LOST, Step.TRYING)


class Verdict(StrEnum):
    """What became of a take."""

    GOOD = "good"
    LOST = "hand lost"
    SHORT = "too short"
    LONG = "too long"
    DARK = "too dark"
    SLOW = "too few pictures"
    OUTSIDE = "outside the picture"
    UNLIKE = "unlike the others"


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One take of the session."""

    number: int
    """From 1, in the order they were made."""
    take: Take
    hands: tuple[Hand, ...]
    """Which made it."""
    verdict: Verdict
    text: str = ""
    """What is wrong and what to do; empty if it is good."""
    kept: bool = True
    """Whether it will be used; poor takes aren't, nor those that are made again."""

    @property
    def length_ms(self) -> int:
        """From its first frame to its last."""
        return int(self.take.t_ms[-1] - self.take.t_ms[0])

    def unlike(self, text: str) -> Self:
        """The same take, found to be unlike the others."""
        return replace(self, verdict=Verdict.UNLIKE, text=text, kept=False)

    def as_json(self) -> dict[str, Any]:
        """Everything but the landmarks."""
        return {
            "number": self.number,
            "verdict": self.verdict.value,
            "text": self.text,
            "kept": self.kept,
            "hands": list(self.hands),
            "length_ms": self.length_ms,
        }


@dataclass(frozen=True, slots=True)
class Caution:
    """Something about the gesture as a whole that a person should know before using it."""

    kind: str
    """As of `evaluation.enrolment.Warned`: "resembles", "known", "few"; "damaged" of takes that are there."""
    text: str

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A session at a moment."""

    step: Step
    name: str
    """The gesture."""
    text: str
    """What to do now, or what is going on, as a sentence."""
    hint: str = ""
    """What went wrong or would help; empty if nothing."""
    wanted: int = 0
    """Good takes that are asked for."""
    takes: tuple[Made, ...] = ()
    countdown_ms: int = 0
    """What is left of the count-in, or of the half minute of nothing."""
    warnings: tuple[Caution, ...] = ()
    recognised: int = 0
    """While trying: how often it was recognised."""
    attempts: int = 0
    """While trying: how often something was performed."""
    is_addition: bool = False
    """Whether the takes are added to a gesture that is there."""
    is_idle: bool = field(default=False)
    """Whether half a minute of nothing is recorded, instead of a gesture."""

    @property
    def good(self) -> int:
        """Takes that will be used."""
        return sum(made.kept for made in self.takes)

    def as_json(self) -> dict[str, Any]:
        """Ready for JSON; no landmarks."""
        return {
            "type": "recording",
            "step": self.step.value,
            "name": self.name,
            "text": self.text,
            "hint": self.hint,
            "wanted": self.wanted,
            "good": self.good,
            "takes": [made.as_json() for made in self.takes],
            "countdown_ms": self.countdown_ms,
            "warnings": [warning.as_json() for warning in self.warnings],
            "recognised": self.recognised,
            "attempts": self.attempts,
            "addition": self.is_addition,
            "idle": self.is_idle,
            "over": self.step.is_over,
        }
