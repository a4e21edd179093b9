"""What a person decides during a recording: asked where somebody can answer, else decided as the options say."""

import select
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gesturectl.errors import GesturectlError
from gesturectl.verbs.recording.screen import Screen
from gesturectl.verbs.recording.seats import Seat

_ENOUGH = 3
"""Recognised attempts after which trying is over by itself: no key is needed."""
_PATIENCE_S = 60.0
"""How long a question waits for an answer."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line."""

    bind: str
    app: str
    yes: bool
    """Use good takes, whatever was warned of."""
    asks: bool
    """Whether somebody can answer."""


class Dialogue:
    """Leads through one recording."""

    def __init__(self, seat: Seat, screen: Screen, wishes: Wishes) -> None:
        self._seat, self._screen, self._wishes = seat, screen, wishes
        self._state: Mapping[str, Any] = {}
        self.bound: Mapping[str, Any] | None = None
        """What it does now, if it was bound."""

    def lead(self) -> Mapping[str, Any]:
        """From the count-in to the end; how it ended. Raises GesturectlError."""
        while not self._look()["over"]:
            if self._state["step"] == "review":
                self._review()
            elif self._state["step"] == "trying":
                self._try()
        self._screen.leave()
        return self._state

    def _look(self) -> Mapping[str, Any]:
        seen = self._seat.look()
        self._state = seen["recording"]
        self._screen.show(self._state, seen.get("recording_hands"))
        return self._state

    def _do(self, command: str, **arguments: object) -> Mapping[str, Any]:
        answer = self._seat.ask(command, **arguments)
        self._state = answer["recording"]
        return answer

    def _review(self) -> None:
        state = self._state
        doubts = state["good"] < state["wanted"] or any(w["kind"] == "resembles" for w in state["warnings"])
        doubts = doubts or bool(state["hint"])
        if not state["good"]:
            answer = self._ask("No take is good. Again? [Y/n] ", "n")
            self._do("record_cancel" if answer.startswith("n") else "record_retry")
        elif not doubts or self._wishes.yes or not self._wishes.asks:
            if self._tried_before(state):
                self._do("record_cancel")
                raise GesturectlError(
                    "record", state["hint"].rstrip("."), "Record it again, with a larger or slower movement."
                )
            self._do("record_use")
        else:
            answer = self._ask("Use it? [Y]es, [n]o, [r]ecord poor takes again: ", "y")
            command = {"n": "record_cancel", "r": "record_retry"}.get(answer[:1], "record_use")
            self._do(command)

    def _tried_before(self, state: Mapping[str, Any]) -> bool:
        """Whether it couldn't be written: asking for the same again, with nobody to mend it, wouldn't help."""
        before, self._used = getattr(self, "_used", False), True
        return before and bool(state["hint"])

    def _try(self) -> None:
        wishes, name = self._wishes, self._state["name"]
        if wishes.bind:
            try:
                self.bound = self._do("record_bind", gesture=name, app=wishes.app, action=wishes.bind)["bound"]
                return
            except GesturectlError:
                self._do("record_done")  # the gesture is fine, and stays
                raise
        if not wishes.asks:
            self._do("record_done")
            return
        self._screen.leave()
        print(f"Make it a few times; Enter, or {_ENOUGH} times recognised, goes on.")
        while self._look()["step"] == "trying" and self._state["recognised"] < _ENOUGH and _typed(0) is None:
            pass
        if self._state["step"] == "trying":
            self._bind(name)

    def _bind(self, name: str) -> None:
        action = self._ask('What should it do? keys = "Ctrl+T", media = "next", … (Enter: nothing yet) ', "")
        while action:
            app = self._wishes.app or self._ask("In which app only? (Enter: everywhere) ", "")
            try:
                self.bound = self._do("record_bind", gesture=name, app=app, action=action)["bound"]
                return
            except GesturectlError as error:
                print(error)
            action = self._ask("What should it do? (Enter: nothing yet) ", "")
        self._do("record_done")

    def _ask(self, question: str, default: str) -> str:
        """The answer in small letters where it is one letter; `default` where nobody answers in time, or can."""
        if not self._wishes.asks:
            return default
        self._screen.leave()
        sys.stdout.write(question)
        sys.stdout.flush()
        line = _typed(_PATIENCE_S)
        if line is None:
            print()
            return default
        line = line.strip()
        return (line.lower() if len(line) == 1 else line) or default


def _typed(timeout_s: float) -> str | None:
    """A line that was typed, waiting for it so long; None if there is none. On Windows it waits for ever."""
    if sys.platform == "win32":
        return sys.stdin.readline() if timeout_s else None
    ready, _, _ = select.select([sys.stdin], [], [], timeout_s)
    return sys.stdin.readline() if ready else None
