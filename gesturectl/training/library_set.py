"""From a library of takes to what is trained on: whole takes for closed sets, or windows as they occur live."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.gestures.library import FRAMES_SUFFIX, Library, StoredTake
from gesturectl.gestures.take import Take, TakeError
from gesturectl.recognition.inputs import LIVE, InputSpec, Kind
from gesturectl.recognition.normalise import PALM, palm_length
from gesturectl.recognition.whole_take import UnusableTakeError, whole_take
from gesturectl.recognition.window import WindowSpec, isotropic
from gesturectl.training.dataset import Int64, Interval, LabelledTake, Windows, windows_of
from gesturectl.types import NOTHING, Bool, Float32

_LOOKED_AT = 200
"""Takes that are opened to find out what a library holds."""
_TWO_HANDED = 0.1
"""Share of takes with both hands from which a library is about two hands."""
_BOTH = 0.3
"""Share of a take's frames in which both hands must be seen for it to be two-handed."""
_READY = 0.8
"""Of a gesture's stroke: from here on it can be told, as in `dataset.gesture_intervals`."""
_READY_STILL = 0.3
"""Of a take whose hand keeps still: the pose has been taken by then."""
_AFTER_MS = 250
_STILL_PATH, _STILL_SHAPE = 0.5, 0.12
"""Palm lengths that the palm may move, and σ of a joint about it, in a take that keeps still."""
_NOTHING_EVERY_MS = 700
_PER_INTERVAL = 4
_LIBRARY_REMEDY = "Record more takes, or import some; docs/library.md tells how a library looks."


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """What can be trained on, and where it came from."""

    windows: Windows
    """Every sample. Its groups are people where they are known, and takes elsewhere."""
    labels: tuple[str, ...]
    spec: WindowSpec
    given: InputSpec
    takes: tuple[str, ...]
    """The takes that were used, as gesture/name."""
    take: Int64
    """(N,) which take each sample is of."""
    subjects: tuple[str, ...]
    """Who made each take; empty where nobody knows."""
    skipped: tuple[GesturectlError, ...]
    """What was left out, and why."""

    @property
    def gestures(self) -> tuple[str, ...]:
        """What each take shows."""
        return tuple(name.split("/", 1)[0] for name in self.takes)

    def rows_of(self, takes: Iterable[int]) -> Bool:
        """(N,) whether each sample is of one of `takes`."""
        return np.isin(self.take, list(takes))


def input_of(takes: Sequence[StoredTake], kind: Kind | None = None, size: int = 0) -> InputSpec:
    """What `takes` are best read as, as whole takes; `kind` decides where it is given."""
    space = bool(takes) and all(
        stored.take.meta.get("world") == "sensor" and np.isfinite(stored.take.world_points).any() for stored in takes
    )
    two = np.mean([_two_handed(stored.take) for stored in takes]) if takes else 0.0
    chosen: Kind = kind or ("hands" if two >= _TWO_HANDED else "hand")
    given = InputSpec(chosen, "take", space and chosen in ("hand", "hands"), size)
    fact = given.objection()
    if fact:
        raise UsageError("--input", fact, "See gesturectl train --help.")
    return given


