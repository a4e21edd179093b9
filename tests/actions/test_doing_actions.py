"""What actions do to a desktop that writes it down."""

import sys
from collections.abc import Mapping
from dataclasses import replace

import pytest

from gesturectl import actions
from gesturectl.actions.base import Stage
from gesturectl.desktop.null import NullInjector
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import DesktopError


class Theatre:
    """A stage, and what happened on it."""

    def __init__(self) -> None:
        self.injector = RecordingInjector()
        self.profiles: list[str | None] = []
        self.pauses = 0
        self.reports: list[str] = []
        self.stage = Stage(self.injector, self.profiles.append, self._pause, self.reports.append)

    def _pause(self) -> None:
        self.pauses += 1


@pytest.fixture
def theatre() -> Theatre:
    return Theatre()


@pytest.mark.parametrize(
    ("table", "done"),
    [
        ({"keys": "Ctrl+Tab"}, ["press Ctrl+Tab", "release Ctrl+Tab"]),
        ({"keys": ["Ctrl+K", "S"]}, ["press Ctrl+K", "release Ctrl+K", "press S", "release S"]),
        ({"text": "héllo 漢字 😀\n"}, ["type héllo 漢字 😀\n"]),
        ({"media": "play_pause"}, ["press Media_Play_Pause", "release Media_Play_Pause"]),
        ({"media": "mute"}, ["press Volume_Mute", "release Volume_Mute"]),
        ({"scroll": -3}, ["scroll 0 -3"]),
        ({"scroll": 2, "horizontal": True}, ["scroll 2 0"]),
        ({"scroll": 1, "modifiers": ["Ctrl"]}, ["press Ctrl", "scroll 0 1", "release Ctrl"]),
        ({"click": "right"}, ["click right 1"]),
        ({"click": "left", "count": 2}, ["click left 2"]),
    ],
)
def test_an_action_is_done_once_and_once_more_when_repeated(
    theatre: Theatre, table: Mapping[str, object], done: list[str]
) -> None:
    action = actions.parse(table, "p")
    action.begin(theatre.stage)
    assert theatre.injector.done == done
    action.repeat(theatre.stage)
    action.end(theatre.stage)
    assert theatre.injector.done == done + done
    assert theatre.injector.held == []


def test_a_held_chord_is_down_from_begin_to_end(theatre: Theatre) -> None:
    action = actions.parse({"keys": "Shift+Right", "while": "held"}, "p")
    action.begin(theatre.stage)
    action.repeat(theatre.stage)
    assert theatre.injector.held == [("shift", "right")]
    action.end(theatre.stage)
    assert theatre.injector.held == []
    assert theatre.injector.done == ["press Shift+Right", "release Shift+Right"]


def test_the_modifier_of_a_failed_scroll_is_released(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(dx: int, dy: int) -> None:
        raise DesktopError("desktop", "no wheel")

    monkeypatch.setattr(theatre.injector, "scroll", refuse)
    with pytest.raises(DesktopError):
        actions.parse({"scroll": 1, "modifiers": ["Ctrl"]}, "p").begin(theatre.stage)
    assert theatre.injector.held == []


def test_profile_switches_once_and_auto_chooses_by_app(theatre: Theatre) -> None:
    for name in ("video", "auto"):
        action = actions.parse({"profile": name}, "p")
        action.begin(theatre.stage)
        action.repeat(theatre.stage)
    assert theatre.profiles == ["video", None]


def test_pause_pauses_once(theatre: Theatre) -> None:
    action = actions.parse({"pause": True}, "p")
    action.begin(theatre.stage)
    action.repeat(theatre.stage)
    assert theatre.pauses == 1


def test_without_a_desktop_keys_fail_with_a_reason_but_commands_still_run(theatre: Theatre) -> None:
    stage = Stage(NullInjector(), theatre.profiles.append, lambda: None, theatre.reports.append)
    with pytest.raises(DesktopError, match="no way to press keys"):
        actions.parse({"keys": "Ctrl+Tab"}, "p").begin(stage)
    actions.parse({"run": [sys.executable, "-c", ""]}, "p").begin(stage)
    assert len(stage.children) == 1


def test_the_pointer_is_switched_once_however_long_the_gesture_lasts(theatre: Theatre) -> None:
    asked: list[str] = []
    stage = replace(theatre.stage, switch_pointer=asked.append)
    action = actions.parse({"pointer": "toggle"}, "p")
    action.begin(stage)
    action.repeat(stage)
    assert asked == ["toggle"]
    with pytest.raises(DesktopError, match="no hands are watched"):
        action.begin(theatre.stage)
