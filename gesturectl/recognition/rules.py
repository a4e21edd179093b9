"""The rules between a prediction and an event: each small, named, and able to say why it refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gesturectl.recognition.motion import HANGING, Motion
from gesturectl.recognition.vocabulary import HELD, OPPOSITE, VERTICAL
from gesturectl.types import GestureEvent, Hand


@dataclass(frozen=True, slots=True)
class Candidate:
    """A gesture that one hand may be making, with the evidence the rules look at."""

    gesture: str
    hand: Hand
    t_ms: int
    score: float
    """Probability of the gesture, smoothed over the last predictions."""
    threshold: float
    """Score from which the model's card counts the gesture."""
    margin: float
    """By how much it leads the next other gesture."""
    agreement: float
    """How far the branches agree, smoothed likewise."""
    held_ms: int
    """How long it has been on top."""
    motion: Motion
    rested: bool
    """Whether the hand did nothing for a moment since its last event."""
    arrived: bool
    """Whether it came into view, or rested, since watching began again after a break."""
    last: GestureEvent | None
    """What this hand did last."""
    last_any: GestureEvent | None
    """What either hand did last."""


class Rule(Protocol):
    """One condition of an event."""

    @property
    def name(self) -> str:
        """What people call it."""

    def refuse(self, candidate: Candidate) -> str | None:
        """Why the candidate is refused, in words a person understands; None if this rule has nothing against it."""


@dataclass(frozen=True, slots=True)
class Plausible:
    """What is followed must look like a hand: neither tiny nor filling the picture, and not half outside of it."""

    name: str = "plausible"
    smallest: float = 0.025
    """A palm of 90 mm seen at about 3.5 m."""
    largest: float = 0.75
    inside: float = 0.6

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a hand of impossible size or at the edge."""
        if not self.smallest <= candidate.motion.size <= self.largest:
            return f"the hand's palm measures {candidate.motion.size:.2f} of the picture's height"
        if candidate.motion.inside < self.inside:
            return f"only {candidate.motion.inside:.0%} of the hand is in the picture"
        return None


@dataclass(frozen=True, slots=True)
class Confident:
    """The smoothed score must reach the gesture's threshold."""

    name: str = "confident"

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a score below the threshold."""
        if candidate.score < candidate.threshold:
            return f"score {candidate.score:.2f} is below {candidate.threshold:.2f}"
        return None


@dataclass(frozen=True, slots=True)
class Distinct:
    """It must lead every other gesture clearly."""

    name: str = "distinct"
    margin: float = 0.3

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a close race."""
        if candidate.margin < self.margin:
            return f"leads the next gesture by only {candidate.margin:.2f}"
        return None


@dataclass(frozen=True, slots=True)
class Agreed:
    """The branches must agree: disagreement is evidence for none of the gestures."""

    name: str = "agreed"
    agreement: float = 0.55

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a gesture that the branches see differently."""
        if candidate.agreement < self.agreement:
            return f"the branches agree by only {candidate.agreement:.2f}"
        return None


@dataclass(frozen=True, slots=True)
class Dwelt:
    """It must stay on top for a moment; a pose that is held, for longer."""

    name: str = "dwelt"
    moving_ms: int = 65
    """Two frames of a camera at 30 a second."""
    held_ms: int = 400
    others_ms: Mapping[str, int] = field(default_factory=dict)
    """For gestures that need another time."""

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse what flickers."""
        needed = self.needed_ms(candidate.gesture)
        if candidate.held_ms < needed:
            return f"seen for {candidate.held_ms} ms of {needed}"
        return None

    def needed_ms(self, gesture: str) -> int:
        """How long `gesture` must be on top."""
        return self.others_ms.get(gesture, self.held_ms if gesture in HELD else self.moving_ms)


@dataclass(frozen=True, slots=True)
class Still:
    """A pose counts only while the hand rests: hands on their way pass through many poses."""

    name: str = "still"
    speed: float = 1.0

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a pose in motion."""
        if candidate.gesture in HELD and candidate.motion.speed > self.speed:
            return f"the hand moves at {candidate.motion.speed:.1f} palms a second"
        return None


@dataclass(frozen=True, slots=True)
class Upright:
    """Fingers that point down belong to a hand that hangs, or that works at a desk seen from above."""

    name: str = "upright"
    lean: float = HANGING
    except_for: frozenset[str] = frozenset({"swipe_down", "thumbs_down"})
    """Gestures that end so, or that a person makes so."""

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a hand upside down, unless the gesture ends so."""
        if candidate.gesture in self.except_for or candidate.motion.lean <= self.lean:
            return None
        return f"the fingers point down ({candidate.motion.lean:.0f} degrees from upright)"


