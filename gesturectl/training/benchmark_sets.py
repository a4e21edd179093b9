"""Public sets as benchmarks: what is trained on, what is tested, and what others have published on them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from gesturectl.errors import UsageError
from gesturectl.evaluation.folds import Fold, grouped_folds
from gesturectl.gestures.importers import holistic, shrec
from gesturectl.gestures.importers.base import Importer, Item, KnownTake, Wishes
from gesturectl.gestures.importers.npz import npz_in
from gesturectl.gestures.library import StoredTake
from gesturectl.gestures.take import Take
from gesturectl.npz import ArchiveError, ArraysFile
from gesturectl.recognition.inputs import InputSpec
from gesturectl.training.branches import branch_class
from gesturectl.training.library_set import TrainingSet, whole_takes

STEPS = 32
"""Of every sample, as in `gesturectl train`."""
SIGNS = ("hello", "iloveyou", "thanks")
"""The signs that most of the repositories of `signs` share."""
_BODY = 258
"""Values a step of key points with the body: what the LSTM of the usual tutorials gets, without the face."""


@dataclass(frozen=True, slots=True)
class Published:
    """A figure that others have published; nothing here measured it."""

    model: str
    accuracy: Mapping[int, float]
    """For each number of labels, in [0, 1]."""
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class BenchmarkSet:
    """What a benchmark trains on and tests with."""

    data: TrainingSet
    """Every take, with the finest labels."""
    views: Mapping[int, tuple[int, ...]]
    """For each number of labels asked for, which of them each of the finest labels is part of."""
    folds: tuple[Fold, ...]
    """What is tested, by index of take; each by a model of all other takes."""
    unusable: tuple[int, ...]
    """For each fold, how many of its takes no model can read; they count as mistakes."""
    published: tuple[Published, ...] = ()
    mirror: float = 0.0
    """Share of training samples shown in a mirror."""


SHREC17_PUBLISHED = (
    Published("e2eET", MappingProxyType({14: 0.9786, 28: 0.9536}), "official split"),
    Published("best with 28 labels", MappingProxyType({28: 0.9583}), "official split"),
    Published("DD-Net", MappingProxyType({14: 0.946, 28: 0.919}), "official split"),
    Published("DG-STA", MappingProxyType({14: 0.944, 28: 0.907}), "official split"),
    Published("Devineau et al.", MappingProxyType({14: 0.9128, 28: 0.8435}), "official split"),
)


def shrec17(
    train: Path, test: Path | None, wanted: Sequence[int], folds: str, seed: int, branches: Sequence[str]
) -> BenchmarkSet:
    """SHREC'17: one hand in space. Models learn 28 labels, what is done and with how many fingers; 14 are their sums.

    Without `test`, people are held out in turn, as `folds` says; with it, all of `train` is learned from and `test` is
    tested once. Raises UsageError.
    """
    given = InputSpec("hand", "take", space=True)
    _check_reads(branches, given)
    takes = list(_takes(train, shrec, "SHREC'17", "train" if test else ""))
    tested = list(_takes(test, shrec, "SHREC'17", "test")) if test else []
    rows = [StoredTake(f"{t.gesture}_{int(t.take.meta['finger'])}", t.path, t.take) for t in (*takes, *tested)]
    if test and (unknown := {row.gesture for row in rows[len(takes) :]} - {row.gesture for row in rows[: len(takes)]}):
        raise UsageError(str(test), f"nothing in --train shows {sorted(unknown)[0]}", "Give the files of one set.")
    if twice := {_origin(row) for row in takes} & {_origin(row) for row in tested}:
        raise UsageError(
            str(test), f"take {min(twice)[1]} is in --train as well", "Give a file of other people's takes."
        )
    data = whole_takes(rows, given, STEPS)
    coarse = [label.rsplit("_", 1)[0] for label in data.labels]
    gestures = sorted(set(coarse))
    views = {28: tuple(range(len(coarse))), 14: tuple(gestures.index(name) for name in coarse)}
    chosen = {count: views[count] for count in wanted}
    if not test:
        split = grouped_folds(data.subjects, folds, seed)
        return BenchmarkSet(data, chosen, split, _lost(rows, data, split), SHREC17_PUBLISHED)
    names = _names(rows[len(takes) :])
    fold = Fold("the test list", tuple(i for i, name in enumerate(data.takes) if name in names))
    if not fold.test or len(fold.test) == len(data.takes):
        raise UsageError(str(test), "none of its takes can be used", "Give the test file of the same set.")
    missing = len(tested) - len(fold.test)
    return BenchmarkSet(data, chosen, (fold,), (missing,), SHREC17_PUBLISHED)


def signs(train: Path, branches: Sequence[str]) -> BenchmarkSet:
    """Three signs by people who followed one tutorial, in a repository each: leave one repository out.

    Tested are the repositories with all three signs; those with some of them are learned from. Raises UsageError.
    """
    with_body = all("keypoints" in branch_class(name).READS for name in branches)
    given = InputSpec("keypoints", "take", size=_BODY) if with_body else InputSpec("hands", "take")
    _check_reads(branches, given)
    rows = [row for row in _takes(train, holistic, "a set of holistic clips", "") if row.gesture in SIGNS]
    shown = {person: {row.gesture for row in rows if row.take.subject == person} for person in _people(rows)}
    whole = {person for person, gestures in shown.items() if gestures == set(SIGNS)}
    if len(whole) < 2:
        raise UsageError(str(train), f"fewer than two people show all of {', '.join(SIGNS)}", "Give the whole set.")
    data = whole_takes(rows, given, STEPS)
    every = grouped_folds(data.subjects, "subject", 0)
    split = tuple(fold for fold in every if fold.name in whole)
    return BenchmarkSet(
        data, {len(data.labels): tuple(range(len(data.labels)))}, split, _lost(rows, data, split), mirror=0.5
    )


def _takes(source: Path, layout: Importer, what: str, part: str) -> Iterator[StoredTake]:
    """What `source` holds; where it tells official parts apart, only `part`, unless that is empty."""
    try:
        if layout.detects(source) is None:
            there = "it isn't" if source.exists() else "there is no such file, so it isn't"
            raise UsageError(str(source), f"{there} {what} as one .npz", "docs/benchmarks.md tells what it must hold.")
    except ArchiveError as error:
        raise UsageError(str(source), str(error), "Give another file.") from error
    wanted = _of_part(source, part)
    for number, item in enumerate(layout.items(source, Wishes())):
        if wanted is None or wanted[number]:
            yield _stored(item, source, part)


def _stored(item: Item, source: Path, part: str) -> StoredTake:
    assert isinstance(item, KnownTake)  # noqa: S101 - layouts of key points have nothing else
    take: Take = item.read()
    return StoredTake(item.gesture, source / f"{part}-{item.name}", take)


def _of_part(source: Path, part: str) -> Any:
    """(N,) whether each sequence is of `part`; None where the file doesn't tell parts apart, or tells another."""
    path = npz_in(source)
    if not part or path is None:
        return None
    try:
        with ArraysFile(path) as arrays:
            if "split" not in arrays:
                return None
            told = arrays.read("split", "US")
    except ArchiveError as error:
        raise UsageError(str(source), str(error), "Give another file.") from error
    return told == part if len(np.unique(told)) > 1 else None


def _check_reads(branches: Sequence[str], given: InputSpec) -> None:
    for name in branches:
        reads = branch_class(name).READS
        if given.kind not in reads:
            raise UsageError("--models", f"{name} reads {' or '.join(reads)}, which this set hasn't", "Leave it out.")


def _names(rows: Sequence[StoredTake]) -> set[str]:
    return {f"{row.gesture}/{row.name}" for row in rows}


def _origin(row: StoredTake) -> tuple[str, str]:
    """What tells a take apart from all others of the set."""
    return row.gesture, row.name.partition("-")[2]


def _people(rows: Sequence[StoredTake]) -> list[str]:
    return sorted({row.take.subject for row in rows})


def _lost(rows: Sequence[StoredTake], data: TrainingSet, folds: Sequence[Fold]) -> tuple[int, ...]:
    """How many takes of each fold's people weren't usable."""
    there, used = Counter(row.take.subject for row in rows), Counter(data.subjects)
    people = [{data.subjects[index] for index in fold.test} for fold in folds]
    return tuple(sum(there[person] - used[person] for person in group) for group in people)
