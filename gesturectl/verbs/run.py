"""`gesturectl run`: watch a camera, a stream or a recording, and act on gestures."""

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gesturectl import paths
from gesturectl.capture.names import AUTO, is_recording
from gesturectl.crashes import native_crashes
from gesturectl.daemon.instance import only_daemon
from gesturectl.daemon.logs import start_log
from gesturectl.daemon.spawn import spawn_vision
from gesturectl.errors import ConfigError
from gesturectl.process import discard_output, heed
from gesturectl.settings import Settings, load_settings

if TYPE_CHECKING:
    from gesturectl.daemon.app import Daemon, Front
    from gesturectl.daemon.engine import Engine
    from gesturectl.daemon.page_host import Page
    from gesturectl.daemon.parts import Parts, Wanted
    from gesturectl.daemon.performer import Report
    from gesturectl.daemon.preferences import Preferences
    from gesturectl.daemon.replay import Summary
    from gesturectl.recognition.attempts import Attempt

_log = logging.getLogger(__name__)

_EPILOG = """examples:
  gesturectl run                                       your camera, acting on what it sees
  gesturectl run --dry-run                             ... saying what it would do instead
  gesturectl run --source "Logitech" --profile slides  another camera, one profile whatever the app
  gesturectl run --source clip.mp4 --dry-run --json --fast
                                                       a recording as fast as it can be looked at, for programs

A source is a camera's index or name (gesturectl devices lists them), a video, a folder of pictures, or a URL.
With --json, stdout has one JSON object a line and nothing else:
  {"type":"event","gesture","hand","phase","score","t_ms","action"}     "action" is null where nothing is done; "reason"
                                                                       then says why
  {"type":"refusal","gesture","hand","t_ms","score","threshold","margin","agreement","rule","reason","rules", ...}
                                                                       with --refusals: what hands tried and a rule
                                                                       refused; "rules" has each rule's verdict
  {"type":"summary","frames","hands_frames","events","seconds","cpu_ms_per_frame", ...}     at the end of a recording;
                                                                       "events" counts the lines above, "seconds" is
                                                                       the recording's own length
A recording leaves a running daemon alone; so does a dry run of a camera. Another daemon doesn't start (exit code 7).
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("--source", metavar="X", help="what to watch (default: the setting `camera`, else any camera)")
    parser.add_argument(
        "--mirrored", action="store_true", help="the source is mirrored, as selfie views are: turn it over"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done; press nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--refusals", action="store_true", help="tell also what hands tried and a rule refused")
    parser.add_argument("--fast", action="store_true", help="play a recording as fast as possible, every frame")
    parser.add_argument("--no-tray", action="store_true", help="show no icon")
    parser.add_argument("--tracker", choices=("onnx", "mediapipe"), help="what finds the hands (default: the setting)")
    parser.add_argument("--model", type=Path, metavar="PATH", help="another gesture model than the one that ships")
    parser.add_argument("--profiles", type=Path, metavar="DIR", help="read these profiles instead of your own")
    parser.add_argument("--profile", metavar="NAME", help="use this profile whatever the app ('auto': choose by app)")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Watch until the source ends or somebody says stop."""
    settings = _settings()
    source, mirrored = _source(args, settings)
    recording = is_recording(source)
    tell = _Json(args.refusals) if args.json else _Lines(args.refusals)
    if recording:
        start_log(None)
        return _run_recording(args, settings, tell, source, mirrored)
    start_log(None if args.dry_run else paths.state_dir(), settings.log_level.upper())
    if args.fast:
        _say("--fast is for recordings; a live source has its own pace")
    return _run_live(args, settings, tell)


def _wanted(args: argparse.Namespace, settings: Settings, look_at_desktop: bool) -> "Wanted":
    from gesturectl.daemon.parts import Wanted

    profile = args.profile or settings.profile
    return Wanted(
        model=args.model,
        profiles=args.profiles,
        profile=None if profile == AUTO else profile,
        arming_gesture=settings.arming_gesture,
        dry_run=args.dry_run,
        look_at_desktop=look_at_desktop,
    )


