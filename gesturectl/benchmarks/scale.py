"""What grows with gestures, profiles, takes and the length of a stream, and how."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from math import log
from pathlib import Path

import numpy as np

from gesturectl.benchmarks import hands
from gesturectl.benchmarks.deciding import recognising, seconds_of, some_profiles
from gesturectl.benchmarks.measure import Comparison, Contender, interleave
from gesturectl.evaluation.replay import replay
from gesturectl.gestures.library import Library
from gesturectl.gestures.take import write_take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.head import Head
from gesturectl.recognition.head_network import HIDDEN, Network
from gesturectl.recognition.personal import Personal, PersonalGesture
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at
from gesturectl.recognition.sight import one_hand
from gesturectl.types import HANDS

Heed = Callable[[str], None]

GESTURES, PROFILES, TAKES, MINUTES = (10, 50, 200), (10, 100, 1000), (10, 100, 1000, 10_000), (1, 10, 60)
_FRAMES = 150
_KINDS = 12
"""Of background, as many as a head has."""


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
        own = _personal(known, count)
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
    contenders = [Contender(f"{count} {what}", block(count), ours=True) for count in counts]
    rows = interleave(contenders, rounds, heed, warm=rounds > 1)
    power = growth(counts, [row.median for row in rows])
    return Comparison("scale", title, unit, rows, f"At its end it grows like n to the power of {power:.2f}.")


def _personal(known: Classifier, count: int) -> Personal:
    """A head for so many gestures, of the right shape but knowing nothing: what it says costs the same."""
    rng = np.random.default_rng(count)
    features, _ = one_hand(known, np.zeros((1, known.card.steps, 21, 3), np.float32), "right")
    D, G = features.shape[1], count + _KINDS
    network = Network(
        rng.normal(0, 0.01, (D, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        np.zeros((HIDDEN, count + 1), np.float32),
        np.zeros(count + 1, np.float32),
    )
    head = Head(
        np.zeros(D), np.ones(D), rng.normal(0, 0.01, (D, G)), np.zeros(G), rng.normal(0, 0.01, (D, min(D, G))),
        rng.normal(0, 1, (count, min(D, G))), np.array([0.1, 0.05, -5.0]), network,
    )  # fmt: skip
    gestures = tuple(PersonalGesture(f"own{index}", 5, HANDS, False, 1000) for index in range(count))
    return Personal(known.sha256, gestures, head, None)