@dataclass(frozen=True, slots=True)
class Alone:
    """Gestures of one hand are made while the other rests: hands that talk or work move together."""

    name: str = "alone"
    speed: float = 2.0
    except_for: frozenset[str] = frozenset()
    """Gestures of both hands."""

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a hand that moves together with the other one."""
        if candidate.motion.other_speed > self.speed and candidate.gesture not in self.except_for:
            return f"the other hand moves too, at {candidate.motion.other_speed:.1f} palms a second"
        return None


@dataclass(frozen=True, slots=True)
class Settled:
    """The hand must have been there before: one that has just appeared is being raised, or isn't a hand."""

    name: str = "settled"
    seen_ms: int = 250
    vertical_ms: int = 600
    """A hand that is raised is followed for less before it comes to rest."""

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse what comes with the hand's appearance."""
        needed = self.vertical_ms if candidate.gesture in VERTICAL else self.seen_ms
        if candidate.motion.seen_ms < needed:
            return f"the hand has been seen for {candidate.motion.seen_ms} ms of {needed}"
        return None


@dataclass(frozen=True, slots=True)
class NotRaised:
    """A hand that hung a moment ago and goes up, or wobbles there, is being raised; it will gesture later.

    Unless it points: nobody's hand hangs with one or two fingers stretched out.
    """

    name: str = "not raised"
    within_ms: int = 1500

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a swipe up out of a hanging hand, and a wave on the way."""
        hung = candidate.motion.hung_ms
        if candidate.gesture not in ("swipe_up", "wave") or hung is None or hung > self.within_ms:
            return None
        if candidate.gesture == "swipe_up" and candidate.motion.pointing:
            return None
        return f"the hand hung {hung} ms ago: it is being raised"


@dataclass(frozen=True, slots=True)
class NotLowered:
    """A swipe down ends in the picture; a hand that is lowered goes on, or leaves."""

    name: str = "not lowered"
    speed: float = 2.5
    inside: float = 0.95

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse a swipe down that hasn't come to rest in the picture."""
        if candidate.gesture != "swipe_down":
            return None
        if candidate.motion.inside < self.inside:
            return "the hand leaves the picture: it is being lowered"
        return "the hand still goes down" if candidate.motion.speed > self.speed else None


@dataclass(frozen=True, slots=True)
class Rested:
    """One event a gesture: after it the hand must rest before the next, also before the same one again.

    Likewise after a break: a hand that is there when the camera comes back has done nothing to ask for anything.

    Another gesture may follow without a rest after a while, so that a circle isn't lost to what led into it.
    """

    name: str = "rested"
    other_ms: int = 1500

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse what follows an event without a rest."""
        last = candidate.last
        if not candidate.arrived:
            return "the hand was there already when the camera came back, and hasn't rested since"
        if last is None or candidate.rested:
            return None
        if candidate.gesture == last.gesture or candidate.t_ms - last.t_ms < self.other_ms:
            return f"no rest since {last.gesture}"
        return None


@dataclass(frozen=True, slots=True)
class NotReturning:
    """The way back from a gesture isn't its opposite."""

    name: str = "not returning"
    within_ms: int = 1300

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse the opposite of what has just been done."""
        last = candidate.last_any
        if last is None or OPPOSITE.get(last.gesture) != candidate.gesture:
            return None
        since = candidate.t_ms - last.t_ms
        return f"the way back, {since} ms after {last.gesture}" if since < self.within_ms else None


@dataclass(frozen=True, slots=True)
class Refractory:
    """For a moment after an event nothing else fires, on either hand: a track that splits would fire twice."""

    name: str = "refractory"
    within_ms: int = 450

    def refuse(self, candidate: Candidate) -> str | None:
        """Refuse what comes too soon."""
        last = candidate.last_any
        if last is not None and candidate.t_ms - last.t_ms < self.within_ms:
            return f"{candidate.t_ms - last.t_ms} ms after {last.gesture}"
        return None


RULES: tuple[Rule, ...] = (
    Confident(),
    Distinct(),
    Agreed(),
    Plausible(),
    Settled(),
    NotRaised(),
    NotLowered(),
    Upright(),
    Alone(),
    Still(),
    Dwelt(),
    Rested(),
    NotReturning(),
    Refractory(),
)
"""All rules in the order they are asked; the first that refuses gives the reason."""


def first_refusal(rules: Sequence[Rule], candidate: Candidate) -> tuple[str, str] | None:
    """Name and reason of the first rule that refuses; None if the gesture may happen."""
    for rule in rules:
        reason = rule.refuse(candidate)
        if reason is not None:
            return rule.name, reason
    return None
