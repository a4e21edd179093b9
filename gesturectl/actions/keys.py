"""Press keys: a chord, several one after the other, or a chord held for as long as the gesture lasts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.keys import KeyNameError, describe, parse_chord
from gesturectl.toml_schema import Table


@dataclass(frozen=True, slots=True)
class KeysAction(Action):
    """`{ keys = "Ctrl+Tab" }`, `{ keys = ["Ctrl+K", "Ctrl+S"] }`, `{ keys = "Right", while = "held" }`."""

    key = "keys"
    options = ("while",)

    chords: tuple[tuple[str, ...], ...]
    """Pressed and released one after the other; exactly one if `held`."""
    held: bool = False
    """Whether the chord stays down until the gesture ends."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        chords = []
        for text in reader.texts("keys") or ():
            try:
                chords.append(parse_chord(text, reader.at("keys")))
            except KeyNameError as error:
                problems.append(error)
        if table.get("keys") == []:
            reader.mistake("keys", "the list is empty", 'Write a chord: keys = "Ctrl+Tab".')
        held = reader.text("while", ("held",)) is not None
        if held and len(chords) > 1:
            reader.mistake("while", "only one chord can be held", "Give one chord, or leave out `while`.")
        reader.finish()
        if problems:
            raise ConfigError(place, problems)
        return cls(tuple(chords), held)

    @property
    def holds(self) -> bool:
        return self.held

    def describe(self) -> str:
        listed = " then ".join(describe(chord) for chord in self.chords)
        return f"hold {listed}" if self.held else f"press {listed}"

    def presses(self) -> tuple[tuple[str, ...], ...]:
        return self.chords

    def begin(self, stage: Stage) -> None:
        if self.held:
            stage.injector.press(self.chords[0])
            return
        for chord in self.chords:
            stage.injector.tap(chord)

    def repeat(self, stage: Stage) -> None:
        if not self.held:  # a key that is down repeats by itself
            self.begin(stage)

    def end(self, stage: Stage) -> None:
        if self.held:
            stage.injector.release(self.chords[0])
