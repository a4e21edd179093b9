"""`gesturectl soak`: how often would it fire while you just work?"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from gesturectl.atomic import made_folder
from gesturectl.capture.source import open_source
from gesturectl.daemon.work import at_work
from gesturectl.errors import GesturectlError, UsageError
from gesturectl.evaluation.poisson import upper_bound
from gesturectl.evaluation.soak import Heard, Part, as_json, fired_in, mark, read_soaks, scene_of
from gesturectl.paths import data_dir
from gesturectl.process import Ended, heed
from gesturectl.settings import load_settings

_EPILOG = """examples:
  gesturectl soak --minutes 60             watch an hour of your work; nothing is pressed
  gesturectl soak --source desk.mp4        ... or a recording of it
  gesturectl soak --review                 all that would have fired, in all soaks so far
  gesturectl soak --mark 3 7               those two were gestures after all
  gesturectl soak --unmark 7               that one was none
  gesturectl soak --learn                  hold back what fired and was none, as gesturectl not-this does

By definition you make no gesture in a soak, so all that fires is false; --mark says otherwise. What is kept, in the
folder "soak" of your data, are landmarks, never pictures; remove files there as you like. gesturectl tune and retrain
learn from it what your work looks like. Ctrl-C ends a soak; what was watched counts. Stop or pause a running
gesturectl first: a camera has one user.
"""
_LINE_S = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("--minutes", type=float, default=30.0, metavar="M", help="how long (default: %(default)g)")
    parser.add_argument("--source", metavar="SOURCE", help="a camera, file, folder or URL (default: the setting)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--review", action="store_true", help="list what fired in all soaks so far, with the rates")
    what.add_argument("--mark", nargs="+", type=int, metavar="N", help="events that were gestures after all")
    what.add_argument("--unmark", nargs="+", type=int, metavar="N", help="events that were none")
    what.add_argument("--learn", action="store_true", help="file what fired and was none as “not this”, and learn it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Watch, or tell of what was watched. Raises GesturectlError."""
    folder = data_dir() / "soak"
    if not (args.review or args.mark or args.unmark or args.learn):
        if not 0 < args.minutes <= 24 * 60:
            raise UsageError("--minutes", "it is more than 0 and at most a day", "Give --minutes 30.")
        parts, offset = _watch(args, folder), len(_read(folder))
        return _tell(args, parts, max(0, offset - len(parts)))
    parts = _read(folder)
    if not parts:
        raise UsageError("soak", "nothing has been recorded yet", "Record some: gesturectl soak --minutes 30")
    if args.learn:
        return _learn(args, parts)
    if args.mark or args.unmark:
        mark(parts, args.mark or args.unmark, meant=bool(args.mark))
        parts = _read(folder)
    return _tell(args, parts)


def _watch(args: argparse.Namespace, folder: Path) -> Sequence[Part]:
    """Record until the time is over, the source ends or Ctrl-C; what was written."""
    from gesturectl.daemon.own_gestures import OwnGestures
    from gesturectl.landmarks import open_tracker
    from gesturectl.landmarks.power import EFFORTS
    from gesturectl.landmarks.schedule import Schedule
    from gesturectl.recognition.model_history import ModelHistory, classifier_in_use
    from gesturectl.recording.soak import SoakRecording

    settings = load_settings()
    source = args.source or settings.camera
    mirrored = settings.mirrored and args.source is None
    recording = SoakRecording(folder, datetime.now().astimezone().strftime("%Y%m%d-%H%M%S"))
    recogniser = OwnGestures(classifier_in_use(), _say, model=ModelHistory().in_use)
    live = _LiveLine(args.json)
    tracker = open_tracker(settings.tracker, settings.compute, settings.power, _say)
    with closing(tracker), closing(open_source(source, mirrored=mirrored, fast=True)) as camera, at_work("soak"):
        _say(f"watching {camera.description} for {args.minutes:g} minutes; nothing is pressed, no picture is kept")
        schedule = Schedule(tracker, EFFORTS[settings.power])
        first_ms: int | None = None
        with suppress(Ended):
            while (t_ms := camera.grab()) is not None:
                heed()
                first_ms = t_ms if first_ms is None else first_ms
                if t_ms - first_ms > args.minutes * 60_000:
                    break
                if schedule.wants(t_ms):
                    hands = schedule.process(camera.retrieve())
                    live.heard(recording.see(hands, recogniser.update(hands)))
                live.tick((t_ms - first_ms) / 1000)
    recording.close()
    live.close()
    if not recording.parts:
        raise GesturectlError("soak", "the source ended before anything was watched", "Choose another --source")
    return recording.parts


