"""Turn the wheel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.keys import KeyNameError, describe, key, parse_chord
from gesturectl.toml_schema import Table

_MOST = 50
"""Steps at once; more than any page is long, and a typing error's worth of zeros."""


@dataclass(frozen=True, slots=True)
class ScrollAction(Action):
    """`{ scroll = 3 }`, `{ scroll = -2, horizontal = true }`, `{ scroll = 1, modifiers = ["Ctrl"] }`."""

    key = "scroll"
    options = ("horizontal", "modifiers")

    steps: int
    """Notches of a wheel; positive is up, or right if horizontal."""
    horizontal: bool = False
    modifiers: tuple[str, ...] = ()
    """Held meanwhile: Ctrl zooms in most apps."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        steps = reader.integer("scroll", -_MOST, _MOST)
        if steps == 0:
            reader.mistake("scroll", "0 steps do nothing", "Positive is up or right, negative down or left.")
        horizontal = reader.flag("horizontal") or False
        modifiers: tuple[str, ...] = ()
        try:
            words = reader.texts("modifiers") or ()
            modifiers = parse_chord("+".join(words), reader.at("modifiers")) if words else ()
        except KeyNameError as error:
            problems.append(error)
        for name in modifiers:
            if not key(name).modifier:
                reader.mistake(
                    "modifiers", f"{key(name).label} is no modifier", "There are Ctrl, Shift, Alt, Super, AltGr."
                )
        reader.finish()
        if steps is None or problems:
            raise ConfigError(place, problems)
        return cls(steps, horizontal, modifiers)

    def describe(self) -> str:
        if self.horizontal:
            way = "right" if self.steps > 0 else "left"
        else:
            way = "up" if self.steps > 0 else "down"
        holding = f" with {describe(self.modifiers)} held" if self.modifiers else ""
        count = abs(self.steps)
        return f"scroll {way} {count} step{'s' if count > 1 else ''}{holding}"

    def begin(self, stage: Stage) -> None:
        dx, dy = (self.steps, 0) if self.horizontal else (0, self.steps)
        if not self.modifiers:
            stage.injector.scroll(dx, dy)
            return
        stage.injector.press(self.modifiers)
        try:
            stage.injector.scroll(dx, dy)
        finally:
            stage.injector.release(self.modifiers)