def _run_recording(args: argparse.Namespace, settings: Settings, tell: "_Lines", source: str, mirrored: bool) -> int:
    """In one process: the same file gives the same events, and one that is damaged ends this run and nothing else."""
    from gesturectl.capture.source import open_source
    from gesturectl.daemon.parts import find_parts
    from gesturectl.daemon.replay import Tally, play_through
    from gesturectl.daemon.sight import find_sight

    # A recording played faster than its time has nothing to do with the window that happens to have the focus.
    wanted = _wanted(args, settings, look_at_desktop=not (args.fast and args.dry_run))
    with ExitStack() as stack:
        camera = stack.enter_context(closing(open_source(source, fast=args.fast, mirrored=mirrored)))
        sight = find_sight(
            args.tracker or settings.tracker, args.model, True, _say, power=settings.power, compute=settings.compute
        )
        stack.callback(sight.tracker.close)
        parts = find_parts(wanted, lambda: sight.gestures, _say)
        sight.tell(parts.plans.know)
        stack.callback(parts.injector.close)
        stack.callback(parts.watcher.close)
        stack.callback(parts.input_watcher.close)
        _say(parts.found(camera.description, sight.tracker_words, sight.model_words))
        tally = Tally(tell.event)
        engine = _engine(parts, tally, tell.refusal, wanted, settings, args.fast)
        summary = play_through(camera, sight.pipeline, engine, tally, heed)
        if warning := getattr(camera, "warning", ""):
            _say(warning)
    tell.summary(summary)
    return 0


def _engine(
    parts: "Parts",
    tell: "Callable[[Report], None]",
    tell_refusal: "Callable[[Attempt], None] | None",
    wanted: "Wanted",
    settings: Settings,
    fast: bool,
) -> "Engine":
    """An engine that is driven by the recording; as fast as possible it doesn't look at the clock at all."""
    from gesturectl.daemon.engine import Engine

    return Engine(
        parts.plans,
        parts.injector,
        tell,
        dry_run=wanted.dry_run,
        settings=settings,
        tell_refusal=tell_refusal,
        input_watcher=None if fast else parts.input_watcher,
        players=parts.players,
        focused=parts.watcher.current,
        clock=(lambda: 0.0) if fast else time.monotonic,
    )


def _source(args: argparse.Namespace, settings: Settings) -> tuple[str, bool]:
    """What to watch, and whether it is mirrored: as the command line says, else the settings."""
    if args.source is not None:
        return args.source, args.mirrored
    return settings.camera, args.mirrored or settings.mirrored


def _run_live(args: argparse.Namespace, settings: Settings, tell: "_Lines") -> int:
    """Vision in a process of its own, everything else here."""
    with ExitStack() as stack:
        folder = None if args.dry_run else stack.enter_context(only_daemon())
        stack.enter_context(native_crashes(None if args.dry_run else paths.state_dir(), "daemon"))
        # First of all: it takes longer than everything here, and has a core of its own.
        first = None
        with suppress(OSError):  # tried again below, where it is told why it can't be
            first = spawn_vision()
        from gesturectl.daemon.messages import Begin
        from gesturectl.daemon.preferences import Preferences
        from gesturectl.daemon.vision_process import VisionProcess

        def begin() -> Begin:
            now = preferences.current
            source, mirrored = _source(args, now)
            model = str(args.model.absolute()) if args.model is not None else None
            tracker = args.tracker or now.tracker
            return Begin(source, mirrored, tracker, model, own_gestures=True, power=now.power, compute=now.compute)

        preferences = Preferences(settings)
        vision = VisionProcess(begin, _say, first)
        stack.callback(vision.join, 1.0)
        stack.callback(vision.stop)
        vision.start()

        from gesturectl.daemon.app import Daemon
        from gesturectl.daemon.parts import find_parts
        from gesturectl.ui.feedback.feedback import Feedback

        wanted = _wanted(args, settings, look_at_desktop=True)
        parts = find_parts(wanted, lambda: vision.ready().gestures, _say)
        ready = vision.ready()
        daemon: Daemon

        def or_stop(tell_one: Callable[[Any], None], told: "Report | Attempt") -> None:
            try:
                tell_one(told)
            except BrokenPipeError:  # whoever read our output is gone
                discard_output()
                daemon.stop()
            except OSError as error:  # a full disk is no reason to stop listening to hands
                _log.warning("standard output: it can't be written (%s)", error.strerror)

        daemon = Daemon(
            vision,
            parts.about(ready.tracker, ready.model),
            parts,
            partial(or_stop, tell.event),
            _say,
            dry_run=args.dry_run,
            preferences=preferences,
            tell_refusal=None if tell.refusal is None else partial(or_stop, tell.refusal),
            page=_studio,
        )
        feedback = Feedback(daemon.engine.broadcast, preferences.current, paths.state_dir())
        daemon.beside("feedback", feedback.run)
        front, no_front = (None, "off") if args.no_tray else _tray(daemon, preferences)
        clean = daemon.run(folder, front, no_front)
    if not clean:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # a thread hangs in a driver: Python's own way out would wait for it or crash in it
    return 0


