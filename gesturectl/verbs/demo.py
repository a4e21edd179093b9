"""`gesturectl demo`: the bundled clip through the whole pipeline, beside what it truly shows."""

import argparse
import json
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from textwrap import shorten

from gesturectl import paths
from gesturectl.capture.pace import Pace
from gesturectl.capture.source import open_source
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.logs import start_log
from gesturectl.daemon.parts import Wanted, find_parts
from gesturectl.daemon.performer import Report
from gesturectl.daemon.replay import Shown, play
from gesturectl.daemon.sight import find_sight
from gesturectl.daemon.truth import Comparison, Truth, read_truth
from gesturectl.process import heed
from gesturectl.types import Phase
from gesturectl.ui.annotate import Caption, annotate
from gesturectl.ui.clip import ClipWriter

_EPILOG = """examples:
  gesturectl demo                      play the bundled clip and say what is recognised and what it would do
  gesturectl demo --fast --json        as fast as possible, one JSON object a line
  gesturectl demo --out /tmp/demo.mp4  put the annotated clip there

Presses no key, needs no camera, no display and no network. Exit code 1 if a gesture is missed or another is seen.
"""
_CLIP = "demo.mp4"
_FPS = 30.0
"""Of the bundled clip, and so of the annotated one."""
_CAPTION_MS, _FADE_MS = 1500, 400
_MOST_CAPTIONS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        default=Path("gesturectl-demo.mp4"),
        help="where the annotated clip goes (default: %(default)s)",
    )
    parser.add_argument("--fast", action="store_true", help="as fast as possible, instead of in real time")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Play the clip; 0 if every gesture is recognised and nothing else, else 1."""
    start_log(None)
    clip = paths.asset(_CLIP)
    comparison = Comparison(read_truth(clip.with_suffix(".events.csv")))
    pace = None if args.fast else Pace()
    with ExitStack() as stack:
        # Read without pace: every frame belongs into the annotated clip, however slow the machine.
        camera = stack.enter_context(closing(open_source(str(clip), fast=True)))
        sight = find_sight("onnx", None, False, _say)
        stack.callback(sight.tracker.close)
        wanted = Wanted(own_profiles=False, own_gestures=False, dry_run=True, look_at_desktop=False)
        parts = find_parts(wanted, lambda: sight.gestures, _say)
        writer = stack.enter_context(ClipWriter(args.out, _FPS))
        found = parts.found(camera.description, sight.tracker_words, sight.model_words)
        show = _Json(args.out) if args.json else _Terminal(found, args.out)
        captions = _Captions()
        reports: list[Report] = []
        engine = Engine(parts.plans, parts.injector, reports.append, dry_run=True, clock=lambda: 0.0)
        for shown in stack.enter_context(closing(play(camera, sight.pipeline, engine, every_frame=True))):
            heed()
            if pace is not None:
                pace.wait(shown.t_ms)
            for report in reports:
                if report.event.phase is Phase.BEGIN:
                    truth = comparison.judge(report.event)
                    show.event(report, truth)
                    captions.add(shown.t_ms, report, truth)
            reports.clear()
            for missed in comparison.missed(shown.t_ms):
                show.missed(missed)
            show.frame(shown)
            if shown.frame is not None:
                corner = f"gesturectl demo · {shown.t_ms / 1000:.1f} s · mirrored"
                writer.write(annotate(shown.frame.image, shown.hands, captions.at(shown.t_ms), corner))
    for missed in comparison.missed():
        show.missed(missed)
    show.end(comparison)
    return 0 if comparison.perfect else 1


class _Captions:
    """What is written on the picture for a moment after each gesture."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, Caption]] = []

    def add(self, t_ms: int, report: Report, truth: Truth | None) -> None:
        detail = _outcome(report)
        title = f"{report.event.gesture}  ({report.event.hand} hand, {report.event.score:.2f})"
        self._entries.append((t_ms, Caption(title, detail, good=truth is not None)))

    def at(self, t_ms: int) -> list[Caption]:
        self._entries = [entry for entry in self._entries if t_ms - entry[0] < _CAPTION_MS][-_MOST_CAPTIONS:]
        return [
            Caption(caption.title, caption.detail, caption.good, min(1.0, (begun_ms + _CAPTION_MS - t_ms) / _FADE_MS))
            for begun_ms, caption in self._entries
        ]


class _Terminal:
    """For people."""

    def __init__(self, found: str, out: Path) -> None:
        self._out = out
        self._live = sys.stdout.isatty()
        self._yes, self._no = _marks()
        print(f"{found}\n")
        print(f"{'time':>8}    {'recognised':<28}{'would do':<36}what the clip shows")

    def event(self, report: Report, truth: Truth | None) -> None:
        event = report.event
        would = _outcome(report)
        shows = _interval(truth) if truth else "nothing of the kind"
        mark = self._yes if truth else self._no
        seen = f"{event.gesture} ({event.hand}) {event.score:.2f}"
        self._line(f"{event.t_ms / 1000:6.1f} s  {mark} {seen:<28}{would:<36}{shows}")

    def missed(self, truth: Truth) -> None:
        self._line(f"{truth.end_ms / 1000:6.1f} s  {self._no} {'(missed)':<28}{'':<36}{_interval(truth)}")

    def frame(self, shown: Shown) -> None:
        if self._live:
            hands = 0 if shown.hands is None else int(shown.hands.present.sum())
            seen = ("no hand", "one hand", "two hands")[hands]
            print(f"\r{shown.t_ms / 1000:6.1f} s    {seen:<10}", end="", flush=True)

    def end(self, comparison: Comparison) -> None:
        self._line("")
        print(f"{comparison.found} of {comparison.total} gestures, {comparison.others} others")
        print(f"annotated clip: {self._out}")

    def _line(self, text: str) -> None:
        print(f"\r\x1b[K{text}" if self._live else text, flush=True)


class _Json:
    """For programs."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def event(self, report: Report, truth: Truth | None) -> None:
        self._print({**report.as_json(), "expected": truth is not None})

    def missed(self, truth: Truth) -> None:
        self._print({"type": "missed", "gesture": truth.gesture, "start_ms": truth.start_ms, "end_ms": truth.end_ms})

    def frame(self, shown: Shown) -> None:
        """Nothing: events are enough."""

    def end(self, comparison: Comparison) -> None:
        counts = {"gestures": comparison.total, "recognised": comparison.found, "others": comparison.others}
        self._print({"type": "summary", **counts, "ok": comparison.perfect, "clip": str(self._out)})

    def _print(self, line: dict[str, object]) -> None:
        print(json.dumps(line), flush=True)


def _outcome(report: Report) -> str:
    """What is done, or the beginning of why nothing is."""
    return report.action or shorten(f"nothing: {report.reason}", 34, placeholder=" …")


def _interval(truth: Truth) -> str:
    return f"{truth.gesture} from {truth.start_ms / 1000:.1f} to {truth.end_ms / 1000:.1f} s"


def _marks() -> tuple[str, str]:
    """Right and wrong, as far as the terminal can write them."""
    try:
        "✓✗".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "ok", "NO"
    return "✓", "✗"


def _say(text: str) -> None:
    print(f"gesturectl: {text}", file=sys.stderr, flush=True)
