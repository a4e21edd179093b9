"""What learning costs: a person's own gestures at once, and steps of training a network with torch."""

import importlib.util
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from gesturectl.benchmarks import hands
from gesturectl.benchmarks.deciding import seconds_of
from gesturectl.benchmarks.measure import Comparison, Contender, Measured, interleave
from gesturectl.errors import GesturectlError
from gesturectl.evaluation.enrolment import Takes, enrol
from gesturectl.gestures.library import StoredTake
from gesturectl.process import python_command
from gesturectl.recognition.shipped import classifier_at

_TAKES = 5
_MOST_ROUNDS = 3
"""Half a minute of torch in each."""


def training(rounds: int, heed: Callable[[str], None]) -> Iterator[Comparison]:
    """Seconds to learn gestures of one's own; milliseconds and megabytes of training, where torch is installed."""
    with_torch = importlib.util.find_spec("torch") is not None
    yield _own_gestures(rounds, heed, "" if with_torch else _NO_TORCH)
    if with_torch:
        yield from _network(min(rounds, _MOST_ROUNDS), heed)


_NO_TORCH = " Training a network isn't measured: torch isn't installed (pip install 'gesturectl[train]')."


def _own_gestures(rounds: int, heed: Callable[[str], None], more: str) -> Comparison:
    known = classifier_at(None)

    def learning(gestures: int) -> Contender:
        takes = Takes({f"own{index}": _stored(index) for index in range(gestures)}, ())
        name = f"{gestures} gesture{'s' * (gestures > 1)} of {_TAKES} takes"
        return Contender(name, lambda: seconds_of(lambda: enrol(known, takes)), ours=True)

    rows = interleave([learning(count) for count in (1, 3, 10)], min(rounds, 2), heed)
    note = f"In closed form, without torch.{more}"
    return Comparison("training", "learning one's own gestures", "s of the processor", rows, note)


def _network(rounds: int, heed: Callable[[str], None]) -> Iterator[Comparison]:
    ways = {"one thread, as gesturectl trains": 1, "two threads": 2, "as many as torch takes by itself": 0}
    if (os.cpu_count() or 1) <= 2:
        del ways["two threads"]  # that is what torch takes by itself
    told: dict[str, list[dict[str, float | None]]] = {name: [] for name in ways}
    for turn in range(rounds):
        for name, threads in ways.items():
            heed(f"torch, {name}, round {turn + 1} of {rounds}")
            told[name].append(_steps(threads))
    for key, title, unit, note in _FIGURES:
        rows = tuple(
            Measured(name, tuple(value for one in turns if (value := one[key]) is not None), name.endswith("trains"))
            for name, turns in told.items()
        )
        if all(row.values for row in rows):
            yield Comparison("training", title, unit, rows, note)


_BUSY = "Where other programs want the cores, threads wait for each other: gesturectl trains with one."
_FIGURES = (
    ("clock_ms", "training a fused network with torch, a step of 128 windows", "ms of the clock", _BUSY),
    ("processor_ms", "training a fused network with torch, a step of 128 windows", "ms of the processor", ""),
    ("peak_mb", "training a fused network with torch, the most memory", "MB", ""),
)


def _steps(threads: int) -> dict[str, float | None]:
    command = [*python_command("gesturectl.benchmarks.fitting"), str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        why = done.stderr.strip().splitlines()[-1:] or ["no word why"]
        raise GesturectlError("bench training", f"the training failed ({why[0]})", "See 'gesturectl doctor'.")
    found: dict[str, float | None] = json.loads(done.stdout)
    return found


def _stored(gesture: int) -> tuple[StoredTake, ...]:
    name = f"own{gesture}"
    return tuple(StoredTake(name, Path(f"{name}/{k}.npz"), hands.take(gesture, k)) for k in range(_TAKES))
