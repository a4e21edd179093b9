"""The work of an import that takes time: clips, tracked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gesturectl.errors import GesturectlError, ModelError
from gesturectl.evaluation.tracking import KeepingError, forget_partial_frames, track_clip
from gesturectl.gestures.take import Take
from gesturectl.landmarks import TrackerKind
from gesturectl.verbs.engines.base import Work


@dataclass(frozen=True, slots=True)
class Task:
    """One clip to track, and where its take goes; can be sent to another process or machine."""

    gesture: str
    take_path: Path
    clip: Path
    fps: float | None
    meta: dict[str, Any]
    tracker: TrackerKind
    frames_to: Path | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a clip became no take."""

    place: str
    fact: str
    remedy: str = ""
    fatal: bool = False
    """Whether every other clip would fail alike."""


Outcome = Take | Problem


def do(task: Task) -> Outcome:
    """Track one clip. Errors are returned, not raised, so that they pass from process to process whole."""
    try:
        return track_clip(task.clip, task.fps, task.meta, task.tracker, task.frames_to)
    except (ModelError, KeepingError) as error:
        return Problem(error.place, error.fact, error.remedy, fatal=True)
    except GesturectlError as error:
        return Problem(error.place, error.fact, error.remedy)


def lost(task: Task, reason: str) -> Outcome:
    """The outcome of a clip that takes its process down."""
    return Problem(str(task.clip), f"it can't be decoded or tracked: {reason}")


def forget(task: Task) -> None:
    """Remove what a process that was ended left of the frames it was keeping."""
    forget_partial_frames(task.frames_to)


TRACKING = Work(do, lost, forget)
"""What is done with every clip."""
