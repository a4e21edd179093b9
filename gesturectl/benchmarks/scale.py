"""What grows with gestures, profiles, takes and the length of a stream, and how."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from math import log
from pathlib import Path

from gesturectl.benchmarks import hands
from gesturectl.benchmarks.deciding import recognising, seconds_of, some_profiles
from gesturectl.benchmarks.measure import Comparison, Contender, interleave
from gesturectl.benchmarks.own import of_size
from gesturectl.evaluation.replay import replay
from gesturectl.gestures.library import Library
from gesturectl.gestures.take import write_take
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at

Heed = Callable[[str], None]

GESTURES, PROFILES, TAKES, MINUTES = (10, 50, 200), (10, 100, 1000), (10, 100, 1000, 10_000), (1, 10, 60)
_FRAMES = 150


def scale(rounds: int, heed: Heed) -> Iterator[Comparison]:
    """One curve for each. The longest ones take a turn or two, whatever `rounds` says."""
    yield _by_gestures(rounds, heed)
    yield _by_profiles(heed)
    yield _by_takes(heed)
    yield _by_length(heed)


def growth(counts: Sequence[float], values: Sequence[float]) -> float:
    """The power of n that values grow with, by the last two of them: 1 is in proportion."""
    return log(values[-1] / values[-2]) / log(counts[-1] / counts[-2])


def _by_gestures(rounds: int, heed: Heed) -> Comparison:
    known, frames = classifier_at(None), hands.a_while()[:_FRAMES]

    def among(count: int) -> Callable[[], float]:
        own = of_size(known, count)
        return recognising(lambda: Recogniser(known, personal=own), frames)

    return _curve(
        "recognition of one hand, a frame",
        "µs of the processor",
        "gestures of one's own",
        GESTURES,
        among,
        rounds,
        heed,
    )


def _by_profiles(heed: Heed) -> Comparison:
    return _curve(
        "reading all profiles", "s of the processor", "profiles", PROFILES,
        lambda count: lambda: seconds_of(lambda: some_profiles(count)), 2, heed,
    )  # fmt: skip


def _by_takes(heed: Heed) -> Comparison:
    with tempfile.TemporaryDirectory(prefix="gesturectl-bench-") as folder:
        written = []
        for index in range(20):
            write_take(Path(folder, "take.npz"), hands.take(index % 10, index))
            written.append(Path(folder, "take.npz").read_bytes())

        def of(count: int) -> Callable[[], float]:
            library = Path(folder, str(count))
            for index in range(count):
                path = library / f"own{index % 10}" / f"{index}.npz"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(written[index % len(written)])
            return lambda: seconds_of(lambda: list(Library(library).takes([])))

        return _curve("reading a library", "s of the processor", "takes", TAKES, of, 1, heed)


def _by_length(heed: Heed) -> Comparison:
    known = classifier_at(None)

    def of(minutes: int) -> Callable[[], float]:
        stream = hands.stream(minutes)
        return lambda: seconds_of(lambda: replay(known, stream))

    return _curve(
        "evaluating a stream, a hand always in view, on one thread", "s of the processor", "minutes", MINUTES, of, 1,
        heed,
    )  # fmt: skip


def _curve(
    title: str,
    unit: str,
    what: str,
    counts: Sequence[int],
    block: Callable[[int], Callable[[], float]],
    rounds: int,
    heed: Heed,
) -> Comparison:
    contenders = [
        Contender(f"{count} {what if count > 1 else what.removesuffix('s')}", block(count), ours=True)
        for count in counts
    ]
    rows = interleave(contenders, rounds, heed, warm=rounds > 1)
    power = growth(counts, [row.median for row in rows])
    return Comparison("scale", title, unit, rows, f"At its end it grows like n to the power of {power:.2f}.")
