"""Media players on Linux, through the interface that nearly all of them have (MPRIS 2.2): no key is pressed."""

import logging
from collections.abc import Callable

from gesturectl.desktop import dbus
from gesturectl.desktop.base import Players
from gesturectl.desktop.dbus import Bus
from gesturectl.errors import DesktopError

_log = logging.getLogger(__name__)

_PREFIX, _PATH = "org.mpris.MediaPlayer2.", "/org/mpris/MediaPlayer2"
_PLAYER = "org.mpris.MediaPlayer2.Player"
_PROXY = f"{_PREFIX}playerctld"
"""Stands for another player, which is there too."""
_METHODS = {"play_pause": "PlayPause", "next": "Next", "previous": "Previous", "stop": "Stop"}
_ANSWER_S = 0.3
"""A player that hangs must not keep gestures waiting."""


class MprisPlayers(Players):
    """Speaks to the player that plays, else to the one spoken to last, else to any that is paused."""

    def __init__(self) -> None:
        self._bus: Bus | None = None
        self._last = ""

    def do(self, command: str) -> bool:
        return self._with_player(lambda bus, player: bus.call(
            player, _PATH, _PLAYER, _METHODS[command], timeout_s=_ANSWER_S
        ))  # fmt: skip

    def seek(self, by_s: float) -> bool:
        return self._with_player(lambda bus, player: bus.call(
            player, _PATH, _PLAYER, "Seek", "x", round(by_s * 1_000_000), timeout_s=_ANSWER_S
        ))  # fmt: skip

    def change_volume(self, by: float) -> bool:
        def change(bus: Bus, player: str) -> None:
            from dbus_fast import Variant

            now = float(bus.get(player, _PATH, _PLAYER, "Volume", _ANSWER_S))
            wanted = Variant("d", min(1.0, max(0.0, now + by)))
            bus.call(
                player, _PATH, "org.freedesktop.DBus.Properties", "Set", "ssv", _PLAYER, "Volume", wanted,
                timeout_s=_ANSWER_S,
            )  # fmt: skip

        return self._with_player(change)

    def close(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _with_player(self, do: Callable[[Bus, str], object]) -> bool:
        """Whether there was a player to do it. Raises DesktopError if it refused."""
        if self._bus is None and dbus.unavailable() is not None:
            return False
        try:
            self._bus = self._bus or Bus()
            player = self._player(self._bus)
        except DesktopError as error:  # the bus is gone, or never was: keys may still work
            _log.debug("media players: %s", error)
            self.close()
            return False
        if not player:
            return False
        self._last = player
        do(self._bus, player)
        return True

    def _player(self, bus: Bus) -> str:
        """The name of the player that is meant; empty if there is none."""
        players = sorted(name for name in bus.names() if name.startswith(_PREFIX) and name != _PROXY)
        states: dict[str, str] = {}
        for player in players:
            try:
                states[player] = str(bus.get(player, _PATH, _PLAYER, "PlaybackStatus", _ANSWER_S))
            except DesktopError as error:  # it hangs, or left just now
                _log.debug("%s: %s", player, error)
        playing = [player for player, state in states.items() if state == "Playing"]
        if self._last in (playing or states):
            return self._last
        paused = [player for player, state in states.items() if state == "Paused"]
        return next(iter(playing or paused or states), "")
