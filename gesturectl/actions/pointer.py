"""Let the hand move the pointer, or no longer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table

WAYS = ("toggle", "on", "off")


@dataclass(frozen=True, slots=True)
class PointerAction(Action):
    """`{ pointer = "toggle" }`, `{ pointer = "on" }`, `{ pointer = "off" }`."""

    key = "pointer"

    do: str
    """One of WAYS."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        do = reader.text("pointer", WAYS)
        reader.finish()
        if do is None or problems:
            raise ConfigError(place, problems)
        return cls(do)

    def describe(self) -> str:
        return {
            "toggle": "let the hand move the pointer, or no longer",
            "on": "let the hand move the pointer",
            "off": "let the hand move the pointer no longer",
        }[self.do]

    def begin(self, stage: Stage) -> None:
        stage.switch_pointer(self.do)

    def repeat(self, stage: Stage) -> None:
        """Nothing: it is switched already."""
