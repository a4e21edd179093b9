"""Resting for a reason, and going on by itself."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from test_engine import HOLD, Bench

from gesturectl.daemon.rest import Away, Rest, RestWatch
from gesturectl.desktop.base import SessionWatcher
from gesturectl.settings import Settings
from gesturectl.types import Phase


def test_a_locked_screen_lets_the_camera_go_and_everything_held_and_the_unlocked_one_goes_on() -> None:
    bench = Bench(fist=HOLD)
    bench.see("fist", 1000)
    bench.engine.handle(Rest("logind", "the screen is locked"))
    status = bench.engine.status()
    assert (status.state, status.reason) == ("paused", "The screen is locked; it goes on by itself.")
    assert bench.injector.held == []
    assert bench.reports[-1].event.phase is Phase.END
    bench.engine.handle(Rest("logind", ""))
    assert bench.vision.calls == ["pause", "resume"]
    assert bench.engine.status().state == "starting"


def test_two_reasons_both_have_to_be_over() -> None:
    bench = Bench()
    bench.engine.handle(Rest("logind", "the screen is locked"))
    bench.engine.handle(Rest("schedule", "it is night"))
    bench.engine.handle(Rest("logind", ""))
    assert bench.engine.status().reason.startswith("It is night")
    bench.engine.handle(Rest("schedule", ""))
    assert bench.vision.calls == ["pause", "resume"]


def test_a_pause_that_a_person_asked_for_stays() -> None:
    bench = Bench()
    bench.ask("pause")
    bench.engine.handle(Rest("logind", "the screen is locked"))
    bench.engine.handle(Rest("logind", ""))
    assert bench.engine.status().state == "paused"
    assert bench.vision.calls == ["pause"]


def test_a_person_who_resumes_knows_better_until_the_reason_is_given_anew() -> None:
    bench = Bench()
    bench.engine.handle(Rest("camera", "meet uses the camera"))
    bench.ask("resume")
    assert bench.vision.calls == ["pause", "resume"]
    bench.engine.handle(Rest("camera", ""))
    assert bench.vision.calls == ["pause", "resume"]
    bench.engine.handle(Rest("camera", "meet uses the camera"))
    assert bench.vision.calls[-1] == "pause"


class World:
    """What a watch looks at."""

    def __init__(self) -> None:
        self.settings = Settings(pause_at=("22:00-07:00",), pause_when_camera_used=True)
        self.now, self.user, self.records = datetime(2026, 3, 2, 12), "", False
        self.told: list[Rest] = []
        self.watch = RestWatch(
            lambda: self.settings, self.told.append, lambda: self.now, lambda: self.user, lambda: self.records
        )

    def look(self) -> list[Rest]:
        """What is told by one look."""
        self.told.clear()
        self.watch.look()
        return self.told.copy()


def test_the_schedule_is_told_when_it_begins_and_ends() -> None:
    world = World()
    assert world.look() == []
    world.now = datetime(2026, 3, 2, 22, 5)
    assert world.look() == [Rest("schedule", "it is 22:00-07:00, as your settings ask")]
    assert world.look() == []
    world.now = datetime(2026, 3, 3, 7)
    assert world.look() == [Rest("schedule", "")]


def test_other_programs_are_heeded_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    world = World()
    world.user, world.records = "meet", True
    assert world.look() == [Rest("camera", "meet uses the camera")]
    world.settings = replace(world.settings, pause_when_camera_used=False, pause_when_microphone_used=True)
    assert world.look() == [Rest("camera", ""), Rest("microphone", "a program uses the microphone")]


class Locks(SessionWatcher):
    """A session that is locked and unlocked."""

    name = "toy"

    @classmethod
    def rank(cls) -> int:
        return 1

    def __init__(self) -> None:
        self.camera_on = True

    def watch(self, changed: Any) -> None:
        changed("the screen is locked")
        changed("")

    def camera_in_use(self, on: bool) -> None:
        self.camera_on = on

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("wanted", "reason"), [(True, "the screen is locked"), (False, "")])
def test_a_lock_counts_if_the_settings_say_so(wanted: bool, reason: str) -> None:
    told: list[Rest] = []
    locks = Locks()
    Away(locks, lambda: Settings(pause_when_locked=wanted), told.append).run()
    assert told == [Rest("toy", reason), Rest("toy", "")]
    assert locks.camera_on is wanted, "sleep waits only for a camera that will be let go"
