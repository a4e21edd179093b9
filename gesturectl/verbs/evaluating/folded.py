"""Cross-validation: for each fold a model is trained on all other takes. All of `evaluate` that needs torch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.closed_set import ClosedSet
from gesturectl.evaluation.folds import folds_of
from gesturectl.gestures.library import Library
from gesturectl.recognition.card import Card
from gesturectl.verbs.training.choices import require_torch

if TYPE_CHECKING:
    from gesturectl.training.library_set import TrainingSet

_STEPS = 32
"""Of models of whole takes, as in `gesturectl train`."""


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """What the models of all folds saw."""

    model: str
    """What was trained, in words."""
    names: tuple[str, ...]
    """The folds: people, or numbers."""
    parts: tuple[ClosedSet, ...]
    """What the model of each fold saw in the takes it wasn't trained on."""
    problems: tuple[GesturectlError, ...]
    """What was left out."""


def judge_by_folds(
    library: Library, how: str, like: Card | None, threads: int, progress: Callable[[str], None], seed: int = 0
) -> Folded:
    """Train and judge a model for each fold of `library`, with the branches and the input of `like`.

    Without `like`, the fused family over whole takes. `how` is as in `folds_of`. Raises UsageError.
    """
    require_torch(
        "--folds",
        "Run pip install 'gesturectl[train]', or leave --folds out to judge a model that is there.",
        packages=("torch",),
    )
    from gesturectl.training.branches import FUSED
    from gesturectl.training.plan import Watchers
    from gesturectl.training.session import judge_folds, usual_config

    branches = like.branches if like else FUSED
    data = _data(library, like, seed)
    folds = folds_of(data.gestures, data.subjects, how, seed)
    config = replace(usual_config(branches, data.given, len(data.windows)), seed=seed, threads=max(1, threads))

    def watch(what: str, number: int, count: int) -> Watchers:
        return Watchers(line=lambda text: progress(f"{what}, {number} of {count}: {text}"))

    parts = judge_folds(data, config, folds, watch=watch)
    model = like.name if like else "fused"
    return Folded(model, tuple(fold.name for fold in folds), tuple(parts), data.skipped)


def _data(library: Library, like: Card | None, seed: int) -> "TrainingSet":
    from gesturectl.training import library_set

    problems: list[GesturectlError] = []
    takes = library_set.read_takes(library, problems)
    if like is not None and like.input.live:
        return library_set.live_windows(takes, like.window, seed, problems)
    given = like.input if like else library_set.input_of(library_set.some_takes(library))
    return library_set.whole_takes(takes, given, like.steps if like else _STEPS, problems)
