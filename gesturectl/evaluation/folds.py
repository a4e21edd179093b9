"""Splitting takes into folds: each is tested once, by a model that was trained on the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturectl.errors import UsageError

BY_SUBJECT = "subject"
"""A fold for each person: how good it is for people never trained on."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One part of the takes that is tested."""

    name: str
    """The person, or the number of the fold."""
    test: tuple[int, ...]
    """Indices of the takes to test; all others are to train on."""


def folds_of(gestures: Sequence[str], subjects: Sequence[str], how: str, seed: int = 0) -> tuple[Fold, ...]:
    """`how` is BY_SUBJECT, or the number of folds as text, in which gestures are spread evenly.

    `gestures` and `subjects` say what each take shows and who made it. Raises UsageError where that can't be done.
    """
    if how == BY_SUBJECT:
        return _by_subject(subjects)
    if not how.isascii() or not how.isdigit() or int(how) < 2:
        raise UsageError("--folds", f"“{how}” is neither “subject” nor a number from 2 on", "Give --folds subject or 5")
    count = int(how)
    commonest = max((gestures.count(name) for name in set(gestures)), default=0)
    if count > commonest:
        raise UsageError("--folds", f"no gesture has {count} takes", f"Give at most {max(commonest, 2)} folds")
    random = np.random.default_rng(seed)
    place = np.zeros(len(gestures), np.int64)
    start = 0
    for name in sorted(set(gestures)):
        takes = random.permutation([i for i, gesture in enumerate(gestures) if gesture == name])
        place[takes] = (start + np.arange(len(takes))) % count
        start += len(takes)  # so that the first folds aren't the largest of every gesture
    return tuple(Fold(str(k + 1), tuple(np.flatnonzero(place == k).tolist())) for k in range(count))


def _by_subject(subjects: Sequence[str]) -> tuple[Fold, ...]:
    people = sorted(set(subjects))
    if "" in people:
        remedy = "Import them with --subject NAME, or give a number of folds"
        raise UsageError("--folds subject", f"{subjects.count('')} takes don't say who made them", remedy)
    if len(people) < 2:
        raise UsageError("--folds subject", "all takes are of one person", "Give a number of folds, such as --folds 5")
    return tuple(Fold(person, tuple(i for i, subject in enumerate(subjects) if subject == person)) for person in people)


def grouped_folds(subjects: Sequence[str], how: str, seed: int = 0) -> tuple[Fold, ...]:
    """Like `folds_of`, but nobody's takes are ever both tested and trained on; a number of folds shares out people.

    The folds are about equally large: whoever has most takes is placed first, where fewest are.
    """
    alone = _by_subject(subjects)
    if how == BY_SUBJECT:
        return alone
    if not how.isascii() or not how.isdigit() or not 2 <= int(how) <= len(alone):
        fact = f"“{how}” is neither “subject” nor a number from 2 to {len(alone)}, the people there are"
        raise UsageError("--folds", fact, "Give --folds subject or another number")
    order = np.random.default_rng(seed).permutation(len(alone))
    parts: list[list[int]] = [[] for _ in range(int(how))]
    for index in sorted(order.tolist(), key=lambda person: -len(alone[person].test)):
        min(parts, key=len).extend(alone[index].test)
    return tuple(Fold(str(k + 1), tuple(sorted(part))) for k, part in enumerate(parts))
