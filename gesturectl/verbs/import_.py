"""`gesturectl import`: other people's recordings and key points into the library."""

import argparse
import json
import sys
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from gesturectl.daemon.work import at_work
from gesturectl.errors import UsageError
from gesturectl.gestures.importers import LAYOUTS, detect
from gesturectl.gestures.importers.base import Wishes
from gesturectl.paths import data_dir
from gesturectl.verbs.engines.options import add_engine_arguments, engine_of
from gesturectl.verbs.importing.progress import Progress
from gesturectl.verbs.importing.tasks import Problem
from gesturectl.verbs.importing.work import Plan, Tally, import_all

AUTO = "auto"
_EXAMPLES_SHOWN = 3
_EPILOG = """examples:
  gesturectl import ~/videos                       a folder of videos for each gesture, into your library
  gesturectl import MP_Data --out signs --fps 15   MediaPipe key points that were recorded at 15 frames a second
  gesturectl import ~/videos --nothing idle --subject anna --jobs 4
  gesturectl import /nfs/videos --out /nfs/signs --ray head:6379     on a Ray cluster that sees both folders

layouts (--format):
  pictures     <class>/*.mp4 (avi, mov, mkv, webm ...) and <class>/<sequence>/*.jpg (png ...): hands are looked for
  keypoints    <class>/<sequence>/<frame>.npy or <class>/<clip>.npy, of 1662, 258, 126 or 63 values a frame
  csv          keypoint.csv, point_history.csv (also .gz), or a folder of them, with their label files
  hdf5         gesture_position (N,T,21,2) and gesture_label; needs pip install 'gesturectl[import]'
  shrec-text   SHREC'17 and DHG: gesture_*/finger_*/subject_*/essai_*/skeletons_world.txt
  shrec17, sfinge3d, holistic, assembly, fpha, gestura    such sets as one .npz

What is there already is left alone, so that an import that was interrupted can simply be run again. Pictures are
forgotten once hands have been found in them, unless --keep-frames says otherwise. What became of units, mirrors and
missing joints is in docs/library.md. Exit code 1 only if nothing could be imported.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a folder or a file")
    parser.add_argument("--format", choices=(AUTO, *LAYOUTS), default=AUTO, help="its layout (default: found out)")
    parser.add_argument("--out", type=Path, metavar="LIBRARY", help="the library to add to (default: your own)")
    parser.add_argument("--streams", type=Path, metavar="DIR",
                        help="where streams with gestures in them go (default: LIBRARY-streams)")  # fmt: skip
    parser.add_argument("--nothing", action="append", default=[], metavar="CLASS",
                        help="a class of the source that is no gesture; may be repeated")  # fmt: skip
    parser.add_argument("--subject", default="", metavar="NAME", help="who made all of these")
    parser.add_argument("--fps", type=_rate, help="frames a second, where the source doesn't say")
    add_engine_arguments(parser, "look for hands")
    parser.add_argument("--tracker", choices=("onnx", "mediapipe"), default="onnx", help="what finds the hands")
    parser.add_argument("--keep-frames", action="store_true", help="keep the pictures, as JPEGs beside each take")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Import, and say what became of everything."""
    source: Path = args.source.expanduser()
    library = (args.out or data_dir() / "library").expanduser()
    if args.ray is not None:  # whose workers have working folders of their own
        source, library = source.absolute(), library.absolute()
    if library.resolve() == source.resolve():
        raise UsageError("--out", "it is the source itself", "Give another folder")
    layout, reason = detect(source) if args.format == AUTO else (args.format, "--format says so")
    _say(f"{source} is read as {layout}: {reason}")
    items = list(LAYOUTS[layout].items(source, Wishes(args.fps)))
    plan = Plan(
        library,
        (args.streams or library.with_name(f"{library.name}-streams")).expanduser(),
        args.nothing,
        args.subject,
        args.keep_frames,
        args.tracker,
    )
    try:
        with engine_of(args) as engine, at_work("import") if args.out is None else nullcontext():
            tally = import_all(items, plan, engine, Progress(len(items)))
    except KeyboardInterrupt:
        _say("interrupted; run the same command again to go on")
        raise
    if args.json:
        print(json.dumps(_report(tally, plan, source, layout), ensure_ascii=False))
    else:
        print("\n".join(_lines(tally, plan)))
    return 0 if tally.succeeded else 1


def _report(tally: Tally, plan: Plan, source: Path, layout: str) -> dict[str, Any]:
    return {
        "type": "import",
        "source": str(source),
        "format": layout,
        "library": str(plan.library),
        "imported": dict(sorted(tally.imported.items())),
        "streams": tally.streams,
        "streams_folder": str(plan.streams),
        "existing": dict(sorted(tally.existing.items())),
        "skipped": [{"place": problem.place, "reason": problem.fact} for problem in tally.skipped],
    }


def _lines(tally: Tally, plan: Plan) -> list[str]:
    lines = []
    if not tally.succeeded:
        lines.append("nothing could be imported")
    for gesture in sorted(tally.imported.keys() | tally.existing.keys()):
        there = tally.existing[gesture]
        lines.append(f"{tally.imported[gesture]:7}  {gesture}" + (f"  ({there} were there already)" if there else ""))
    if tally.imported:
        count = tally.imported.total()
        lines.append(f"{count:7}  new take{'s' if count != 1 else ''} in {plan.library}")
    if tally.streams:
        lines.append(f"{tally.streams:7}  new streams with their events in {plan.streams}")
    return lines + _skipped(tally.skipped)


def _skipped(problems: list[Problem]) -> list[str]:
    """A line for each reason, the commonest first, with a few of the places."""
    places = defaultdict(list)
    for problem in problems:
        places[problem.fact].append(problem.place)
    return [
        f"{len(found):7}  skipped: {fact} ({', '.join(found[:_EXAMPLES_SHOWN])}"
        + (", …)" if len(found) > _EXAMPLES_SHOWN else ")")
        for fact, found in sorted(places.items(), key=lambda entry: -len(entry[1]))
    ]


def _rate(text: str) -> float:
    rate = float(text)
    if not 1 <= rate <= 1000:
        raise argparse.ArgumentTypeError("a rate is between 1 and 1000 frames a second")
    return rate


def _say(text: str) -> None:
    print(f"gesturectl: {text}", file=sys.stderr, flush=True)
