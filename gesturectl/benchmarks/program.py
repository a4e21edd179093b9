"""The real program from outside, before a camera that shows a clip: start-up, latency, processor time.

Everything counts all processes it starts. Beside it runs the script that people write (`typical.py`).
"""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from gesturectl.benchmarks import clips
from gesturectl.benchmarks.measure import Comparison, Contender, Measured, UnmeasurableError, interleave
from gesturectl.benchmarks.processes import cpu_s, family
from gesturectl.benchmarks.stand import camera_showing
from gesturectl.benchmarks.started import ours, status, typical, typical_latencies_ms
from gesturectl.errors import GesturectlError

SETTLE_S = 3.0
"""After the first hand, until everything is what it stays at."""
_ACTS = 20
"""How often the script acts in a round, once in half a second."""


def startup(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Seconds of the clock from the start to the first frame in which a hand was seen."""
    with camera_showing(clips.one_hand()) as url:

        def our_start() -> float:
            with ours(url) as (_, seconds):
                return seconds

        def their_start() -> float:
            with typical(url, 2) as (_, seconds):
                return seconds

        contenders = [Contender("gesturectl run", our_start, True), Contender("MediaPipe script", their_start)]
        rows = interleave(contenders, rounds, heed)
    note = "The camera is a network one on this machine: connecting and its first key frame are in both."
    return [Comparison("startup", "from the start to the first hand seen", "s of the clock", rows, note)]


def outside(rounds: int, seconds: float, heed: Callable[[str], None]) -> list[Comparison]:
    """Percent of a core that all processes take together, in real time: of all three programs at the same moments."""
    comparisons = []
    for clip in (clips.empty_room(), clips.one_hand()):
        with camera_showing(clip) as url, ExitStack() as stack:
            heed("starting all three")
            pids = {
                "gesturectl run": stack.enter_context(ours(url, hand=False))[0],
                "MediaPipe script, two hands": stack.enter_context(typical(url, 2, hand=False))[0],
                "MediaPipe script, one hand": stack.enter_context(typical(url, 1, hand=False))[0],
            }
            time.sleep(SETTLE_S + 4)
            taken: dict[str, list[float]] = {name: [] for name in pids}
            for turn in range(rounds):
                heed(f"all three, round {turn + 1} of {rounds}")
                for name, percent in _percents(pids, seconds).items():
                    taken[name].append(percent)
        rows = tuple(Measured(name, tuple(values), name.startswith("gesturectl")) for name, values in taken.items())
        title = f"{clip.name}, the whole program from outside"
        comparisons.append(Comparison("program", title, "% of one core", rows, _OUTSIDE))
    return comparisons


_OUTSIDE = "All run at once, as fast as frames come: where the cores are busy, whoever can't keep up looks cheap."


def latency(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Milliseconds from the capture of the deciding frame until its action was carried out."""
    found: dict[str, list[tuple[float, float]]] = {"gesturectl run": [], "MediaPipe script, two hands": []}
    clip = clips.one_hand()
    with camera_showing(clip) as url:
        for turn in range(rounds):
            heed(f"gesturectl run, round {turn + 1} of {rounds}")
            with ours(url) as (pid, _):
                time.sleep(2 * len(clip.jpegs) / clips.FPS + SETTLE_S)
                told = status(pid).get("latency_ms") or {}
            if not told:
                raise GesturectlError("bench", "no gesture of the demo clip acted", "Try again on a quieter machine.")
            found["gesturectl run"].append((float(told["median"]), float(told["p95"])))
            heed(f"MediaPipe script, round {turn + 1} of {rounds}")
            theirs = sorted(typical_latencies_ms(url, _ACTS))
            found["MediaPipe script, two hands"].append((median(theirs), theirs[round(0.95 * (len(theirs) - 1))]))
    comparisons = []
    for index, which in enumerate(("median", "95 % within")):
        rows = tuple(
            Measured(name, tuple(values[index] for values in rounds_of), name.startswith("gesturectl"))
            for name, rounds_of in found.items()
        )
        title = f"from the frame that decides to the action, {which}"
        comparisons.append(Comparison("latency", title, "ms of the clock", rows, _LATENCY if index else ""))
    return comparisons


_LATENCY = (
    "Every action starts a program (`true`), which is in it. The script recognises nothing: it acts on any frame with "
    "a hand. The daemon's status tells ours while it runs."
)


def _percents(pids: Mapping[str, int], seconds: float) -> dict[str, float]:
    """What each program and all it started take in the next `seconds`."""
    families = {name: family(pid) for name, pid in pids.items()}
    began_s, before = time.monotonic(), {name: cpu_s(family) for name, family in families.items()}
    time.sleep(seconds)
    passed_s = time.monotonic() - began_s
    return {name: 100 * (cpu_s(family) - before[name]) / passed_s for name, family in families.items()}


def check_system() -> None:
    """Raises UnmeasurableError where processes can't be looked at from outside."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise UnmeasurableError("bench", "this is measured from /proc, which only Linux has", "Measure something else.")
