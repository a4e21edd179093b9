"""Measures how well takes are cut out of synthetic performances: nineteen gestures, five showings each.

    python scripts/measure_cutting.py [--fps 15 30] [--seed 1] [--clean] [--verbose]

A showing is cut right if it is in exactly one take, at least 70 % of it, with no more than a second of anything else.
"Poor" are takes whose verdict is not good: those are made again. Hands rest in the picture, or out of it.
"""

import argparse
from collections import Counter

from gesturectl.recording.cutting import Cutter
from gesturectl.recording.states import Made
from gesturectl.recording.stroke import take_of
from gesturectl.recording.verdicts import judged
from gesturectl.synthesis.gestures import GESTURES
from gesturectl.synthesis.motion import TrueGesture
from gesturectl.synthesis.performances import performed
from gesturectl.types import Hands

_SHOWINGS = 5
_COVERED, _MORE_MS = 0.7, 1000


def main() -> None:
    """Measure every gesture at every rate, with both ways to rest."""
    parser = argparse.ArgumentParser(description="Measure how well takes are cut.")
    parser.add_argument("--fps", type=float, nargs="+", default=[15, 30])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true", help="without a tracker's noise and drop-outs")
    parser.add_argument("--verbose", action="store_true", help="say each showing that isn't cut right")
    args = parser.parse_args()
    for fps in args.fps:
        for away in (False, True):
            count: Counter[str] = Counter()
            for number, gesture in enumerate(GESTURES):
                seed = number * 10 + args.seed
                shown = performed(gesture, _SHOWINGS, seed, fps=fps, away=away, noisy=not args.clean)
                takes = cut(shown.hands)
                outcome = [_outcome(event, takes) for event in shown.truth]
                count.update(outcome)
                count["good"] += sum(made.kept for made in takes)
                count["takes"] += len(takes)
                if args.verbose and set(outcome) != {"right"}:
                    print(f"  {gesture}: {', '.join(outcome)}")
            place = "out of the picture" if away else "in the picture"
            words = ", ".join(f"{count[name]} {name}" for name in ("right", "loose", "partial", "split", "missed"))
            print(f"{fps:g} fps, rest {place}: {words}; {count['good']} of {count['takes']} takes good", flush=True)


def cut(frames: list[Hands]) -> list[Made]:
    """The takes of a stream, with their verdicts."""
    cutter, found = Cutter(), []
    for frame in frames:
        episode = cutter.see(frame)
        if episode is None:
            continue
        if episode.undoes_last and found:
            found.pop()
        take = take_of(episode)
        if take is not None:
            found.append(judged(len(found) + 1, take, "", [made for made in found if made.kept]))
    return found


def _outcome(event: TrueGesture, takes: list[Made]) -> str:
    length_ms = event.end_ms - event.start_ms
    overlaps = []
    for made in takes:
        first_ms = made.take.meta["started_ms"]
        last_ms = first_ms + made.length_ms
        covered_ms = min(last_ms, event.end_ms) - max(first_ms, event.start_ms)
        if covered_ms > 0:
            overlaps.append((covered_ms / length_ms, last_ms - first_ms - covered_ms))
    if not overlaps:
        return "missed"
    if len(overlaps) > 1:
        return "split"
    share, more_ms = overlaps[0]
    return "partial" if share < _COVERED else "loose" if more_ms > _MORE_MS else "right"


if __name__ == "__main__":
    main()