def some_takes(library: Library) -> list[StoredTake]:
    """A few takes of every gesture of `library`, damaged ones left out."""
    each = max(1, _LOOKED_AT // max(1, len(library.gestures)))
    ignored: list[GesturectlError] = []
    every = ((gesture, library.takes(ignored, gesture)) for gesture in library.gestures)
    return [stored for _, takes in every for stored, _ in zip(takes, range(each), strict=False)]


def whole_takes(
    takes: Iterable[StoredTake], given: InputSpec, steps: int, problems: Sequence[GesturectlError] = ()
) -> TrainingSet:
    """One sample for each of `takes`. UsageError when too few are left to tell anything apart.

    `problems` is what the reader of the takes fills while they are read.
    """
    rows: list[tuple[str, str, str]] = []
    values, masks = [], []
    skipped: list[GesturectlError] = []
    exact = np.uint8 if given.is_pictures else np.float16
    for stored in takes:
        try:
            sample = whole_take(stored.take, given, steps, stored.path.with_suffix(FRAMES_SUFFIX))
        except UnusableTakeError as error:
            skipped.append(UnusableTakeError(str(stored.path), error.fact, error.remedy))
            continue
        rows.append((stored.gesture, stored.name, stored.take.subject))
        values.append(sample.values.astype(exact))
        masks.append(sample.mask)
    skipped = [*problems, *skipped]
    labels = _labels([gesture for gesture, _, _ in rows], skipped)
    label = np.array([labels.index(gesture) for gesture, _, _ in rows], np.int64)
    subjects = tuple(subject for _, _, subject in rows)
    windows = Windows(np.stack(values), np.stack(masks), label, _groups(subjects))
    names = tuple(f"{gesture}/{name}" for gesture, name, _ in rows)
    spec = WindowSpec(1600, steps)
    return TrainingSet(windows, labels, spec, given, names, np.arange(len(rows)), subjects, tuple(skipped))


def live_windows(
    takes: Iterable[StoredTake], spec: WindowSpec, seed: int = 0, problems: Sequence[GesturectlError] = ()
) -> TrainingSet:
    """Windows that end while a gesture is being completed, and while "nothing" happens. UsageError as above."""
    random = np.random.default_rng(seed)
    found: list[tuple[StoredTake, list[LabelledTake]]] = []
    skipped: list[GesturectlError] = []
    for stored in takes:
        hands = list(_hands_of(stored, len(found)))
        if hands:
            found.append((StoredTake(stored.gesture, stored.path, _without_points(stored.take)), hands))
        else:
            skipped.append(UnusableTakeError(str(stored.path), "no whole hand is in it", "Record it again"))
    skipped = [*problems, *skipped]
    gestures = _labels([stored.gesture for stored, _ in found], skipped)
    if NOTHING not in gestures:
        fact = f'there are no takes of "{NOTHING}", so the model would see gestures in everything'
        raise UsageError("--live", fact, f"Add a folder {NOTHING}/ with takes of hands that do anything else.")
    labels = (NOTHING, *(gesture for gesture in gestures if gesture != NOTHING))
    group = _groups(tuple(stored.take.subject for stored, _ in found))
    parts, takes_of = [], []
    for number, (_, hands) in enumerate(found):
        for hand in hands:
            cut = windows_of(hand, labels, spec, random, _PER_INTERVAL)
            parts.append(Windows(cut.points, cut.mask, cut.label, np.full(len(cut), group[number]), cut.weight))
            takes_of.append(np.full(len(cut), number))
    windows = Windows.joined(parts)
    if len(np.unique(windows.label)) < 2:
        raise UsageError("train", "the hands in the takes are seen too briefly to learn from", _LIBRARY_REMEDY)
    names = tuple(f"{stored.gesture}/{stored.name}" for stored, _ in found)
    subjects = tuple(stored.take.subject for stored, _ in found)
    return TrainingSet(windows, labels, spec, LIVE, names, np.concatenate(takes_of), subjects, tuple(skipped))


def read_takes(library: Library, problems: list[GesturectlError]) -> Iterator[StoredTake]:
    """Every take of `library`; empty gestures and unusable names are named in `problems`, too."""
    problems += library.problems()
    problems += [
        UsageError(str(library.folder / gesture), "the gesture has no takes", "Add some, or remove the folder.")
        for gesture, count in library.counts().items()
        if not count
    ]
    return chain.from_iterable(library.takes(problems, gesture) for gesture in library.gestures)


def _labels(gestures: Sequence[str], skipped: list[GesturectlError]) -> tuple[str, ...]:
    """The gestures there are, in alphabetical order.

    Those with a single take are named in `skipped`, but stay; so are those whose takes were all skipped.
    """
    counts = Counter(gestures)
    if len(counts) < 2 or max(counts.values()) < 2:
        there = ", ".join(f"{count} of {gesture}" for gesture, count in sorted(counts.items())) or "none"
        more = f" ({len(skipped)} were left out; the first: {skipped[0]})" if skipped else ""
        fact = f"at least two gestures with more than one usable take are needed; there are {there}{more}"
        raise UsageError("train", fact, _LIBRARY_REMEDY)
    left_out = Counter(Path(p.place).parent.name for p in skipped if isinstance(p, TakeError | UnusableTakeError))
    gone = "none of its {} takes can be used, so the model won't know it"
    single = "it has a single usable take, so nothing can be said about how well it is recognised"
    facts = [(gesture, gone.format(count)) for gesture, count in left_out.items() if gesture not in counts]
    facts += [(gesture, single) for gesture, count in counts.items() if count == 1]
    skipped[:0] = [UsageError(gesture, fact, "Record more.") for gesture, fact in sorted(facts)]  # before single takes
    return tuple(sorted(counts))


def _groups(subjects: Sequence[str]) -> Int64:
    """(takes,) a number for each person, if there are at least two; takes of nobody known are each on their own."""
    people = sorted(set(subjects) - {""})
    if len(people) < 2:
        return np.arange(len(subjects))
    numbers = {person: number for number, person in enumerate(people)}
    return np.array([numbers.get(subject, len(people) + i) for i, subject in enumerate(subjects)], np.int64)


def _two_handed(take: Take) -> bool:
    return bool(take.present.all(axis=1).mean() >= _BOTH)


def _hands_of(stored: StoredTake, group: int) -> Iterator[LabelledTake]:
    """What the windows of each hand show: the busier hand makes the gesture; with nothing, both count."""
    take = stored.take
    points = isotropic(take.image_points, take.aspect)
    usable: Bool = take.present & np.asarray(np.isfinite(points).all(axis=(2, 3)))
    slots = [0, 1] if stored.gesture == NOTHING else [int(usable[:, 1].sum() >= usable[:, 0].sum())]
    for slot in slots:
        seen = np.flatnonzero(usable[:, slot])
        if len(seen):
            start, end = int(take.t_ms[seen[0]]), int(take.t_ms[seen[-1]])
            intervals = _intervals(stored, points[seen, slot], start, end)
            yield LabelledTake(take.t_ms, points[:, slot], usable[:, slot], intervals, group)


def _intervals(stored: StoredTake, points: Float32, start: int, end: int) -> tuple[Interval, ...]:
    if stored.gesture == NOTHING:
        count = max(1, round((end - start) / _NOTHING_EVERY_MS))
        return tuple(Interval(NOTHING, a, b) for a, b in pairwise(np.linspace(start, end + 1, count + 1)))
    ready = _READY_STILL if _keeps_still(points) else _READY
    return (Interval(stored.gesture, start + ready * (end - start), end + _AFTER_MS),)


def _keeps_still(points: Float32) -> bool:
    """Whether a hand, (K, 21, 3) isotropic, holds a pose."""
    palm = points[:, PALM, :2].mean(axis=1)
    size = max(float(np.median(palm_length(points))), 1e-6)
    path = float(np.linalg.norm(np.ptp(palm, axis=0))) / size
    shape = (points[..., :2] - palm[:, None]) / size
    return path < _STILL_PATH and float(shape.std(axis=0).mean()) < _STILL_SHAPE


def _without_points(take: Take) -> Take:
    """`take` as it is remembered: a library of any size must not fill the memory."""
    return Take(take.t_ms[:0], take.image_points[:0], take.world_points[:0], take.present[:0], take.meta)
