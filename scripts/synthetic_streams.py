"""Makes streams of synthetic takes, to measure with: gestures and hands that do anything else, one after the other.

    python scripts/synthetic_streams.py OUT [--takes 300] [--negatives 0.5] [--seed 7]
    gesturectl evaluate --streams OUT [--rate FPS] [--mirror]

Each stream holds 20 takes with three seconds without a hand between them. Every hand is said to be a right one. A
gesture counts from 1.2 s before the first window that wholly shows it to the last that does.
"""

import argparse
from pathlib import Path

import numpy as np

from gesturectl.gestures.stream import LabelledEvent, write_events
from gesturectl.gestures.take import Take, absent, write_take
from gesturectl.synthesis.takes import FRAMES, Takes, animate, write_episodes
from gesturectl.types import NOTHING

_A_STREAM = 20
_APART_MS = 3000
_LONGEST_MS = 1200
"""How long before it is wholly seen a gesture may have begun."""


def main() -> None:
    """Write the streams and say how many gestures are in them."""
    parser = argparse.ArgumentParser(description="Make streams of synthetic takes.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--takes", type=int, default=300)
    parser.add_argument("--negatives", type=float, default=0.5, help="share of them without a gesture")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    random = np.random.default_rng(args.seed)
    gestures = 0
    for number, start in enumerate(range(0, args.takes, _A_STREAM)):
        count = min(_A_STREAM, args.takes - start)
        take, events = stream_of(animate(random, write_episodes(random, count, args.negatives)))
        path = args.out / f"{number:03}.npz"
        write_take(path, take)
        write_events(path, events)
        gestures += len(events)
    print(f"{args.takes} takes, {gestures} gestures")


def stream_of(takes: Takes) -> tuple[Take, list[LabelledEvent]]:
    """All `takes` one after the other as a stream, and what is made in it."""
    t_ms, points, present, events = [], [], [], []
    start_ms = 0.0
    for i, label in enumerate(takes.labels):
        # The aspect is one for a whole stream: narrow pictures keep their place in the middle of a wide one.
        wide = takes.points[i] + np.array([(16 / 9 - takes.aspect[i]) / 2, 0, 0])
        own_ms = (takes.t_s[i] - takes.t_s[i, 0]) * 1000 + start_ms
        t_ms.append(own_ms)
        points.append(wide / np.array([16 / 9, 1, 16 / 9]))
        present.append(takes.present[i])
        if label != NOTHING:
            first, last = (takes.ready[i] - takes.t_s[i, 0]) * 1000 + start_ms
            events.append(LabelledEvent(label, max(0, round(first) - _LONGEST_MS), round(last)))
        # Two frames without a hand: what comes next is another hand.
        t_ms.append(own_ms[-1] + np.array([50.0, _APART_MS - 50.0]))
        points.append(np.full((2, *wide.shape[1:]), np.nan))
        present.append(np.zeros(2, bool))
        start_ms = own_ms[-1] + _APART_MS
    times = np.maximum.accumulate(np.concatenate(t_ms))
    whole = np.round(times).astype(np.int64)
    kept = np.concatenate([[True], np.diff(whole) > 0])
    both = absent(len(whole))
    seen = np.zeros((len(whole), 2), bool)
    seen[:, 1] = np.concatenate(present)
    both[:, 1] = np.where(seen[:, 1, None, None], np.concatenate(points), np.nan)
    meta = {"source": f"synthesis, {len(takes.labels)} takes of {FRAMES} frames", "aspect": 16 / 9}
    return Take(whole[kept], both[kept].astype(np.float32), absent(int(kept.sum())), seen[kept], meta), events


if __name__ == "__main__":
    main()
