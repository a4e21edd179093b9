"""`gesturectl bench`: what the program costs here, beside what people would use instead."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from gesturectl.benchmarks.clips import Clip
from gesturectl.benchmarks.measure import Comparison, UnmeasurableError
from gesturectl.errors import GesturectlError, UsageError

_EPILOG = """examples:
  gesturectl bench tracked                     one hand in the picture: ours and MediaPipe's, in turn
  gesturectl bench idle person --plot cost.png
  gesturectl bench tracked --clip my.mp4       on a recording of your own
  gesturectl bench all --json > figures.json   everything, in about twenty minutes

what it measures:
  idle        an empty room            person      somebody there, no hand
  tracked     one hand                 two-hands   both hands
  startup     to the first hand seen   memory      of all processes together
  latency     frame to action          program     processor time of the whole program, from outside
  classifier  recognition of a hand    profiles    from a gesture to what it does
  training    own gestures, a network  scale       what grows with gestures, profiles, takes and minutes

Everything takes its turn, again and again (--rounds), so that a machine that is busy for a moment is so for all.
Each ratio is taken between neighbours in one round. Times are of the processor, not the clock: 3 % of one core at 30
frames a second are a millisecond a frame. The clips are rendered, the same ones everywhere.
docs/performance.md has what we found.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("what", nargs="+", metavar="WHAT", help=f"{', '.join(BENCHMARKS)}, or all")
    parser.add_argument("--rounds", type=_positive, default=5, metavar="N", help="turns of each (default: 5)")
    parser.add_argument("--seconds", type=_seconds, default=6.0, metavar="S",
                        help="of the clip in each turn (default: 6)")  # fmt: skip
    parser.add_argument("--clip", type=Path, metavar="PATH", help="a video to see instead of the rendered clip")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="also write a picture of the figures")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Measure one after the other, and print each table as soon as it is known."""
    asked = list(BENCHMARKS) if "all" in args.what else list(dict.fromkeys(args.what))
    unknown = [name for name in asked if name not in BENCHMARKS]
    if unknown:
        raise UsageError("bench", f"there is no benchmark {unknown[0]!r}", f"There are {', '.join(BENCHMARKS)}.")
    if args.plot and args.plot.suffix.lower() != ".png":
        raise UsageError("--plot", "the picture is a .png", "Give a name that ends so.")
    if args.plot and not args.plot.absolute().parent.is_dir():
        raise UsageError("--plot", f"there is no folder {args.plot.parent}", "Make it first.")
    _calm_down()
    clip = _clip(args.clip, asked)
    found: list[Comparison] = []
    skipped: list[GesturectlError] = []
    for name in asked:
        try:
            for comparison in BENCHMARKS[name](args, name, clip, _progress(name)):
                found.append(comparison)
                _clear()
                if not args.json:
                    print("\n".join([*comparison.lines(), ""]), flush=True)
        except GesturectlError as error:
            if "all" not in args.what:
                raise
            _clear()
            skipped.append(error)
            if not args.json:
                what = "isn't measured here" if isinstance(error, UnmeasurableError) else "failed"
                print(f"{name} {what}: {error.fact}\n", flush=True)
    if args.json:
        print(json.dumps({
            "type": "bench",
            "benchmarks": [comparison.as_json() for comparison in found],
            "skipped": [error.fact for error in skipped],
        }))  # fmt: skip
    if args.plot and found:
        from gesturectl.benchmarks.picture import bars_picture
        from gesturectl.evaluation.pictures import write_picture

        write_picture(args.plot, bars_picture(found))
    return 0 if all(isinstance(error, UnmeasurableError) for error in skipped) else 1


_Measure = Callable[[argparse.Namespace, str, Clip | None, Callable[[str], None]], Iterable[Comparison]]


def _vision(args: argparse.Namespace, name: str, clip: Clip | None, heed: Callable[[str], None]) -> list[Comparison]:
    from gesturectl.benchmarks import vision
    from gesturectl.process import hushed

    with hushed():  # MediaPipe's own chatter isn't ours to show
        return [vision.compare(name, args.rounds, args.seconds, clip, heed)]


def _program(args: argparse.Namespace, name: str, clip: Clip | None, heed: Callable[[str], None]) -> list[Comparison]:
    from gesturectl.benchmarks import program
    from gesturectl.benchmarks.memory import memory

    program.check_system()
    match name:
        case "startup":
            return program.startup(args.rounds, heed)
        case "memory":
            return memory(args.rounds, heed)
        case "latency":
            return program.latency(min(args.rounds, 3), heed)  # a round takes a minute
        case _:
            return program.outside(args.rounds, args.seconds, heed)


def _deciding(
    args: argparse.Namespace, name: str, clip: Clip | None, heed: Callable[[str], None]
) -> Iterable[Comparison]:
    from gesturectl.benchmarks import deciding
    from gesturectl.benchmarks.scale import scale
    from gesturectl.benchmarks.training import training

    measure: dict[str, Callable[[int, Callable[[str], None]], Iterable[Comparison]]] = {
        "classifier": deciding.classifier,
        "profiles": deciding.profiles,
        "training": training,
        "scale": scale,
    }
    return measure[name](args.rounds, heed)


_SEEN = ("idle", "person", "tracked", "two-hands")
BENCHMARKS: dict[str, _Measure] = {
    **dict.fromkeys(_SEEN, _vision),
    **dict.fromkeys(("startup", "memory", "latency", "program"), _program),
    **dict.fromkeys(("classifier", "profiles", "training", "scale"), _deciding),
}
"""What measures each."""


def _clip(path: Path | None, asked: list[str]) -> Clip | None:
    if path is None:
        return None
    if not any(name in _SEEN for name in asked):
        raise UsageError("--clip", f"{asked[0]} looks at no clip", f"It is for {', '.join(_SEEN)}.")
    from gesturectl.benchmarks.clips import recorded

    return recorded(path)


def _calm_down() -> None:
    """One thread, as the program itself does."""
    import cv2

    cv2.setNumThreads(1)


def _progress(name: str) -> Callable[[str], None]:
    def tell(words: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{name}: {words}")
            sys.stderr.flush()

    return tell


def _clear() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.5 <= value <= 600:
        raise argparse.ArgumentTypeError("between 0.5 and 600")
    return value
