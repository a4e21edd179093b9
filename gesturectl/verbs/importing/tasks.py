"""Clips tracked by several processes. An engine is a function from tasks to outcomes; more of them may be added."""

import multiprocessing
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from gesturectl.errors import GesturectlError, ModelError
from gesturectl.evaluation.tracking import KeepingError, forget_partial_frames, track_clip
from gesturectl.gestures.take import Take
from gesturectl.landmarks import TrackerKind

_AHEAD = 2
"""Tasks that wait for each process, so that none is idle and few takes are in memory."""


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
Outcomes = Generator[tuple[Task, Outcome], None, None]
"""The outcomes as they come, in any order; closing it stops the work."""
Engine = Callable[[Iterable[Task]], Outcomes]
"""Runs `do` on every task."""


def do(task: Task) -> Outcome:
    """Track one clip. Errors are returned, not raised, so that they pass from process to process whole."""
    try:
        return track_clip(task.clip, task.fps, task.meta, task.tracker, task.frames_to)
    except (ModelError, KeepingError) as error:
        return Problem(error.place, error.fact, error.remedy, fatal=True)
    except GesturectlError as error:
        return Problem(error.place, error.fact, error.remedy)


def in_turn(tasks: Iterable[Task]) -> Outcomes:
    """The engine of one job: this very process."""
    return ((task, do(task)) for task in tasks)


def in_processes(jobs: int, work: Callable[[Task], Outcome] = do) -> Engine:
    """An engine of `jobs` processes of this machine. A clip that crashes its process is a Problem; the others go on."""

    def run(tasks: Iterable[Task]) -> Outcomes:
        waiting = iter(tasks)
        while True:
            crashed: list[Task] = []
            yield from _until_a_crash(waiting, jobs, work, crashed)
            if not crashed:
                return
            for task in crashed:  # one of them is to blame; alone, each takes only itself down
                alone: list[Task] = []
                yield from _until_a_crash(iter([task]), 1, work, alone)
                yield from ((task, Problem(str(task.clip), "decoding or tracking it crashes")) for task in alone)

    return run


def _until_a_crash(tasks: Iterator[Task], jobs: int, work: Callable[[Task], Outcome], crashed: list[Task]) -> Outcomes:
    """Outcomes of `tasks` until there are none or a process dies; those under way then are put into `crashed`.

    Closing the iterator (Ctrl-C) ends the processes at once, without waiting for their clips.
    """
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")  # a fork would inherit OpenCV's and ONNX Runtime's threads, dead
    pool = ProcessPoolExecutor(jobs, context, _start)
    running: dict[Future[Outcome], Task] = {}
    try:
        while True:
            for task in islice(tasks, _AHEAD * jobs - len(running)):
                try:
                    running[pool.submit(work, task)] = task
                except BrokenProcessPool:
                    crashed.append(task)
                    raise
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running[future], future.result()
                del running[future]
    except BrokenProcessPool:
        crashed += running.values()
    finally:
        with _uninterrupted():  # a second Ctrl-C in here would leave processes that nobody ends
            if running:
                for process in set(multiprocessing.active_children()) - others:
                    process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
            for task in running.values():
                forget_partial_frames(task.frames_to)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent ends the pool
