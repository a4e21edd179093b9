"""Media players over D-Bus: small ones of our own on a bus of our own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gesturectl.desktop.mpris import MprisPlayers
from gesturectl.errors import DesktopError


class Player:
    """A media player that writes down what it is told."""

    def __init__(self, serve: Callable[..., Any], name: str, status: str) -> None:
        self.status, self.volume = status, 0.5
        self.told: list[Any] = []
        self.refuses = False
        self._service = serve(f"org.mpris.MediaPlayer2.{name}", self._answer)

    def quit(self) -> None:
        self._service.close()

    def _answer(self, message: Any) -> Any:
        from dbus_fast import Variant

        if message.path != "/org/mpris/MediaPlayer2":
            return None
        if message.member == "Get":
            value = {"PlaybackStatus": Variant("s", self.status), "Volume": Variant("d", self.volume)}[message.body[1]]
            return "v", [value]
        if self.refuses:
            return "org.freedesktop.DBus.Error.NotSupported"
        if message.member == "Set":
            self.volume = message.body[2].value
        self.told.append((message.member, *message.body) if message.member == "Seek" else message.member)
        return "", []


@pytest.fixture
def players(bus: str) -> Iterator[MprisPlayers]:
    players = MprisPlayers()
    yield players
    players.close()
    players.close()


def test_commands_go_to_the_player_that_plays(players: MprisPlayers, serve: Callable[..., Any]) -> None:
    radio, video = Player(serve, "radio", "Paused"), Player(serve, "video", "Playing")
    for command in ("play_pause", "next", "previous", "stop"):
        assert players.do(command)
    assert video.told == ["PlayPause", "Next", "Previous", "Stop"]
    assert radio.told == []


def test_what_was_paused_by_us_is_played_again(players: MprisPlayers, serve: Callable[..., Any]) -> None:
    radio, video = Player(serve, "radio", "Paused"), Player(serve, "video", "Playing")
    players.do("play_pause")
    video.status = "Paused"
    players.do("play_pause")
    assert (len(video.told), radio.told) == (2, [])
    video.quit()
    players.do("play_pause")
    assert radio.told == ["PlayPause"]


def test_seeking_and_the_players_own_volume(players: MprisPlayers, serve: Callable[..., Any]) -> None:
    video = Player(serve, "video", "Playing")
    assert players.seek(-10)
    assert video.told == [("Seek", -10_000_000)]
    assert players.change_volume(0.2)
    assert video.volume == pytest.approx(0.7)
    players.change_volume(0.9)
    assert video.volume == 1.0


def test_without_a_player_nothing_is_done(players: MprisPlayers) -> None:
    assert not players.do("next")
    assert not players.seek(5)


def test_a_player_that_refuses_is_an_error(players: MprisPlayers, serve: Callable[..., Any]) -> None:
    Player(serve, "video", "Playing").refuses = True
    with pytest.raises(DesktopError, match="refused"):
        players.do("next")


def test_without_a_bus_nothing_is_done_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    players = MprisPlayers()
    assert not players.do("next")
    players.close()