class _LiveLine:
    """What fired, line by line, and how long it goes, on stderr."""

    def __init__(self, quiet: bool) -> None:
        self._terminal = sys.stderr.isatty() and not quiet
        self._quiet, self._count, self._drawn_s = quiet, 0, 0.0

    def heard(self, begun: Sequence[Heard]) -> None:
        self._count += len(begun)
        for one in begun if not self._quiet else ():
            sys.stderr.write(f"{self._clear()}{one.gesture} ({one.hand}, {one.score:.2f}) would have fired\n")

    def tick(self, seconds: float) -> None:
        if self._terminal and time.monotonic() - self._drawn_s >= _LINE_S:
            self._drawn_s = time.monotonic()
            bound = upper_bound(self._count, seconds / 3600) if seconds else float("inf")
            rate = f"with 95 % certainty fewer than {bound:.1f} an hour"
            sys.stderr.write(f"{self._clear()}{seconds / 60:.1f} min, {self._count} fired, {rate}")
            sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write(self._clear())

    def _clear(self) -> str:
        return "\r\x1b[K" if self._terminal else ""


def _learn(args: argparse.Namespace, parts: Sequence[Part]) -> int:
    """File every event that was none, once, and learn again."""
    from gesturectl.evaluation.refusing import learn_again
    from gesturectl.gestures.library import Library
    from gesturectl.gestures.take import TakeError, write_take
    from gesturectl.recognition.model_history import classifier_in_use
    from gesturectl.recognition.personal_file import NAME
    from gesturectl.types import NOTHING

    library = data_dir() / "library"
    made_folder(library)
    filed = []
    problems: list[GesturectlError] = []
    for part in parts:
        for one in part.false:
            path = Library(library).path_of(NOTHING, f"not-{one.gesture}-{part.path.stem}-{one.t_ms}"[:60])
            if path.exists():
                continue
            try:
                scene = scene_of(part, one)
            except TakeError as error:
                problems.append(error)
                break  # the part is damaged; the others are whole
            write_take(path, scene)
            filed.append(str(path))
    if filed:
        learn_again(classifier_in_use(), data_dir() / NAME, problems)
    for problem in problems:
        _say(str(problem))
    if args.json:
        print(json.dumps({"type": "learnt", "filed": filed}))
    else:
        print(f"{len(filed)} events filed as no gesture and learnt; a running gesturectl heeds them within a second")
    return 0


def _tell(args: argparse.Namespace, parts: Sequence[Part], before: int = 0) -> int:
    """The rates and the events; `before` parts are older, and their events count in the numbers."""
    if args.json:
        print(json.dumps({"type": "soak", **as_json(parts)}, ensure_ascii=False))
        return 0
    found = fired_in(parts)
    minutes = 60 * found.hours
    bound = upper_bound(found.total, found.hours)
    print(f"{minutes:.1f} minutes: {found.total} fired where nothing was meant")
    if found.hours:
        print(f"that is {found.total / found.hours:.1f} an hour; with 95 % certainty fewer than {bound:.1f}")
    for gesture, count in sorted(found.counts.items(), key=lambda item: -item[1]):
        most = upper_bound(count, found.hours)
        print(f"  {gesture:<20}{count:>4}   {count / found.hours:.1f} an hour, fewer than {most:.1f}")
    number = sum(len(part.heard) for part in _read(data_dir() / "soak")[:before])
    for part in parts:
        for one in part.heard:
            number += 1
            at = f"{part.path.stem}, {one.t_ms / 1000:.1f} s{'  (a gesture)' if one.meant else ''}"
            print(f"  {number:>3}  {one.gesture:<20}{one.hand:<6} {one.score:.2f}  {at}")
    return 0


def _read(folder: Path) -> list[Part]:
    problems: list[GesturectlError] = []
    parts = read_soaks(folder, problems)
    for problem in problems:
        _say(str(problem))
    return parts


def _say(text: str) -> None:
    sys.stderr.write(f"gesturectl: {text}\n")
