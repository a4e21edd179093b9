"""Playing recordings through everything."""

import pytest
from daemon_fakes import FakeCamera, FakePlans, FakeRecogniser, FakeSchedule

from gesturectl.actions.keys import KeysAction
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.daemon.replay import Tally, play, play_through
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import SourceError
from gesturectl.settings import Settings
from gesturectl.types import Hands, Phase

SCRIPT = ((5, "point", Phase.BEGIN), (40, "wave", Phase.BEGIN), (50, "wave", Phase.END))


def bench(frames=60, **plans):
    injector, reports = RecordingInjector(), []
    tally = Tally(reports.append)
    fake = FakePlans(point=KeysAction((("right",),)), **plans)
    fake.tuning = {"hold_ms": 100, "repeat_hz": 10.0}
    engine = Engine(fake, injector, tally, dry_run=False, clock=lambda: 0.0)
    pipeline = Pipeline(FakeSchedule(), FakeRecogniser(*SCRIPT))
    return FakeCamera(frames, live=False, step_ms=20), pipeline, engine, tally, reports, injector


def test_the_same_recording_gives_the_same_reports_every_time():
    runs = []
    for _ in range(2):
        camera, pipeline, engine, tally, reports, _ = bench()
        play_through(camera, pipeline, engine, tally)
        runs.append(reports)
    assert runs[0] == runs[1]
    assert len(runs[0]) > 3


def test_the_summary_counts_what_was_told():
    camera, pipeline, engine, tally, reports, _ = bench()
    summary = play_through(camera, pipeline, engine, tally)
    assert summary.frames == summary.hands_frames == 60
    assert summary.events == len(reports)
    assert summary.gestures == 2
    assert summary.seconds == pytest.approx(1.2)
    line = summary.as_json()
    assert line["type"] == "summary"
    assert {"frames", "hands_frames", "events", "seconds", "cpu_ms_per_frame"} <= set(line)


def test_holds_and_repeats_follow_the_recording_s_time_and_not_the_clock():
    camera, pipeline, engine, tally, reports, injector = bench()
    play_through(camera, pipeline, engine, tally)
    done = [report for report in reports if report.event.gesture == "point" and report.action]
    assert [report.event.phase for report in done[:2]] == [Phase.BEGIN, Phase.REPEAT]
    assert injector.done.count("press Right") == len(done) == 11  # recognised at 100 ms, done at 200, 300 … 1200


def test_what_is_held_at_the_end_is_released():
    camera, pipeline, engine, _, _, injector = bench(wave=KeysAction((("shift",),), held=True))
    for shown in play(camera, pipeline, engine):
        if shown.t_ms >= 900:
            assert injector.held == [("shift",)]
            break
    assert injector.held == []


def test_a_recording_without_a_frame_is_no_recording():
    camera, pipeline, engine, tally, *_ = bench(frames=0)
    with pytest.raises(SourceError):
        play_through(camera, pipeline, engine, tally)


def test_every_frame_can_be_shown_even_those_nobody_looks_at():
    camera, pipeline, engine, *_ = bench(frames=10)
    pipeline._schedule.wants = lambda t_ms: t_ms % 40 == 0
    shown = list(play(camera, pipeline, engine, every_frame=True))
    assert all(one.frame is not None for one in shown)
    assert pipeline.meter.hands_frames == 5


def test_a_recording_arms_and_disarms_as_a_camera_does():
    """point arms at 100 ms; the wave at 800 ms acts; the hand is gone from 1000 ms on, so that at 3900 ms none does."""
    script = (
        (5, "point", Phase.BEGIN), (10, "point", Phase.END), (40, "wave", Phase.BEGIN), (45, "wave", Phase.END),
        (195, "wave", Phase.BEGIN),
    )  # fmt: skip
    schedule, process = FakeSchedule(), FakeSchedule().process
    schedule.process = lambda frame: process(frame) if not 1000 <= frame.t_ms < 3700 else Hands.none(frame.t_ms, 1.0)
    pipeline = Pipeline(schedule, FakeRecogniser(*script))
    reports = []
    settings = Settings(arming=True, arming_gesture="point", arming_s=60)
    plans = FakePlans(wave=KeysAction((("right",),)))
    engine = Engine(plans, RecordingInjector(), reports.append, dry_run=True, settings=settings, clock=lambda: 0.0)
    for _ in play(FakeCamera(200, live=False, step_ms=20), pipeline, engine):
        pass
    waves = [report for report in reports if (report.event.gesture, report.event.phase) == ("wave", Phase.BEGIN)]
    assert [report.action for report in waves] == ["press Right", None]
    assert "not armed" in waves[1].reason
