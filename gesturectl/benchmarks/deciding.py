"""What it costs to recognise, to decide and to look up what a gesture does, once a frame's hands are known."""

import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

from gesturectl.benchmarks import hands
from gesturectl.benchmarks.measure import Comparison, Contender, interleave, timed_us
from gesturectl.benchmarks.own import of_size
from gesturectl.desktop.base import App
from gesturectl.evaluation.enrolment import Takes, enrol
from gesturectl.gestures.library import StoredTake
from gesturectl.profiles.load import load
from gesturectl.profiles.resolve import Resolver
from gesturectl.profiles.schema import Profiles
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at
from gesturectl.types import Hand, Hands, Prediction

_FRAMES = 300
"""Frames recognised in a turn: ten seconds."""
_LOOKUPS = 500


def classifier(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Microseconds a frame with one hand in view."""
    known = classifier_at(None)
    frames = hands.a_while()
    told: dict[tuple[int, Hand], Prediction] = {}
    listening = Recogniser(known)
    for seen in frames[:_FRAMES]:
        listening.update(seen)
        told |= {(seen.t_ms, hand): prediction for hand, prediction in listening.last.items()}

    def rest() -> Recogniser:
        return Recogniser(known, foreseen=lambda t_ms, hand: told.get((t_ms, hand)))

    own = of_size(known, 10)

    def owning() -> Recogniser:
        return Recogniser(known, personal=own)

    contenders = [
        Contender("all of recognition", recognising(lambda: Recogniser(known), frames[:_FRAMES]), ours=True),
        Contender("... with ten gestures of one's own", recognising(owning, frames[:_FRAMES]), ours=True),
        Contender("motion, rules and deciding alone", recognising(rest, frames[:_FRAMES]), ours=True),
    ]
    rows = interleave(contenders, rounds, heed)
    return [Comparison("classifier", "recognition of one hand, a frame", "µs of the processor", rows)]


def profiles(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Microseconds to find out what a gesture does."""
    contenders = []
    for count in (1000, 100, 10):
        resolver = Resolver(some_profiles(count))
        seen = cycle([App(wm_class="app3", title="a page")])
        new = (App(wm_class=f"app{index % count}", title=f"page {index}") for index in range(10**9))
        for apps, words in ((seen, "a window seen before"), (new, "a window never seen")):
            contenders.append(Contender(f"{count} profiles, {words}", _resolving(resolver, apps.__next__), ours=True))
    rows = interleave(contenders, rounds, heed)
    return [Comparison("profiles", "from a gesture to what it does", "µs of the processor", rows)]


def training(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Seconds to learn a person's own gestures from five takes each."""
    known = classifier_at(None)

    def learning(gestures: int) -> Contender:
        takes = Takes({f"own{index}": _stored(index, 5) for index in range(gestures)}, ())
        return Contender(f"{gestures} gestures of 5 takes", lambda: seconds_of(lambda: enrol(known, takes)), ours=True)

    rows = interleave([learning(count) for count in (1, 3, 10)], min(rounds, 2), heed)
    note = "In closed form, without torch. Retraining the network takes minutes (docs/training.md)."
    return [Comparison("training", "learning one's own gestures", "s of the processor", rows, note)]


def recognising(make: Callable[[], Recogniser], frames: Sequence[Hands]) -> Callable[[], float]:
    """Microseconds a frame that a new recogniser takes for `frames`."""

    def block() -> float:
        recogniser = make()
        started_ns = time.process_time_ns()
        for seen in frames:
            recogniser.update(seen)
            recogniser.tried()
        return (time.process_time_ns() - started_ns) / len(frames) / 1000

    return block


def some_profiles(count: int) -> Profiles:
    """So many profiles, each for an app of its own, read from as many files."""
    with tempfile.TemporaryDirectory(prefix="gesturectl-bench-") as folder:
        for index in range(count):
            Path(folder, f"p{index}.toml").write_text(_PROFILE.format(index=index))
        return load([Path(folder)])


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds of processor time that `work` takes."""
    started_s = time.process_time()
    work()
    return time.process_time() - started_s


_PROFILE = """
version = 1
[app.app{index}]
wm_class = "app{index}"
[profile.p{index}]
apps = ["app{index}"]
[profile.p{index}.intents]
swipe_left = "go{index}"
[profile.p{index}.actions]
go{index} = {{ keys = "Right" }}
"""


def _resolving(resolver: Resolver, app: Callable[[], App]) -> Callable[[], float]:
    return lambda: timed_us(lambda: resolver.resolve("swipe_left", "right", app()), _LOOKUPS)


def _stored(gesture: int, takes: int) -> tuple[StoredTake, ...]:
    name = f"own{gesture}"
    return tuple(StoredTake(name, Path(f"{name}/{k}.npz"), hands.take(gesture, k)) for k in range(takes))
