"""Click where the pointer is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table

BUTTONS = ("left", "middle", "right")

_TIMES = {1: "", 2: "double-", 3: "triple-"}


@dataclass(frozen=True, slots=True)
class ClickAction(Action):
    """`{ click = "left" }`, `{ click = "left", count = 2 }`."""

    key = "click"
    options = ("count",)

    button: str
    """One of BUTTONS."""
    count: int = 1
    """2 is a double click; at most 3, which is all that apps tell apart."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        button = reader.text("click", BUTTONS)
        count = reader.integer("count", 1, 3)
        reader.finish()
        if button is None or problems:
            raise ConfigError(place, problems)
        return cls(button, count or 1)

    def describe(self) -> str:
        return f"{_TIMES[self.count]}click the {self.button} button"

    def begin(self, stage: Stage) -> None:
        stage.injector.click(self.button, self.count)
