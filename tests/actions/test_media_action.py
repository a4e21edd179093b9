"""Media: the player itself if it can be spoken to, else its key."""

import pytest

from gesturectl.actions import parse
from gesturectl.actions.base import Stage
from gesturectl.desktop.base import Players
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import ConfigError, DesktopError


class OnePlayer(Players):
    """A player, or none."""

    def __init__(self, there: bool = True) -> None:
        self.there = there
        self.told: list[str] = []

    def do(self, command: str) -> bool:
        self.told.append(command)
        return self.there

    def seek(self, by_s: float) -> bool:
        return self.do(f"seek {by_s:g}")

    def change_volume(self, by: float) -> bool:
        return self.do(f"volume {by:g}")

    def close(self) -> None:
        pass


def stage(players: Players | None) -> Stage:
    return Stage(RecordingInjector(), lambda _: None, lambda: None, lambda _: None, players=players)


def test_a_player_that_can_be_spoken_to_needs_no_key() -> None:
    desk = stage(OnePlayer())
    parse({"media": "play_pause"}, "here").begin(desk)
    assert desk.injector.done == []
    assert desk.players.told == ["play_pause"]


@pytest.mark.parametrize("players", [None, OnePlayer(there=False)])
def test_without_a_player_its_key_is_pressed(players: Players | None) -> None:
    desk = stage(players)
    parse({"media": "next"}, "here").begin(desk)
    assert desk.injector.done == ["press Media_Next", "release Media_Next"]


def test_the_loudspeakers_volume_is_a_key_even_if_there_is_a_player() -> None:
    desk = stage(OnePlayer())
    parse({"media": "volume_up"}, "here").begin(desk)
    assert desk.injector.done == ["press Volume_Up", "release Volume_Up"]


@pytest.mark.parametrize(
    ("table", "told", "words"),
    [
        ({"media": "seek"}, "seek 10", "seek 10 s onwards"),
        ({"media": "seek", "by": -30}, "seek -30", "seek 30 s back"),
        ({"media": "player_volume"}, "volume 0.05", "turn the player up by 5 %"),
        ({"media": "player_volume", "by": -10}, "volume -0.1", "turn the player down by 10 %"),
    ],
)
def test_seeking_and_the_players_volume(table: dict[str, object], told: str, words: str) -> None:
    desk = stage(OnePlayer())
    action = parse(table, "here")
    action.begin(desk)
    assert desk.players.told == [told]
    assert action.describe() == words
    with pytest.raises(DesktopError, match="there is no player"):
        action.begin(stage(None))


@pytest.mark.parametrize("table", [{"media": "next", "by": 3}, {"media": "seek", "by": 0}, {"media": "dance"}])
def test_amounts_that_mean_nothing_are_mistakes(table: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        parse(table, "here")
