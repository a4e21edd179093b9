"""Close, minimise, enlarge the focused window, or go to another; through the desktop's own means, without keys."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.desktop.select import choose_window_manager
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table

COMMANDS = {
    "close": "close the window",
    "minimize": "minimize the window",
    "maximize": "maximize the window or restore it",
    "fullscreen": "fill the screen with the window or restore it",
    "next": "go to the next window",
    "workspace_next": "go to the next workspace",
    "workspace_previous": "go to the previous workspace",
}


@dataclass(frozen=True, slots=True)
class WindowAction(Action):
    """`{ window = "close" }`."""

    key = "window"

    command: str
    """One of COMMANDS."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        command = reader.text("window", COMMANDS)
        reader.finish()
        if command is None or problems:
            raise ConfigError(place, problems)
        return cls(command)

    def describe(self) -> str:
        return COMMANDS[self.command]

    def begin(self, stage: Stage) -> None:
        with closing(choose_window_manager()) as manager:
            manager.do(self.command)
