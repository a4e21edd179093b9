"""Many hours of hands at work in minutes: `python scripts/soak_hours.py --hours 8` (Linux, for the memory it counts)

Synthetic hands that make no gesture (seeds that no training used) go through recognition, deciding, profiles and the
engine, frame by frame, and so do faults: breaks, a computer that sleeps for hours, time that goes backwards, hands that
change sides, joints that are no numbers. Tells what fired an hour, how memory grows, and whether anything stayed held.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gesturectl.daemon.engine import Engine
from gesturectl.daemon.performer import Report
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.daemon.plans import load_plans
from gesturectl.daemon.replay import Tally, play
from gesturectl.desktop.null import NullInjector
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at
from gesturectl.synthesis.takes import animate, write_episodes
from gesturectl.types import Frame, Hands, Phase

ASPECT = 4 / 3
BLOCK = 40
"""Episodes at a time."""
FAULT_S = 120.0
"""Between two faults, in the stream's own time."""
PIXEL = np.zeros((1, 1, 3), np.uint8)


class Day:
    """A camera and a tracker in one: it gives hands, never a picture."""

    description, live = "synthetic hands at work", False

    def __init__(self, hours: float, seed: int) -> None:
        self._left_ms = round(hours * 3.6e6)
        self._random = np.random.default_rng(seed)
        self._frames = self._work()
        self._hands = Hands.none(0, ASPECT)
        self.watched_ms = 0
        self.faults: dict[str, int] = {}

    def grab(self) -> int | None:
        """The next frame's time; the day ends."""
        before = self._hands.t_ms
        self._hands = next(self._frames)
        step_ms = self._hands.t_ms - before
        self.watched_ms += step_ms if 0 < step_ms < 60_000 else 0
        return self._hands.t_ms if self.watched_ms < self._left_ms else None

    def retrieve(self) -> Frame:
        """Nothing to see."""
        return Frame(self._hands.t_ms, PIXEL)

    def glance(self) -> Frame:
        """The same."""
        return self.retrieve()

    def close(self) -> None:
        """Nothing is open."""

    def wants(self, t_ms: int) -> bool:
        """Every frame."""
        return True

    def needs_only_a_glance(self, t_ms: int) -> bool:
        """None: there is nothing to see."""
        return False

    def free_ms(self, t_ms: int) -> int:
        """Never: every frame is wanted."""
        return 0

    def process(self, frame: Frame) -> Hands:
        """The hands that were grabbed."""
        return self._hands

    def reset(self) -> None:
        """Nothing is followed."""

    def _work(self) -> Iterator[Hands]:
        t_ms, fault_ms = 0, 0
        while True:
            takes = animate(self._random, write_episodes(self._random, BLOCK, 1.0))
            for i in range(BLOCK):
                slot = int(self._random.random() < 0.8)
                start_ms = t_ms
                for k in range(takes.t_s.shape[1]):
                    t_ms = max(t_ms + 1, start_ms + round((takes.t_s[i, k] - takes.t_s[i, 0]) * 1000))
                    yield self._seen(t_ms, takes.points[i, k], bool(takes.present[i, k]), slot, float(takes.aspect[i]))
                for _ in range(int(self._random.integers(2, 40))):  # nobody there: a look every 200 ms
                    t_ms += 200
                    yield Hands.none(t_ms, ASPECT)
                if self.watched_ms - fault_ms > FAULT_S * 1000:
                    fault_ms = self.watched_ms
                    t_ms = yield from self._fault(t_ms)

    def _fault(self, t_ms: int) -> Iterator[Hands]:
        kind = str(self._random.choice(["sleep", "backwards", "not a number", "far away", "flicker"]))
        self.faults[kind] = self.faults.get(kind, 0) + 1
        if kind == "sleep":
            t_ms += int(self._random.integers(1, 9)) * 3_600_000
        elif kind == "backwards":
            t_ms -= int(self._random.integers(100, 5000))
        for number in range(60):
            t_ms += 33
            value = {"not a number": np.nan, "far away": 1e9}.get(kind, 0.5)
            points = np.full((21, 3), value) + self._random.normal(0, 0.1, (21, 3))
            yield self._seen(t_ms, points, kind != "flicker" or number % 2 == 0, number % 2, ASPECT)
        return t_ms

    def _seen(self, t_ms: int, points: np.ndarray, present: bool, slot: int, aspect: float) -> Hands:
        hands = Hands.none(t_ms, aspect)
        if not present:
            return hands
        image = hands.image_points.copy()
        image[slot] = points / np.array([aspect, 1, aspect])
        there = np.arange(2) == slot
        return Hands(t_ms, image, hands.world_points, there, there.astype(np.float32), aspect)


def main() -> None:
    """Soak and tell, a line an hour."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--seed", type=int, default=20_000_000)
    args = parser.parse_args()
    day = Day(args.hours, args.seed)
    fired: list[Report] = []
    tally = Tally(lambda report: fired.append(report) if report.event.phase is Phase.BEGIN else None)
    recogniser = Recogniser(classifier_at(None))
    plans = load_plans(None, False, recogniser.gestures, print)
    engine = Engine(plans, NullInjector(), tally, dry_run=True, clock=lambda: 0.0)
    rows, began_s, told_ms = [], time.monotonic(), 0
    for _ in play(day, Pipeline(day, recogniser), engine):
        if day.watched_ms - told_ms >= 1_800_000:
            told_ms = day.watched_ms
            rows.append((day.watched_ms / 3.6e6, _own_mb(), len(fired)))
            line = {"hours": round(rows[-1][0], 2), "mb": round(rows[-1][1], 1), "fired": rows[-1][2]}
            print(json.dumps(line), flush=True)
    hours, mb, _ = np.array([row for row in rows if row[0] >= min(1.0, args.hours / 3)]).T
    print(
        json.dumps(
            {
                "hours": round(day.watched_ms / 3.6e6, 2),
                "wall_s": round(time.monotonic() - began_s),
                "fired": len(fired),
                "fired_per_hour": round(len(fired) / (day.watched_ms / 3.6e6), 2),
                "growth_mb_per_hour": round(float(np.polyfit(hours, mb, 1)[0]), 3),
                "faults": day.faults,
            },
            indent=1,
        )
    )


def _own_mb() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    kb = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith("kB")}
    return (kb["Private_Clean"] + kb["Private_Dirty"]) / 1024


if __name__ == "__main__":
    main()
