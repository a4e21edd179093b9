"""When a recognised gesture does what its binding says: confidence, hold, cooldown, repeat, held actions.

No thread and no clock: time is what the events and ticks say it is.
"""

from dataclasses import dataclass, replace

from gesturectl.actions.base import Action
from gesturectl.profiles.schema import Arm
from gesturectl.types import GestureEvent, Hand, Phase


@dataclass(frozen=True, slots=True)
class Plan:
    """What a gesture is to do, decided when it begins and kept until it ends."""

    action: Action
    name: str
    """The binding it comes from, as "profile/intent"; cooldowns are counted by it."""
    confidence: float = 0.0
    """The least score that counts."""
    hold_ms: int = 0
    """How long the gesture must last, beyond its recognition, before anything is done."""
    cooldown_ms: int = 0
    """How long after it was last done it is not done again; what is held is done for as long as it is held."""
    repeat_hz: float = 0.0
    """How often it is done again while the gesture lasts; 0 for once."""
    arm: Arm = "off"
    """Whether it is done only while armed; the engine sees to that."""


@dataclass(frozen=True, slots=True)
class Do:
    """Carry the plan's action out: its begin, repeat or end, as the event's phase says."""

    event: GestureEvent
    plan: Plan


@dataclass(frozen=True, slots=True)
class Skip:
    """The event does nothing."""

    event: GestureEvent
    reason: str
    """Why, as a sentence part a person understands."""


Decision = Do | Skip


@dataclass(slots=True)
class _Lasting:
    """A gesture that has begun and not ended."""

    event: GestureEvent
    plan: Plan | None
    due_ms: int | None
    """When it is to be done for the first time, or again."""
    done: bool = False
    """Whether its action was begun."""


class Policy:
    """Remembers which gestures last and what each binding did when.

    Times given to one policy must not run backwards, except after `forget`.
    """

    def __init__(self) -> None:
        self._lasting: dict[tuple[str, Hand], _Lasting] = {}
        self._last_done: dict[str, int] = {}

    def begin(self, event: GestureEvent, plan: Plan | str) -> list[Decision]:
        """A gesture was recognised; `plan` is what it is to do, or the reason why it is to do nothing."""
        decisions = self.tick(event.t_ms)
        if _key(event) in self._lasting:  # its end was never seen
            stop = self.end(replace(event, phase=Phase.END))
            decisions += [decision for decision in stop if isinstance(decision, Do)]
        if isinstance(plan, str):
            return [*decisions, self._skip(event, plan)]
        if event.score < plan.confidence:
            return [
                *decisions,
                self._skip(event, f"score {event.score:.2f} is below the {plan.confidence:.2f} asked for"),
            ]
        self._lasting[_key(event)] = _Lasting(event, plan, due_ms=event.t_ms + plan.hold_ms)
        return decisions + self.tick(event.t_ms)

    def end(self, event: GestureEvent) -> list[Decision]:
        """A gesture is over."""
        decisions = self.tick(event.t_ms)
        lasting = self._lasting.pop(_key(event), None)
        if lasting and lasting.plan and lasting.done and lasting.plan.action.holds:
            self._last_done[lasting.plan.name] = event.t_ms
        return decisions + (_ended(lasting, event) if lasting else [Skip(event, "it did nothing")])

    def tick(self, t_ms: int) -> list[Decision]:
        """What has become due by `t_ms`: gestures held long enough, and repeats."""
        return [decision for key in list(self._lasting) if (decision := self._due(key, t_ms))]

    def release(self, t_ms: int, why: str) -> list[Decision]:
        """Stop what is held and forget the gestures that last (a pause, another profile, a lost camera, the end)."""
        lasting, self._lasting = self._lasting, {}
        decisions: list[Decision] = []
        for one in lasting.values():
            if one.plan and one.done and one.plan.action.holds:
                decisions.append(Do(replace(one.event, phase=Phase.END, t_ms=t_ms), one.plan))
            elif one.plan and not one.done:
                decisions.append(Skip(one.event, why))
        return decisions

    def forget(self) -> None:
        """The time starts anew: what was done before it doesn't cool down any more. Call `release` first."""
        self._last_done.clear()

    @property
    def due_ms(self) -> int | None:
        """When `tick` will next have something to say; None while nothing waits."""
        return min((one.due_ms for one in self._lasting.values() if one.due_ms is not None), default=None)

    @property
    def holding(self) -> bool:
        """Whether an action that must be stopped is going on."""
        return any(one.done and one.plan and one.plan.action.holds for one in self._lasting.values())

    def _skip(self, event: GestureEvent, reason: str) -> Skip:
        self._lasting[_key(event)] = _Lasting(event, plan=None, due_ms=None)
        return Skip(event, reason)

    def _due(self, key: tuple[str, Hand], t_ms: int) -> Decision | None:
        lasting = self._lasting[key]
        if lasting.plan is None or lasting.due_ms is None or t_ms < lasting.due_ms:
            return None
        plan, due_ms = lasting.plan, lasting.due_ms
        if not lasting.done:
            rest_ms = plan.cooldown_ms - (due_ms - self._last_done.get(plan.name, due_ms - plan.cooldown_ms))
            if rest_ms > 0:
                return self._skip(lasting.event, f"cooling down for another {rest_ms} ms")
        self._last_done[plan.name] = t_ms
        lasting.due_ms = _next_ms(plan, due_ms, t_ms)
        if not lasting.done:
            lasting.done = True
            return Do(lasting.event, plan)
        return Do(replace(lasting.event, phase=Phase.REPEAT, t_ms=t_ms), plan)


def _key(event: GestureEvent) -> tuple[str, Hand]:
    return event.gesture, event.hand


def _next_ms(plan: Plan, due_ms: int, t_ms: int) -> int | None:
    """When the action is to be done again; what a late tick missed is not made up for."""
    if plan.repeat_hz <= 0 or plan.action.holds:
        return None
    period_ms = round(1000 / plan.repeat_hz)
    return max(due_ms + period_ms, t_ms + 1)


def _ended(lasting: _Lasting, event: GestureEvent) -> list[Decision]:
    if lasting.plan is None:
        return [Skip(event, "it did nothing")]
    if not lasting.done:
        held_ms = event.t_ms - lasting.event.t_ms
        reason = f"held for {held_ms} of the {lasting.plan.hold_ms} ms asked for"
        return [Skip(lasting.event, reason), Skip(event, "it did nothing")]
    if lasting.plan.action.holds:
        return [Do(event, lasting.plan)]
    return [Skip(event, "nothing to stop")]
