"""Run a program of the user's."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table


@dataclass(frozen=True, slots=True)
class CommandAction(Action):
    """`{ run = ["notify-send", "hi"] }`, `{ run = "cat a > b", shell = true }`."""

    key = "run"
    options = ("shell",)

    command: tuple[str, ...] | str
    """A program and its words, or a line for the shell."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        words = reader.texts("run") or ()
        shell = reader.flag("shell") or False
        reader.finish()
        line = table.get("run")
        if not problems and not "".join(words[:1]).strip():
            reader.mistake("run", "there is no program", 'Write run = ["notify-send", "hi"].')
        elif isinstance(line, str) and not shell:
            reader.mistake("run", "a line needs a shell", _remedy(line))
        elif isinstance(line, list) and shell:
            reader.mistake(
                "shell", "a list runs without a shell", "Leave out `shell`, or write the line as one string."
            )
        if problems:
            raise ConfigError(place, problems)
        return cls(words[0] if shell else words)

    def describe(self) -> str:
        return f"run {self.command if isinstance(self.command, str) else shlex.join(self.command)}"

    def begin(self, stage: Stage) -> None:
        stage.children.start(self.command, self.describe())


def _remedy(line: str) -> str:
    """What to write instead of a line without `shell = true`."""
    if any(sign in line for sign in "|&;<>$*`"):
        return "Add shell = true."
    try:
        words = shlex.split(line)
    except ValueError:  # an open quote
        words = line.split()
    listed = ", ".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    return f"Write run = [{listed}], or add shell = true."
