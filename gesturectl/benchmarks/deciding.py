"""What it costs to recognise, to decide and to look up what a gesture does, once a frame's hands are known."""

import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from itertools import cycle
from pathlib import Path

from gesturectl.benchmarks import hands
from gesturectl.benchmarks.measure import Comparison, Contender, interleave, timed_us
from gesturectl.benchmarks.own import of_size
from gesturectl.desktop.base import App
from gesturectl.profiles.load import load
from gesturectl.profiles.resolve import Resolver
from gesturectl.profiles.schema import AppIdentity, Profiles
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at
from gesturectl.types import Hand, Hands, Prediction

_FRAMES = 300
"""Frames recognised in a turn: ten seconds."""
_LOOKUPS, _ASKED = 500, 50
_PROFILES = (10, 100, 1000)


def classifier(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Microseconds a frame with one hand in view."""
    known = classifier_at(None)
    shown, work, rest = hands.a_while()[:_FRAMES], hands.at_work(), hands.resting()
    told = _told(known, shown)

    def deciding() -> Recogniser:
        return Recogniser(known, foreseen=lambda t_ms, hand: told.get((t_ms, hand)))

    own = of_size(known, 10)

    def owning() -> Recogniser:
        return Recogniser(known, personal=own)

    contenders = [
        Contender("all of recognition, a hand that gestures", recognising(lambda: Recogniser(known), shown), ours=True),
        Contender(
            "... the classifier asked at each frame",
            recognising(lambda: Recogniser(known), shown, each=True),
            ours=True,
        ),
        Contender("... a hand at work", recognising(lambda: Recogniser(known), work), ours=True),
        Contender("... a hand that rests", recognising(lambda: Recogniser(known), rest), ours=True),
        Contender("... a hand that gestures, ten of them one's own", recognising(owning, shown), ours=True),
        Contender("motion, rules and deciding alone", recognising(deciding, shown), ours=True),
    ]
    rows = interleave(contenders, rounds, heed)
    shares = [f"{_looked_at(known, frames):.0%}" for frames in (shown, work, rest)]
    note = f"The classifier is asked about {shares[0]} of these frames, {shares[1]} at work, {shares[2]} at rest."
    return [Comparison("classifier", "recognition of one hand, a frame", "µs of the processor", rows, note)]


def profiles(rounds: int, heed: Callable[[str], None]) -> list[Comparison]:
    """Microseconds to find out what a gesture does, with an app whose window was seen before, and in a new one."""
    comparisons = []
    for words, new in (("a window seen before", False), ("a window never seen", True)):
        contenders = []
        for count in _PROFILES:
            known = some_profiles(count)
            contenders.append(Contender(f"{count} profiles", _resolving(Resolver(known), _windows(count, new)), True))
        apps, window = known.apps.values(), _windows(count, new)
        each = _asking_each(apps, window)
        contenders.append(Contender(f"asking each of {count} apps, as a loop would", each))
        rows = interleave(contenders, rounds, heed)
        title = f"from a gesture to what it does, {words}"
        comparisons.append(Comparison("profiles", title, "µs of the processor", rows))
    return comparisons


def recognising(make: Callable[[], Recogniser], frames: Sequence[Hands], each: bool = False) -> Callable[[], float]:
    """Microseconds a frame that a new recogniser takes for `frames`; with `each` none waits for the classifier."""

    def block() -> float:
        recogniser = make()
        started_ns = time.process_time_ns()
        for seen in frames:
            recogniser.update(seen)
            if each:
                recogniser.catch_up()
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


def _windows(count: int, new: bool) -> Callable[[], App]:
    """What has the focus: always the same window, or each time one with another title."""
    if not new:
        return cycle([App(wm_class="app3", title="a page")]).__next__
    return (App(wm_class=f"app{index % count}", title=f"page {index}") for index in range(10**9)).__next__


def _asking_each(apps: Collection[AppIdentity], app: Callable[[], App]) -> Callable[[], float]:
    def look() -> list[AppIdentity]:
        focused = app()
        return [identity for identity in apps if identity.matches(focused)]

    return lambda: timed_us(look, _ASKED)


def _told(known: Classifier, frames: Sequence[Hands]) -> dict[tuple[int, Hand], Prediction]:
    """What the classifier says of each hand in each of `frames`."""
    told: dict[tuple[int, Hand], Prediction] = {}
    listening = Recogniser(known)
    for seen in frames:
        listening.update(seen)
        listening.catch_up()
        told |= {(seen.t_ms, hand): prediction for hand, prediction in listening.last.items()}
    return told


def _looked_at(known: Classifier, frames: Sequence[Hands]) -> float:
    """The share of hands in `frames` about which the classifier is asked."""
    told, asked = _told(known, frames), 0

    def foreseen(t_ms: int, hand: Hand) -> Prediction | None:
        nonlocal asked
        asked += 1
        return told.get((t_ms, hand))

    recogniser = Recogniser(known, foreseen=foreseen)
    for seen in frames:
        recogniser.update(seen)
    return asked / sum(int(seen.present.sum()) for seen in frames)


def _resolving(resolver: Resolver, app: Callable[[], App]) -> Callable[[], float]:
    return lambda: timed_us(lambda: resolver.resolve("swipe_left", "right", app()), _LOOKUPS)
