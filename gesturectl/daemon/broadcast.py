"""News for whoever in this process wants them: the tray, the studio's page, a recording session.

    with engine.broadcast.listen(StatusChanged, Report) as listener:
        while (news := listener.take(timeout_s=1.0)) is not None:
            ...

An asyncio program gives `wake=lambda: loop.call_soon_threadsafe(...)` and drains the listener there.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from gesturectl.daemon.performer import Report
from gesturectl.daemon.stage import attempt
from gesturectl.daemon.status import Status
from gesturectl.recognition.attempts import Attempt
from gesturectl.settings import Settings

_log = logging.getLogger(__name__)

_KEPT = 256
"""News that wait for one listener; far more than pile up while a listener does its work."""

JobState = Literal["running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """How it is now. Comes after everything that may have changed it, and once a second at least."""

    status: Status
    """A copy that nobody changes."""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Somebody changed a setting; it is written and in force."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class Progress:
    """How a long job goes."""

    job: str
    """"recording", "training"."""
    state: JobState
    words: str = ""
    """For a person: "take 3 of 5", "epoch 12 of 40, 96.1 %", or why it failed."""
    fraction: float | None = None
    """How much is done, in [0, 1]; None while nobody knows."""
    details: Mapping[str, object] = field(default_factory=dict)
    """What more the job has to tell; ready for JSON, never changed afterwards."""


News = StatusChanged | SettingsChanged | Report | Attempt | Progress
"""Frozen values, so that they can be read in any thread."""


class Broadcast:
    """Passes news on. All methods may be called from any thread; none waits for a listener."""

    def __init__(self, joined: Callable[[], None] = lambda: None) -> None:
        """`joined` is called when somebody begins to listen: the moment to tell how it is now."""
        self._joined = joined
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, *kinds: type[News], wake: Callable[[], None] = lambda: None) -> "Listener":
        """A listener for these kinds of news (none given: all), until it is closed.

        `wake` is called in the publisher's thread when there is something to take: it must return at once. If it
        raises, the listener is closed.
        """
        listener = Listener(kinds, wake, self._leave)
        with self._lock:
            self._listeners = (*self._listeners, listener)
        self._joined()
        return listener

    def wanted(self, kind: type[News]) -> bool:
        """Whether anybody listens for this kind; if not, it needn't be made."""
        return any(listener.wants(kind) for listener in self._listeners)

    def publish(self, news: News) -> None:
        """Leave `news` for everybody who listens for its kind."""
        for listener in self._listeners:
            if not listener.wants(type(news)):
                continue
            error = listener.put(news)
            if error is not None:
                _log.error("a listener is gone: %s", error)
                listener.close()

    def _leave(self, gone: "Listener") -> None:
        with self._lock:
            self._listeners = tuple(listener for listener in self._listeners if listener is not gone)


class Listener:
    """What waits for one listener, oldest first. Of a listener that doesn't keep up, the oldest news are lost.

    A status that a newer one follows directly is skipped, and so is a job's progress: the newest says it all.
    """

    def __init__(
        self, kinds: tuple[type[News], ...], wake: Callable[[], None], leave: Callable[["Listener"], None]
    ) -> None:
        self._kinds, self._wake, self._leave = kinds, wake, leave
        self._waiting: deque[News] = deque(maxlen=_KEPT)
        self._changed = threading.Condition()
        self._closed = False
        self.missed = 0
        """News that were lost because nobody took them."""

    def wants(self, kind: type[News]) -> bool:
        """Whether this kind is listened for."""
        return not self._kinds or kind in self._kinds

    def put(self, news: News) -> Exception | None:
        """Leave `news`; what `wake` raised, if it did. For the publisher."""
        with self._changed:
            if self._closed:
                return None
            if self._waiting and _outdates(news, self._waiting[-1]):
                self._waiting[-1] = news
            else:
                self.missed += len(self._waiting) == _KEPT
                self._waiting.append(news)
            self._changed.notify()
        return attempt("listener", self._wake)

    def take(self, timeout_s: float | None = None) -> News | None:
        """The oldest news, waiting for it (None: for ever); None if there is none in time, or it was closed."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        with self._changed:
            while not self._waiting and not self._closed:
                left_s = None if deadline_s is None else deadline_s - time.monotonic()
                if left_s is not None and left_s <= 0:
                    return None
                self._changed.wait(left_s)
            return self._waiting.popleft() if self._waiting and not self._closed else None

    def drain(self) -> list[News]:
        """All that waits, without waiting."""
        with self._changed:
            news = list(self._waiting)
            self._waiting.clear()
        return news

    def close(self) -> None:
        """Hear no more. Ends a `take` that waits. Safe from any thread and to call twice."""
        self._leave(self)
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _outdates(new: News, old: News) -> bool:
    """Whether `new` says all that `old` said."""
    if isinstance(new, Progress) and isinstance(old, Progress):
        return new.job == old.job and old.state == "running" and not old.details
    return isinstance(new, StatusChanged | SettingsChanged) and type(new) is type(old)
