"""Pause the daemon: the camera is let go until someone resumes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table


@dataclass(frozen=True, slots=True)
class PauseAction(Action):
    """`{ pause = true }`."""

    key = "pause"

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        if reader.flag("pause") is False:
            reader.mistake("pause", "false does nothing", "Write pause = true, or leave the binding out.")
        reader.finish()
        if problems:
            raise ConfigError(place, problems)
        return cls()

    def describe(self) -> str:
        return "pause gesture control"

    def begin(self, stage: Stage) -> None:
        stage.pause()

    def repeat(self, stage: Stage) -> None:
        """Nothing: it is paused already."""
