"""Control the player and the volume through the keyboard's media keys, which work whichever app has the focus."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.toml_schema import Table

COMMANDS = {
    "play_pause": ("media_play_pause", "play or pause"),
    "next": ("media_next", "skip to the next track"),
    "previous": ("media_previous", "go back to the previous track"),
    "stop": ("media_stop", "stop playing"),
    "volume_up": ("volume_up", "turn the volume up"),
    "volume_down": ("volume_down", "turn the volume down"),
    "mute": ("volume_mute", "mute or unmute"),
}
"""What a profile may write, the key that does it, and what it does."""


@dataclass(frozen=True, slots=True)
class MediaAction(Action):
    """`{ media = "play_pause" }`."""

    key = "media"

    command: str
    """One of COMMANDS."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        command = reader.text("media", COMMANDS)
        reader.finish()
        if command is None or problems:
            raise ConfigError(place, problems)
        return cls(command)

    def describe(self) -> str:
        return COMMANDS[self.command][1]

    def begin(self, stage: Stage) -> None:
        stage.injector.tap((COMMANDS[self.command][0],))
