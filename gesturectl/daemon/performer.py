"""Carrying decisions out on the desktop, so that no failure leaves a key held."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gesturectl.actions.base import Stage as Desk
from gesturectl.daemon.policy import Decision, Skip
from gesturectl.daemon.real_input import RealInput
from gesturectl.daemon.stage import attempt
from gesturectl.pointing.guide import BUTTON, Button, Move, Step
from gesturectl.types import GestureEvent, Hand, Phase

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """A gesture event and what came of it."""

    event: GestureEvent
    action: str | None
    """What was done (in a dry run: would be done); None if nothing."""
    reason: str = ""
    """Why nothing was done."""
    failed: bool = False
    """Whether it was tried and didn't work."""

    def as_json(self) -> dict[str, Any]:
        """The event as `run --json` prints it."""
        event = self.event
        line: dict[str, Any] = {
            "type": "event",
            "gesture": event.gesture,
            "hand": event.hand,
            "phase": event.phase.value,
            "score": round(event.score, 4),
            "t_ms": event.t_ms,
            "action": self.action,
        }
        return line if self.action is not None else {**line, "reason": self.reason}


class Performer:
    """Does what the policy decided, in the engine's thread."""

    def __init__(self, desk: Desk, dry_run: bool, input_: RealInput) -> None:
        """`input_` is told what we press, so that it isn't taken for the person's."""
        self._desk, self._dry_run, self._input = desk, dry_run, input_
        self._told: set[str] = set()
        self._held: set[tuple[str, Hand]] = set()

    def carry_out(self, decision: Decision) -> Report:
        """Do it. If it fails, everything held is released; whoever asked should forget what it thinks is held."""
        if isinstance(decision, Skip):
            return Report(decision.event, None, decision.reason)
        event, plan = decision.event, decision.plan
        words = plan.action.describe()
        done = f"stop: {words}" if event.phase is Phase.END else words
        if self._dry_run:
            return Report(event, done)
        call = {Phase.BEGIN: plan.action.begin, Phase.REPEAT: plan.action.repeat, Phase.END: plan.action.end}[
            event.phase
        ]
        with self._input.ours():
            error = attempt(f"{plan.name} ({plan.action.key})", lambda: call(self._desk))
        if error is None:
            self._note_held(event, plan.action.holds)
            # The words may hold text to be typed: the log gets the binding's name only.
            _log.info("%s %s: %s %s", event.gesture, event.phase.value, plan.name, plan.action.key)
            return Report(event, done)
        self._tell_once(plan.name, str(error))
        self.release_all()
        return Report(event, None, str(error), failed=True)

    def release_all(self) -> None:
        """Release every key and button."""
        with self._input.ours():
            self._desk.injector.release_all()
        self._held.clear()
        self._input.holding = False

    def go_on(self, call: Callable[[], None]) -> bool:
        """Do what an earlier action left for later; False if it failed, and everything held is released then."""
        with self._input.ours():
            error = attempt("sequence", call)
        if error is None:
            return True
        self._tell_once("sequence", str(error))
        self.release_all()
        return False

    def steer(self, steps: Sequence[Step]) -> bool:
        """Move the pointer and its button; False if it failed, and everything held is released then."""
        if self._dry_run or not steps:
            return True
        with self._input.ours():
            error = attempt("pointer", lambda: self._take(steps))
        if error is None:
            return True
        self._tell_once("pointer", str(error))
        self.release_all()
        return False

    def keep_up(self, now_s: float) -> float | None:
        """Repeat what is held, where the system doesn't; returns when to be called next."""
        if not self._held:
            return None
        with self._input.ours():
            due_s: list[float | None] = []
            error = attempt("held keys", lambda: due_s.append(self._desk.injector.keep_up(now_s)))
        if error is None:
            return due_s[0]
        self._tell_once("held keys", str(error))
        self.release_all()
        return None

    def tend(self) -> str:
        """Why no key can be pressed at the moment; empty while all is well. About once a second."""
        return "" if self._dry_run else self._desk.injector.tend()

    def poll(self) -> None:
        """Report programs that actions started and that failed; about once a second."""
        self._desk.children.poll(self._desk.report)

    def _take(self, steps: Sequence[Step]) -> None:
        injector = self._desk.injector
        for step in steps:
            match step:
                case Move(dx, dy):
                    injector.move(dx, dy)
                case Button(True):
                    injector.press_button(BUTTON)
                case Button():
                    injector.release_button(BUTTON)

    def _note_held(self, event: GestureEvent, holds: bool) -> None:
        if holds and event.phase is Phase.BEGIN:
            self._held.add((event.gesture, event.hand))
        elif event.phase is Phase.END:
            self._held.discard((event.gesture, event.hand))
        self._input.holding = bool(self._held)

    def _tell_once(self, name: str, error: str) -> None:
        """The same trouble with every gesture is one trouble."""
        _log.log(logging.INFO if error in self._told else logging.WARNING, "%s: %s", name, error)
        self._told.add(error)
