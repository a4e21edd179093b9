"""A library of takes as a benchmark: any family over any input that its takes hold, on the same folds."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.folds import Fold, folds_of, grouped_folds
from gesturectl.gestures.library import Library, StoredTake
from gesturectl.recognition.inputs import Kind
from gesturectl.training.benchmark_sets import STEPS, BenchmarkSet
from gesturectl.training.library_set import input_of, read_takes, some_takes, whole_takes
from gesturectl.training.session import kind_of

PICTURE_STEPS = 16
"""Of samples of pictures, as in `gesturectl train`."""
_USUAL_SIZE = {"keypoints": 126, "pictures": 48, "crops": 48}


def own_library(
    folder: Path, folds: str, seed: int, branches: Sequence[str], wanted: Kind | None = None, size: int = 0
) -> BenchmarkSet:
    """Whole takes of the library `folder`, as `branches` read them, or as `wanted` says.

    Folds share out people where every take tells who made it, and takes otherwise; they are the same for all inputs
    that lose the same takes. `size` is that of `InputSpec`. Raises UsageError, LibraryError.
    """
    library = Library(folder)
    kind = kind_of(branches, wanted)
    given = input_of(some_takes(library), kind, size or _USUAL_SIZE.get(kind or "", 0))
    there: Counter[str] = Counter()
    problems: list[GesturectlError] = []
    takes = _counted(read_takes(library, problems), there)
    data = whole_takes(takes, given, PICTURE_STEPS if given.is_pictures else STEPS, problems)
    known = "" not in data.subjects
    split = grouped_folds(data.subjects, folds, seed) if known else folds_of(data.gestures, data.subjects, folds, seed)
    views = {len(data.labels): tuple(range(len(data.labels)))}
    return BenchmarkSet(data, views, split, _lost(there, data.subjects, split, known))


def _counted(takes: Iterator[StoredTake], there: Counter[str]) -> Iterator[StoredTake]:
    """`takes`, and in `there` how many of each person went by."""
    for stored in takes:
        there[stored.take.subject] += 1
        yield stored


def _lost(there: Counter[str], subjects: Sequence[str], folds: Sequence[Fold], known: bool) -> tuple[int, ...]:
    """How many unusable takes count in each fold: those of its people, and a share of those of anybody else."""
    missing = there - Counter(subjects)
    people = [{subjects[index] for index in fold.test} if known else set() for fold in folds]
    own = [sum(missing[person] for person in group) for group in people]
    each, more = divmod(missing.total() - sum(own), len(folds))
    return tuple(count + each + (number < more) for number, count in enumerate(own))
