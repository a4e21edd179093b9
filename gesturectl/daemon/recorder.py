"""Runs the one recording session there may be: hands come from vision, decisions from the engine or the page.

Comparing and learning take seconds, so they have a thread of their own while they last.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gesturectl.daemon.broadcast import JobState, Progress
from gesturectl.daemon.stage import attempt
from gesturectl.errors import UsageError
from gesturectl.gestures.take import Take
from gesturectl.recording.states import State, Step
from gesturectl.types import GestureEvent, Hands

if TYPE_CHECKING:
    from gesturectl.recording.learning import Kept, Learning
    from gesturectl.recording.session import Plan, Session

_log = logging.getLogger(__name__)

JOB = "recording"
"""What its progress is called."""


class Recorder:
    """Records a gesture while the daemon watches. All methods may be called from any thread and return at once."""

    def __init__(self, learning: "Callable[[], Learning]", tell: Callable[[Progress], None]) -> None:
        """`learning` is called at the start of each recording; `tell` hears how it goes, in whichever thread."""
        self._new_learning, self._tell = learning, tell
        self._lock = threading.RLock()
        self._session: Session | None = None
        self._learning: Learning
        self._kept: Kept | None = None
        self._worker: threading.Thread | None = None
        self._told: tuple[object, ...] = ()

    # ---- asked

    @property
    def state(self) -> State | None:
        """How the recording is; of one that is over, how it ended. None before the first."""
        with self._lock:
            return self._session.state if self._session is not None else None

    @property
    def is_watching(self) -> bool:
        """Whether hands are shown to a recording, so that gestures mustn't act."""
        session = self._session
        return session is not None and session.step.is_watching

    @property
    def hands(self) -> Hands | None:
        """What the recording saw last."""
        session = self._session
        return session.hands if session is not None and session.step.is_watching else None

    @property
    def names(self) -> tuple[str, ...]:
        """The gesture that is in use because it was just recorded, if one is."""
        state = self.state
        return (state.name,) if state is not None and state.step in (Step.TRYING, Step.SAVED) else ()

    def take(self, number: int) -> Take:
        """The landmarks of take `number`, whatever its verdict. Raises UsageError."""
        state = self.state
        for made in state.takes if state is not None else ():
            if made.number == number:
                return made.take
        raise UsageError("record", f"there is no take {number}", "Take 1 is the first that was made.")

    # ---- decided

    def start(self, plan: "Plan") -> State:
        """Begin. Raises UsageError, BadNameError, LibraryError."""
        from gesturectl.recording.session import Session  # only whoever records waits for it

        with self._lock:
            if self._session is not None and not self._session.step.is_over:
                fact = f"“{self._session.plan.name}” is being recorded"
                raise UsageError("record", fact, "Finish that first, or cancel it: gesturectl record --cancel.")
            learning = self._new_learning()
            learning.shelf.check(plan.name, plan.adds, learning.enrolled())
            self._session, self._learning, self._kept = Session(plan), learning, None
            self._work(self._prepare)
        return self._changed()

    def use(self) -> State:
        """Write the takes and learn them. Raises UsageError."""
        with self._lock:
            session = self._current()
            takes = session.use()
            self._work(lambda: self._keep(session, takes))
        return self._changed()

    def retry(self, numbers: Sequence[int] = ()) -> State:
        """Make takes again. Raises UsageError."""
        with self._lock:
            self._current().retry(numbers)
        return self._changed()

    def finish(self) -> State:
        """Done with trying. Raises UsageError."""
        with self._lock:
            self._current().finish()
        return self._changed()

    def cancel(self) -> State:
        """Stop, and take back what was written. Raises UsageError if nothing is being recorded."""
        with self._lock:
            session = self._current()
            kept, self._kept = self._kept, None
            session.cancel()
            if kept is not None:
                self._work(lambda: self._take_back(kept))
        return self._changed()

    # ---- told, by vision

    def see(self, hands: Hands, picture: str, events: Sequence[GestureEvent]) -> None:
        """One frame: the hands in it, what is wrong with the picture, and what was recognised."""
        with self._lock:
            session = self._session
            if session is None or session.step.is_over:
                return
            was = session.step
            session.see(hands, picture)
            for event in events:
                session.heard(event)
            self._check(session, was)
        self._changed()

    def no_more(self) -> None:
        """The source is a recording, and it is over."""
        with self._lock:
            if self._session is not None and not self._session.step.is_over:
                was = self._session.step
                self._session.no_more()
                self._check(self._session, was)
                self._changed()

    def broke_off(self, why: str) -> None:
        """The camera gives no more pictures."""
        with self._lock:
            if self._session is not None and not self._session.step.is_over:
                self._session.camera_lost(why)
                self._changed()

    # ---- work

    def wait(self, timeout_s: float) -> None:
        """Until what is being compared or learnt is done."""
        if self._worker is not None:
            self._worker.join(timeout_s)

    def _check(self, session: "Session", was: Step) -> None:
        if session.step is Step.CHECKING and was is not Step.CHECKING:
            takes = [(made.number, made.take) for made in session.state.takes if made.kept]
            self._work(lambda: self._compare(session, takes))

    def _prepare(self) -> None:
        error = attempt("recording", self._learning.prepare)
        if error is not None:
            _log.warning("%s", error)  # it is said again, with the comparison

    def _compare(self, session: "Session", takes: Sequence[tuple[int, Take]]) -> None:
        numbers = [number for number, _ in takes]

        def compare() -> None:
            found = self._learning.compare(session.plan.name, [take for _, take in takes])
            with self._lock:
                session.checked({numbers[k]: text for k, text in found.unlike.items()}, found.cautions)

        error = attempt("recording", compare)
        if error is not None:
            with self._lock:
                session.checked({}, (), f"The takes couldn't be compared. {error}")
        self._changed()

    def _keep(self, session: "Session", takes: Sequence[Take]) -> None:
        def keep() -> None:
            kept = self._learning.keep(session.plan.name, takes)
            with self._lock:
                if session.step is Step.LEARNING:
                    self._kept = kept
                    session.learnt()
                    return
            self._learning.take_back(kept)  # it was cancelled meanwhile

        error = attempt("recording", keep)
        if error is not None:
            with self._lock:
                session.not_learnt(str(error))
        self._changed()

    def _take_back(self, kept: "Kept") -> None:
        error = attempt("recording", lambda: self._learning.take_back(kept))
        if error is not None:
            _log.warning("%s", error)

    def _work(self, job: Callable[[], None]) -> None:
        """One job after the other: what is learnt depends on what was written before."""
        before = self._worker

        def work() -> None:
            if before is not None:
                before.join()
            job()

        self._worker = threading.Thread(name="gesturectl-record", target=work, daemon=True)
        self._worker.start()

    # ---- small things

    def _current(self) -> "Session":
        if self._session is None or self._session.step.is_over:
            raise UsageError("record", "nothing is being recorded", "Begin with 'gesturectl record NAME'.")
        return self._session

    def _changed(self) -> State:
        """Tell what has changed, if anything has that a person would notice."""
        with self._lock:
            assert self._session is not None  # noqa: S101  whoever calls this has just used it
            state = self._session.state
            seconds = -(-state.countdown_ms // 1000)
            told = (state.step, state.good, len(state.takes), state.hint, seconds, state.attempts, state.recognised)
            news, self._told = told != self._told, told
        if news:
            self._tell(_progress(state))
        return state


def _progress(state: State) -> Progress:
    ends: dict[Step, JobState] = {Step.SAVED: "done", Step.CANCELLED: "cancelled", Step.TIMED_OUT: "failed"}
    words = f"{state.text} {state.hint}".strip()
    fraction = min(1.0, state.good / state.wanted) if state.wanted else None
    details: dict[str, Any] = state.as_json()
    return Progress(JOB, ends.get(state.step, "running"), words, fraction, details)
