"""Control the player and the volume: the player itself where the desktop can speak to it, else by the media keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from gesturectl.actions.base import Action, Stage
from gesturectl.errors import ConfigError, DesktopError, GesturectlError
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


PLAYER_COMMANDS = ("play_pause", "next", "previous", "stop")
"""Those that are meant for a player, not for the loudspeakers."""

AMOUNTS = {"seek": (10.0, 3600.0, "s"), "player_volume": (5.0, 100.0, "%")}
"""What takes `by`: how much without it, the most, and the unit."""


@dataclass(frozen=True, slots=True)
class MediaAction(Action):
    """`{ media = "play_pause" }`, `{ media = "seek", by = -10 }`, `{ media = "player_volume", by = 5 }`."""

    key = "media"
    options = ("by",)

    command: str
    """One of COMMANDS or AMOUNTS."""
    by: float = 0.0
    """Seconds to seek, or per cent of the player's volume; negative is back or down. Only for AMOUNTS."""

    @classmethod
    def parse(cls, table: Mapping[str, object], place: str) -> Self:
        problems: list[GesturectlError] = []
        reader = Table(table, place, problems)
        command = reader.text("media", (*COMMANDS, *AMOUNTS))
        usual, most, _ = AMOUNTS.get(command or "", (0.0, 3600.0, ""))
        by = reader.number("by", -most, most)
        if by is not None and command in COMMANDS:
            reader.mistake("by", f"{command} takes no amount", "Leave it out; `seek` and `player_volume` take one.")
        if by == 0:
            reader.mistake("by", "0 does nothing", "Positive is onwards or louder, negative back or quieter.")
        reader.finish()
        if command is None or problems:
            raise ConfigError(place, problems)
        return cls(command, usual if by is None else by)

    def describe(self) -> str:
        if self.command == "seek":
            return f"seek {abs(self.by):g} s {'onwards' if self.by > 0 else 'back'}"
        if self.command == "player_volume":
            return f"turn the player {'up' if self.by > 0 else 'down'} by {abs(self.by):g} %"
        return COMMANDS[self.command][1]

    def begin(self, stage: Stage) -> None:
        players = stage.players
        if self.command in AMOUNTS:
            seeks = self.command == "seek"
            found = players is not None and (players.seek(self.by) if seeks else players.change_volume(self.by / 100))
            if not found:
                remedy = "Start one; on Linux it has to speak MPRIS, as nearly all do."
                raise DesktopError("media", "there is no player to ask, and no key for it", remedy)
        elif self.command not in PLAYER_COMMANDS or players is None or not players.do(self.command):
            stage.injector.tap((COMMANDS[self.command][0],))
