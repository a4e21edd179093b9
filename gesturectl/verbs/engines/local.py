"""An engine of several processes of this machine."""

import multiprocessing
import signal
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from gesturectl.verbs.engines.base import AHEAD, Engine, R, T, Work, uninterrupted


def in_processes(jobs: int) -> Engine:
    """An engine of `jobs` processes. A task that crashes its process is lost; the others go on."""

    def run(work: Work[T, R], tasks: Iterable[T], /) -> Generator[tuple[T, R], None, None]:
        waiting = iter(tasks)
        while True:
            crashed: list[T] = []
            yield from _until_a_crash(work, waiting, jobs, crashed)
            if not crashed:
                return
            for task in crashed:  # one of them is to blame; alone, each takes only itself down
                alone: list[T] = []
                yield from _until_a_crash(work, iter([task]), 1, alone)
                yield from ((task, work.lost(task, "its process crashes")) for task in alone)

    return run


def _until_a_crash(
    work: Work[T, R], tasks: Iterator[T], jobs: int, crashed: list[T]
) -> Generator[tuple[T, R], None, None]:
    """Outcomes of `tasks` until there are none or a process dies; those under way then are put into `crashed`.

    Closing the iterator (Ctrl-C) ends the processes at once, without waiting for their tasks.
    """
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")  # a fork would inherit OpenCV's and ONNX Runtime's threads, dead
    pool = ProcessPoolExecutor(jobs, context, _start)
    running: dict[Future[R], T] = {}
    try:
        while True:
            for task in islice(tasks, AHEAD * jobs - len(running)):
                try:
                    running[pool.submit(work.do, task)] = task
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
        with uninterrupted():
            if running:
                for process in set(multiprocessing.active_children()) - others:
                    process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
            for task in running.values():
                work.forget(task)


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent ends the pool
