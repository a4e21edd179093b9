"""Everything in a source becomes a take in the library, is there already, or is skipped with its reason."""

import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gesturectl.errors import GesturectlError
from gesturectl.gestures.importers.base import Clip, Item, KnownTake, Skipped
from gesturectl.gestures.library import FRAMES_SUFFIX, TAKE_SUFFIX
from gesturectl.gestures.names import LONGEST, name_like
from gesturectl.gestures.stream import write_events
from gesturectl.gestures.take import Take, write_take
from gesturectl.landmarks import TrackerKind
from gesturectl.types import NOTHING
from gesturectl.verbs.engines.base import Engine
from gesturectl.verbs.importing.progress import Progress
from gesturectl.verbs.importing.tasks import TRACKING, Problem, Task

NO_HAND = "no hand is seen in it"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where takes go and what is done with them."""

    library: Path
    streams: Path
    """The folder of streams that have gestures in them."""
    nothing: Collection[str] = ()
    """Classes of the source, besides "nothing" itself, that are no gesture."""
    subject: str = ""
    """Whose takes these are; empty leaves it to the source."""
    keep_frames: bool = False
    tracker: TrackerKind = "onnx"


@dataclass(slots=True)
class Tally:
    """What an import came to."""

    imported: Counter[str] = field(default_factory=Counter)
    """New takes of each gesture."""
    streams: int = 0
    """New streams with gestures in them."""
    existing: Counter[str] = field(default_factory=Counter)
    """Takes of each gesture that were there already."""
    skipped: list[Problem] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        """Whether anything of the source is in the library now."""
        return bool(self.imported or self.existing or self.streams)


def import_all(items: Collection[Item], plan: Plan, engine: Engine, progress: Progress) -> Tally:
    """Import `items`. Raises GesturectlError if takes can't be written; those written before are whole and stay."""
    tally = Tally()

    def clips() -> Iterator[Task]:
        """The known takes are written on the way to the clips that need tracking."""
        names = _Names()
        for item in items:
            if isinstance(item, Skipped):
                tally.skipped.append(Problem(item.place, item.fact))
                progress.step(worked=False)
                continue
            task = _task(item, plan, names)
            if isinstance(task, Problem):
                tally.skipped.append(task)
                progress.step(worked=False)
            elif task.take_path.exists():
                tally.existing[task.gesture] += 1
                progress.step(worked=False)
            elif isinstance(item, Clip):
                yield task
            else:
                _store(task, _read(item, task), plan, tally, item)
                progress.step()

    try:
        with closing(engine(TRACKING, clips())) as outcomes:
            for task, outcome in outcomes:
                _store(task, outcome, plan, tally)
                progress.step()
    finally:
        progress.close()
    return tally


def _task(item: KnownTake | Clip, plan: Plan, names: "_Names") -> Task | Problem:
    gesture = _gesture(item.gesture, plan.nothing)
    stem = name_like(item.name)
    if not gesture or not stem:
        return Problem(f"{item.gesture}/{item.name}", "its name holds nothing that could name a folder or file")
    is_stream = isinstance(item, KnownTake) and item.events is not None
    folder = plan.streams if is_stream else plan.library / gesture
    path = folder / f"{names.unique(folder, stem)}{TAKE_SUFFIX}"
    if isinstance(item, KnownTake):
        return Task(gesture, path, Path(), None, {}, plan.tracker, None)
    frames_to = path.with_suffix(FRAMES_SUFFIX) if plan.keep_frames else None
    meta: dict[str, Any] = {**item.meta, "tracker": plan.tracker}
    return Task(gesture, path, item.path, item.fps, meta, plan.tracker, frames_to)


def _gesture(name: str, nothing: Collection[str]) -> str:
    folded = name.strip().casefold()
    return NOTHING if folded == NOTHING or folded in {other.casefold() for other in nothing} else name_like(name)


def _read(item: KnownTake, task: Task) -> Take | Problem:
    try:
        return item.read()
    except GesturectlError as error:
        return Problem(error.place or f"{task.gesture}/{item.name}", error.fact)


def _store(task: Task, outcome: Take | Problem, plan: Plan, tally: Tally, item: KnownTake | None = None) -> None:
    if isinstance(outcome, Problem):
        if outcome.fatal:
            raise GesturectlError(outcome.place, outcome.fact, outcome.remedy)
        tally.skipped.append(outcome)
        return
    events = item.events if item else None
    if events is None and not outcome.present.any():
        if task.frames_to:
            shutil.rmtree(task.frames_to, ignore_errors=True)
        tally.skipped.append(Problem(f"{task.gesture}/{task.take_path.stem}", NO_HAND))
        return
    if plan.subject:
        outcome = replace(outcome, meta={**outcome.meta, "subject": plan.subject})
    if events is not None:
        write_events(task.take_path, events)  # first, since a stream whose take exists counts as complete
    write_take(task.take_path, outcome)
    if events is not None:
        tally.streams += 1
    else:
        tally.imported[task.gesture] += 1


class _Names:
    """Names of takes within this import: two that only differ in letters that files can't have get numbers."""

    def __init__(self) -> None:
        self._taken: set[tuple[Path, str]] = set()

    def unique(self, folder: Path, stem: str) -> str:
        name, number = stem, 1
        while (folder, name.casefold()) in self._taken:
            number += 1
            name = f"{stem[: LONGEST - 8]}_{number}"
        self._taken.add((folder, name.casefold()))
        return name
