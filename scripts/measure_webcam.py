"""What the whole program takes before a webcam: `python scripts/measure_webcam.py [--seconds 20]` (Linux, a C compiler)

The webcam, thirty pictures a second by way of Video4Linux, is played by a library that is loaded before all others. For
an empty room, somebody who shows no hand, and one hand: percent of a core that each process takes, and how often a
second one of its threads wakes up, which is what keeps a laptop's processor from sleeping.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fake_v4l2 import INDEX, webcam, why_not

from gesturectl.benchmarks import clips
from gesturectl.benchmarks.clips import Clip
from gesturectl.benchmarks.processes import cpu_s, family, role
from gesturectl.benchmarks.started import ours

SCENES: dict[str, Callable[[], Clip]] = {"room": clips.empty_room, "person": clips.somebody, "hand": clips.one_hand}
SETTLE_S = 8.0


def main() -> None:
    """A table, a row a scene."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20, help="of each scene (%(default)s)")
    parser.add_argument("--scene", choices=SCENES, nargs="*", default=list(SCENES))
    args = parser.parse_args()
    if why_not():
        sys.exit(why_not())
    print("| scene | vision, % of a core | control | together | wake-ups a second |\n|---|---|---|---|---|")
    for scene in args.scene:
        taken, woken = measured(SCENES[scene](), args.seconds)
        shares = [f"{taken.get(name, 0.0):.2f}" for name in ("vision", "control")]
        print(f"| {scene} | {' | '.join(shares)} | {sum(taken.values()):.2f} | {woken:.0f} |", flush=True)


def measured(clip: Clip, seconds: float) -> tuple[dict[str, float], float]:
    """Percent of a core by process, and wake-ups a second of all."""
    jpegs = [*clip.jpegs, *clip.jpegs[-2:0:-1]]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= webcam(Path(folder), jpegs)
        try:
            with ours(str(INDEX), hand=False) as (pid, _):
                time.sleep(SETTLE_S)
                pids = family(pid)
                names = {one: role(one) for one in pids}
                began_s, before, woken = time.monotonic(), {one: cpu_s([one]) for one in pids}, wake_ups(pids)
                time.sleep(seconds)
                spent_s = time.monotonic() - began_s
                taken = {names[one]: 100 * (cpu_s([one]) - before[one]) / spent_s for one in pids}
                return taken, (wake_ups(pids) - woken) / spent_s
        finally:
            os.environ.pop("LD_PRELOAD")


def wake_ups(pids: list[int]) -> int:
    """How often their threads have gone to sleep so far, of their own will."""
    total = 0
    for status in (path for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/status")):
        total += next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("voluntary"))
    return total


if __name__ == "__main__":
    main()