def _studio(daemon: "Daemon") -> "Page":
    """The page, made when somebody opens it: what it needs is loaded only then."""
    from gesturectl.evaluation.own_library import library_folder
    from gesturectl.ui.studio.backstage import Backstage
    from gesturectl.ui.studio.server import Studio
    from gesturectl.verbs.doctor import examined

    return Studio(
        Backstage(
            ask=daemon.ask,
            commands=lambda: daemon.commands,
            broadcast=daemon.engine.broadcast,
            take=daemon.take,
            history=daemon.history,
            show=daemon.show,
            profiles=daemon.profiles,
            library=library_folder(),
            examine=examined,
        )
    )


def _tray(daemon: "Daemon", preferences: "Preferences") -> "tuple[Front | None, str]":
    """The tray, if this desktop has one, and why not if it hasn't."""
    from gesturectl.desktop.autostart import choose_autostart
    from gesturectl.desktop.select import explained
    from gesturectl.ui.tray.select import choose_tray
    from gesturectl.ui.tray.tray import Tray

    backend, reasons = choose_tray()
    if backend is None:
        facts, _ = explained(reasons)
        return None, f"none ({facts})" if preferences.current.tray else "off"
    autostart, _ = choose_autostart()
    broadcast, commands = daemon.engine.broadcast, daemon.commands
    return Tray(backend, daemon.ask, broadcast, commands, preferences.current, autostart), ""


def _settings() -> Settings:
    try:
        return load_settings()
    except ConfigError as error:
        _say(f"your settings hold mistakes, so the defaults are used:\n{error}")
        return Settings()


class _Lines:
    """Tells people what happens, a line each."""

    def __init__(self, refusals: bool) -> None:
        self.refusal = self._refusal if refusals else None
        """Tells what a rule refused; None where nobody wants to know."""

    def event(self, report: "Report") -> None:
        """A gesture and what came of it."""
        from gesturectl.types import Phase

        event = report.event
        if event.phase is Phase.END and report.action is None:
            return  # for a person, that a gesture is over is worth a line only if something stops
        outcome = report.action if report.action is not None else f"nothing: {report.reason}"
        self._line(event.t_ms, event.gesture, event.hand, event.phase.value, event.score, outcome)

    def summary(self, summary: "Summary") -> None:
        """What a recording came to."""
        print(_in_words(summary), flush=True)

    def _refusal(self, attempt: "Attempt") -> None:
        if (refusal := attempt.refusal) is not None:
            why = f"{refusal.rule}: {refusal.reason}"
            self._line(attempt.t_ms, attempt.gesture, attempt.hand, "no", attempt.score, why)

    def _line(self, t_ms: int, gesture: str, hand: str, phase: str, score: float, outcome: str) -> None:
        print(f"{t_ms / 1000:9.2f} s  {gesture:<12} {hand:<5}  {phase:<6}  {score:.2f}  {outcome}", flush=True)


class _Json(_Lines):
    """Tells programs, an object a line."""

    def event(self, report: "Report") -> None:
        print(json.dumps(report.as_json()), flush=True)

    def summary(self, summary: "Summary") -> None:
        print(json.dumps(summary.as_json()), flush=True)

    def _refusal(self, attempt: "Attempt") -> None:
        print(json.dumps({"type": "refusal", **attempt.as_json()}), flush=True)


def _in_words(summary: "Summary") -> str:
    return (
        f"{summary.gestures} gestures in {summary.seconds:.1f} s ({summary.frames} frames, {summary.hands_frames} with "
        f"hands); {summary.cpu_ms_per_frame:.1f} ms of processor time a frame"
    )


def _say(text: str) -> None:
    sys.stderr.write(f"gesturectl: {text}\n")  # in one piece: other threads warn, too
    sys.stderr.flush()
