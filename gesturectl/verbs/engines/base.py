"""What an engine is: it does one thing with many tasks, and tells the outcomes as they come."""

import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
"""A task: plain values that can be sent to another process or machine."""
R = TypeVar("R")
"""Its outcome, as plain."""

AHEAD = 2
"""Tasks that wait for each process, so that none is idle and few outcomes are in memory."""


def _leave(task: object) -> None:
    """What most tasks that were ended half-way need: nothing."""


@dataclass(frozen=True, slots=True)
class Work(Generic[T, R]):
    """What is done with every task. Its functions are module level, so that other processes find them by name."""

    do: Callable[[T], R]
    """Does one task. What goes wrong with it is an outcome, not an exception, and so passes between processes whole."""
    lost: Callable[[T, str], R]
    """The outcome of a task that took its process or machine down; given the reason, as “its process crashes”."""
    forget: Callable[[T], None] = _leave
    """Removes what a task that was ended half-way left behind."""


class Engine(Protocol):
    """Does `work` with every one of `tasks`, which it takes when it can begin them."""

    def __call__(self, work: Work[T, R], tasks: Iterable[T], /) -> Generator[tuple[T, R], None, None]:
        """The outcomes as they come, in any order; closing it (Ctrl-C) stops the work and leaves no process."""


def in_turn(work: Work[T, R], tasks: Iterable[T], /) -> Generator[tuple[T, R], None, None]:
    """The engine of one job: this very process."""
    return ((task, work.do(task)) for task in tasks)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Within, Ctrl-C is ignored: a second one while processes are being ended would leave some that nobody ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
