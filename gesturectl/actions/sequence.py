"""Several actions one after the other, with pauses between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table

_LONGEST_S = 60.0
_MOST = 50


@dataclass(frozen=True, slots=True)
class SequenceAction(Action):
    """`{ sequence = [ { keys = "Ctrl+L" }, { wait = 0.2 }, { text = "example.org\\n" } ] }`."""

    key = "sequence"

    steps: tuple[tuple[float, Action], ...]
    """Each with when it is done, in seconds after the beginning."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        from gesturectl import actions

        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        listed = reader.value("sequence")
        reader.finish()
        if not isinstance(listed, list) or not listed or len(listed) > _MOST:
            remedy = 'Write sequence = [ { keys = "Ctrl+L" }, { wait = 0.2 }, { text = "hi" } ].'
            reader.mistake("sequence", f"this has to be a list of 1 to {_MOST} actions", remedy)
            raise ConfigError(place, problems)
        steps: list[tuple[float, Action]] = []
        at_s = 0.0
        for number, entry in enumerate(listed):
            where = f"{reader.at('sequence')}[{number}]"
            if not isinstance(entry, dict):
                problems.append(GesturectlError(where, "this has to be an action", "Write { wait = 0.2 } for a pause."))
            elif "wait" in entry:
                step = Table(entry, where, problems)
                at_s += step.number("wait", 0, _LONGEST_S) or 0.0
                step.finish()
            else:
                try:
                    action = actions.parse(entry, where)
                except ConfigError as error:
                    problems += error.problems
                    continue
                if action.holds or isinstance(action, SequenceAction):
                    remedy = "Leave out `while`; write nested steps into this list."
                    problems.append(GesturectlError(where, "a step has to be over at once", remedy))
                steps.append((at_s, action))
        if not steps and not problems:
            reader.mistake("sequence", "there is nothing to do but wait", "Put an action before or after it.")
        if at_s > _LONGEST_S:
            reader.mistake("sequence", f"it takes {at_s:g} s", f"Keep it below {_LONGEST_S:g} s.")
        if problems:
            raise ConfigError(place, problems)
        return cls(tuple(steps))

    def describe(self) -> str:
        words = []
        before_s = 0.0
        for at_s, action in self.steps:
            words.append(f"{f'after {at_s - before_s:g} s ' if at_s > before_s else ''}{action.describe()}")
            before_s = at_s
        return ", then ".join(words)

    def presses(self) -> tuple[tuple[str, ...], ...]:
        return tuple(chord for _, action in self.steps for chord in action.presses())

    def begin(self, stage: Stage) -> None:
        for at_s, action in self.steps:
            if at_s:
                stage.after(at_s, lambda action=action: action.begin(stage))  # type: ignore[misc]
            else:
                action.begin(stage)
