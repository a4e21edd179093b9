"""Makes folders of streams out of data sets in which nobody gestures, or whose gestures are labelled, to measure with.

    python scripts/negatives_to_streams.py OUT SOURCE... [--fps N]
    gesturectl evaluate --streams OUT/<source>

Each source is anything that `gesturectl import` reads. What it holds as one gesture's takes is left out: only takes of
"nothing" become streams, and streams with gestures keep their labels. Nothing it writes is shipped or trained on.
Sources in metres without a picture are seen orthographically along z in a picture one metre wide and high (see
gesturectl/gestures/geometry.py): sizes are those of a hand at about 1.2 m from a webcam, and distance changes nothing.
"""

import argparse
from pathlib import Path

from gesturectl.errors import GesturectlError
from gesturectl.gestures.importers import LAYOUTS, detect
from gesturectl.gestures.importers.base import KnownTake, Wishes
from gesturectl.gestures.stream import write_events
from gesturectl.gestures.take import write_take
from gesturectl.types import NOTHING


def main() -> None:
    """Convert every source, and say what came of it."""
    parser = argparse.ArgumentParser(description="Make folders of streams out of data sets.")
    parser.add_argument("out", type=Path)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--fps", type=float, help="frames a second, where the source doesn't say")
    args = parser.parse_args()
    for source in args.sources:
        streams, events, seconds = convert(source, args.out / source.stem.split(".")[0], args.fps)
        print(f"{source}: {streams} streams, {events} gestures, {seconds / 60:.1f} minutes")


def convert(source: Path, folder: Path, fps: float | None) -> tuple[int, int, float]:
    """Write the streams of `source` into `folder`; how many, with how many gestures, and how long they are together."""
    layout, _ = detect(source)
    streams, events, seconds = 0, 0, 0.0
    for item in LAYOUTS[layout].items(source, Wishes(fps)):
        if not isinstance(item, KnownTake) or item.gesture != NOTHING:
            continue
        path = folder / f"{item.name}.npz"
        try:
            take = item.read()
            write_take(path, take)
            write_events(path, item.events or ())
        except GesturectlError as error:
            print(f"left out: {error}")
            continue
        streams, events = streams + 1, events + len(item.events or ())
        seconds += float(take.t_ms[-1] - take.t_ms[0]) / 1000
    return streams, events, seconds


if __name__ == "__main__":
    main()
