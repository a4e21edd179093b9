"""Type a text, whatever the keyboard's layout."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table

_SHOWN = 40
"""Characters of a text that a line of `describe` shows."""


@dataclass(frozen=True, slots=True)
class TextAction(Action):
    """`{ text = "Thank you!" }`."""

    key = "text"

    text: str
    """Any Unicode; line ends and tabs press Enter and Tab."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        text = (reader.text("text") or "").replace("\r\n", "\n")
        if table.get("text") == "":
            reader.mistake("text", "the text is empty", "Write what to type.")
        strange = {character for character in text if ord(character) < 32 or ord(character) == 127} - {"\n", "\t"}
        if strange:
            listed = ", ".join(f"U+{ord(character):04X}" for character in sorted(strange))
            reader.mistake("text", f"nobody can type {listed}", "Use `keys` for keys; a text has letters and signs.")
        reader.finish()
        if problems:
            raise ConfigError(place, problems)
        return cls(text)

    def describe(self) -> str:
        shown = self.text if len(self.text) <= _SHOWN else f"{self.text[: _SHOWN - 1]}…"
        return f'type "{shown}"'.replace("\n", "⏎").replace("\t", "⇥")

    def begin(self, stage: Stage) -> None:
        stage.injector.type_text(self.text)
