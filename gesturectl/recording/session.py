"""A recording session: hands go in, states and takes come out. No thread, no clock, no file: time is the frames' own.

    count-in ─► ready ─► performing ─► resting ─► ready … ─► checking ─► review ─► learning ─► trying ─► saved
                                                             (outside)   ▲  │      (outside)
                                                                         └──┴ retry

"Outside" means that whoever runs the session compares or learns, and tells it the outcome. It may be cancelled at every
step; nothing is written before it is used, and what was written then is for whoever wrote it to take back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gesturectl.errors import UsageError
from gesturectl.gestures.take import Take
from gesturectl.recording.cutting import Cutter, Doing, Episode
from gesturectl.recording.states import Caution, Made, State, Step, Verdict
from gesturectl.recording.stroke import plain_take, take_of
from gesturectl.recording.verdicts import judged
from gesturectl.types import NOTHING, GestureEvent, Hands, Phase

TAKES = 5
"""Good takes that are asked for, unless somebody wants another number."""
MOST_TAKES = 20
COUNT_IN_MS = 3000
IDLE_MS = 30_000
REST_MS = 600
"""Between two takes at least, so that what comes next begins at rest."""
NO_HAND_MS = 30_000
"""How long a session waits for a hand."""
NOTHING_MS = 90_000
"""How long it waits for a gesture while hands are there."""
UNDECIDED_MS = 900_000
"""How long takes wait for a decision."""
UNTRIED_MS = 120_000
"""After how long without an attempt a gesture that is in use counts as saved."""
_SPARE = 3
"""Poor takes beyond as many as are asked for, until the session stops asking."""
_EARLY_MS, _LATE_MS = 300, 1000
"""A recognised gesture belongs to what was performed from so long before it began to so long after it was over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be recorded."""

    name: str
    takes: int = TAKES
    adds: bool = False
    """Whether takes are added to a gesture that is there."""

    @property
    def is_idle(self) -> bool:
        """Whether half a minute of nothing in particular is recorded instead."""
        return self.name == NOTHING


class Session:
    """One recording from the count-in to the end. For one thread at a time."""

    def __init__(self, plan: Plan) -> None:
        """Raises UsageError for a number of takes that nobody makes."""
        if not 1 <= plan.takes <= MOST_TAKES:
            raise UsageError("record", f"{plan.takes} takes can't be recorded", f"Ask for 1 to {MOST_TAKES}.")
        self.plan = plan
        self._cutter = Cutter()
        self._state = State(
            Step.COUNT_IN, plan.name, "", wanted=1 if plan.is_idle else plan.takes, is_addition=plan.adds,
            is_idle=plan.is_idle, countdown_ms=COUNT_IN_MS,
        )  # fmt: skip
        self._t_ms: int | None = None
        self._since_ms = 0
        self._hand_ms = 0
        self._cut_ms = 0
        self._picture = ""
        self._idle: list[Hands] = []
        self._heard_ms: list[int] = []
        self._missed: list[tuple[int, int]] = []
        self.hands: Hands | None = None
        """What was seen last, to be drawn."""
        self._go(Step.COUNT_IN)

    @property
    def state(self) -> State:
        """How it is now."""
        return replace(self._state, text=self._text())

    @property
    def step(self) -> Step:
        """Where it is now."""
        return self._state.step

    @property
    def takes(self) -> tuple[Take, ...]:
        """The takes that will be used."""
        return tuple(made.take for made in self._state.takes if made.kept)

    # ---- what happens

    def see(self, hands: Hands, picture: str = "") -> None:
        """The next frame, and what is wrong with the picture ("" for nothing)."""
        self.hands = hands
        if self._t_ms is None or self.step is Step.LOST or hands.t_ms < self._t_ms:
            self._begin_again(hands.t_ms)
        self._t_ms = hands.t_ms
        if hands.present.any():
            self._hand_ms = hands.t_ms
        self._picture = picture or self._picture
        episode = self._cutter.see(hands)
        match self.step:
            case Step.COUNT_IN:
                self._count_in()
            case Step.IDLING:
                self._see_nothing(hands)
            case Step.READY | Step.PERFORMING | Step.RESTING:
                self._perform(episode)
            case Step.TRYING:
                self._try(episode)
            case Step.REVIEW if self._passed_ms > UNDECIDED_MS:
                self._end(Step.TIMED_OUT, "Nobody decided what to do with the takes, so they were dropped.")
            case _:
                pass
        self._check_patience()

    def heard(self, event: GestureEvent) -> None:
        """A gesture was recognised; counts while trying."""
        if self.step is not Step.TRYING or event.gesture != self.plan.name or event.phase is not Phase.BEGIN:
            return
        late = next((k for k, (_, end_ms) in enumerate(self._missed) if event.t_ms <= end_ms + _LATE_MS), None)
        if late is not None:
            del self._missed[late]
            self._count(recognised=1)
        else:
            self._heard_ms.append(event.t_ms)

    def camera_lost(self, why: str) -> None:
        """No more pictures for now. What was being performed is dropped; the takes that are made stay."""
        self._cutter.forget()
        if self.step in (Step.COUNT_IN, Step.READY, Step.PERFORMING, Step.RESTING, Step.IDLING):
            self._idle.clear()
            self._go(Step.LOST, why)

    def no_more(self) -> None:
        """The source is a recording, and it is over: what there is has to do."""
        if self.step in (Step.COUNT_IN, Step.READY, Step.PERFORMING, Step.RESTING, Step.IDLING, Step.LOST):
            if self.takes:
                self._go(Step.CHECKING, f"The source ended after {self._state.good} of {self._state.wanted} takes.")
            else:
                self._end(Step.TIMED_OUT, "The source ended before there was a good take.")
        elif self.step is Step.TRYING:
            self._go(Step.SAVED)

    def checked(self, unlike: Mapping[int, str], warnings: Sequence[Caution], hint: str = "") -> None:
        """The takes were compared: which of them, by number, are unlike the others and why; and what else was found."""
        if self.step is Step.CHECKING:
            takes = tuple(
                made.unlike(unlike[made.number]) if made.number in unlike else made for made in self._state.takes
            )
            self._state = replace(self._state, takes=takes, warnings=tuple(warnings))
            self._go(Step.REVIEW, hint or self._state.hint)

    def learnt(self) -> None:
        """It is in use now."""
        if self.step is Step.LEARNING:
            self._go(Step.SAVED if self.plan.is_idle else Step.TRYING)

    def not_learnt(self, why: str) -> None:
        """It couldn't be written or learnt; the takes are still here."""
        if self.step is Step.LEARNING:
            self._go(Step.REVIEW, why)

    # ---- what a person decides

    def use(self) -> tuple[Take, ...]:
        """The takes to be written and learnt; `learnt` or `not_learnt` says what came of it. Raises UsageError."""
        self._demand("used", Step.REVIEW)
        if not self.takes:
            raise UsageError("record", "there is no good take to be used", "Retry, or cancel.")
        self._go(Step.LEARNING)
        return self.takes

    def retry(self, numbers: Sequence[int] = ()) -> None:
        """Make takes again: those with these numbers, or as many as good ones are missing. Raises UsageError."""
        self._demand("retried", Step.REVIEW, Step.READY, Step.RESTING)
        known = {made.number for made in self._state.takes}
        if unknown := [number for number in numbers if number not in known]:
            raise UsageError("record", f"there is no take {unknown[0]}", f"There are takes 1 to {len(known)}.")
        takes = tuple(replace(made, kept=made.kept and made.number not in numbers) for made in self._state.takes)
        poor = sum(not made.kept for made in takes)
        self._state = replace(self._state, takes=takes, warnings=())
        if self.plan.is_idle:
            self._state = replace(self._state, takes=())
        elif self._state.good >= self._state.wanted:  # nothing is missing: one more
            self._state = replace(self._state, wanted=self._state.good + 1)
        self._spare = poor + self._state.wanted + _SPARE
        if self.step is Step.REVIEW:
            self._go(Step.COUNT_IN)

    def finish(self) -> None:
        """Done with trying and binding. Raises UsageError."""
        self._demand("finished", Step.TRYING)
        self._go(Step.SAVED)

    def cancel(self) -> None:
        """Stop; nothing stays. Does nothing once it is over."""
        if not self.step.is_over:
            self._end(Step.CANCELLED, "")

    # ---- step by step

    def _begin_again(self, t_ms: int) -> None:
        """The first frame, or the first after a gap."""
        self._cutter.forget()
        self._since_ms = self._hand_ms = self._cut_ms = t_ms
        self._t_ms = t_ms
        if self.step in (Step.LOST, Step.READY, Step.PERFORMING, Step.RESTING, Step.IDLING):
            self._idle.clear()
            self._go(Step.COUNT_IN)

    def _count_in(self) -> None:
        left_ms = max(0, COUNT_IN_MS - self._passed_ms)
        self._state = replace(self._state, countdown_ms=left_ms)
        if not left_ms:
            self._go(Step.IDLING if self.plan.is_idle else Step.RESTING)

    def _see_nothing(self, hands: Hands) -> None:
        self._idle.append(hands)
        left_ms = max(0, IDLE_MS - self._passed_ms)
        self._state = replace(self._state, countdown_ms=left_ms)
        if left_ms:
            return
        take = plain_take(self._idle)
        self._idle = []
        seen = bool(take.present.any())
        text = "" if seen else "No hand was seen in it, so there is nothing to learn from it."
        made = Made(1, take, (), Verdict.GOOD if seen else Verdict.LOST, text, kept=seen)
        self._state = replace(self._state, takes=(made,))
        self._go(Step.REVIEW)

    def _perform(self, episode: Episode | None) -> None:
        if episode is not None:
            self._keep(episode)
        if self.step is Step.CHECKING or self.step is Step.REVIEW:
            return
        rested = self._cutter.doing is Doing.RESTING and (self._t_ms or 0) - self._cut_ms >= REST_MS
        if self._cutter.doing is Doing.MOVING and self.step is Step.READY:
            self._go(Step.PERFORMING)
        elif self.step is Step.PERFORMING and self._cutter.doing is Doing.RESTING:
            self._go(Step.READY)  # it was nothing
        elif self.step is Step.RESTING and rested:
            self._go(Step.READY)

    def _keep(self, episode: Episode) -> None:
        takes = self._state.takes
        if episode.undoes_last and takes:
            takes = takes[:-1]
        take = take_of(episode)
        if take is not None:
            good = [made for made in takes if made.kept]
            number = max((made.number for made in takes), default=0) + 1
            takes = (*takes, judged(number, take, self._picture, good))
        self._state = replace(self._state, takes=takes)
        self._picture = ""
        self._cut_ms = self._t_ms or 0
        if self._state.good >= self._state.wanted:
            self._go(Step.CHECKING)
        elif len(takes) >= self._spare:
            poor = len(takes) - self._state.good
            self._go(
                Step.CHECKING if self.takes else Step.REVIEW, f"{poor} takes are poor; see what is wrong with them."
            )
        else:
            self._go(Step.RESTING, takes[-1].text if take is not None else "")

    def _try(self, episode: Episode | None) -> None:
        if self._passed_ms > UNTRIED_MS:
            self._go(Step.SAVED)
            return
        now_ms = self._t_ms or 0
        if episode is not None and (episode.undoes_last or take_of(episode) is not None):
            heard = [ms for ms in self._heard_ms if ms >= episode.began_ms - _EARLY_MS]
            self._heard_ms.clear()
            self._since_ms = now_ms
            if heard:
                self._count(attempts=1, recognised=1)
            else:
                self._missed.append((episode.began_ms, now_ms))
                self._count(attempts=1)
        overdue = [ms for ms in self._heard_ms if now_ms - ms > 2 * _LATE_MS and self._cutter.doing is Doing.RESTING]
        if overdue:  # it was recognised, though not cut: a small motion
            self._heard_ms.clear()
            self._count(attempts=1, recognised=1)
        self._missed = [(began_ms, end_ms) for began_ms, end_ms in self._missed if now_ms <= end_ms + _LATE_MS]

    def _check_patience(self) -> None:
        if self.step not in (Step.READY, Step.PERFORMING, Step.RESTING):
            return
        now_ms = self._t_ms or 0
        if now_ms - self._hand_ms > NO_HAND_MS:
            hint = (
                f"No hand was seen for {NO_HAND_MS // 1000} s. Is your hand in the picture, is there light, is it the "
                "right camera? 'gesturectl doctor' looks."
            )
            self._end(Step.TIMED_OUT, hint)
        elif now_ms - self._cut_ms > NOTHING_MS:
            hint = (
                f"Nothing was performed for {NOTHING_MS // 1000} s. A take begins when a hand leaves its rest or comes "
                "into the picture, and is over when it rests again."
            )
            self._end(Step.TIMED_OUT, hint)

    # ---- small things

    @property
    def _passed_ms(self) -> int:
        return (self._t_ms or 0) - self._since_ms

    def _go(self, step: Step, hint: str = "") -> None:
        if step is Step.COUNT_IN:
            taken = len(self._state.takes)
            self._spare = max(getattr(self, "_spare", 0), taken + self._state.wanted + _SPARE)
        if step in (Step.COUNT_IN, Step.IDLING):
            self._state = replace(self._state, countdown_ms=COUNT_IN_MS if step is Step.COUNT_IN else IDLE_MS)
        else:
            self._state = replace(self._state, countdown_ms=0)
        if step is Step.RESTING and self.step is Step.COUNT_IN:
            self._cut_ms = self._t_ms or 0
        keeps_hint = step in (Step.READY, Step.PERFORMING)
        self._state = replace(self._state, step=step, hint=hint or (self._state.hint if keeps_hint else ""))
        self._since_ms = self._t_ms or 0

    def _end(self, step: Step, hint: str) -> None:
        self._go(step, hint)
        self._state = replace(self._state, takes=())
        self._idle = []
        self._cutter.forget()

    def _count(self, attempts: int = 0, recognised: int = 0) -> None:
        state = self._state
        self._state = replace(state, attempts=state.attempts + attempts, recognised=state.recognised + recognised)

    def _demand(self, what: str, *steps: Step) -> None:
        if self.step not in steps:
            remedy = "It is over; record again." if self.step.is_over else f"Wait: {self._text()}"
            raise UsageError("record", f"it can't be {what} now", remedy)

    def _text(self) -> str:
        state, name = self._state, self.plan.name
        match state.step:
            case Step.COUNT_IN:
                what = "go on as usual" if self.plan.is_idle else "rest your hands, in the picture or out of it"
                return f"Get ready: {what}. It begins in {-(-state.countdown_ms // 1000)} s."
            case Step.READY:
                return f"Show “{name}” now ({state.good + 1} of {state.wanted}), then rest your hand."
            case Step.PERFORMING:
                return "Watching … rest your hand when it is done."
            case Step.RESTING:
                return "Rest your hand."
            case Step.IDLING:
                return f"Do what you usually do, no gestures: {-(-state.countdown_ms // 1000)} s to go."
            case Step.LOST:
                return "The camera gives no pictures. It goes on when they come back."
            case Step.CHECKING:
                return "Comparing the takes with each other and with your other gestures …"
            case Step.REVIEW:
                return self._review()
            case Step.LEARNING:
                return "Learning …"
            case Step.TRYING:
                tried = f": {state.recognised} of {state.attempts} recognised" if state.attempts else ""
                return f"“{name}” works now. Try it{tried}."
            case Step.SAVED:
                return "Half a minute of nothing is saved." if self.plan.is_idle else f"“{name}” is saved."
            case Step.CANCELLED:
                return "Cancelled; nothing was kept."
            case Step.TIMED_OUT:
                return "Given up; nothing was kept."

    def _review(self) -> str:
        state = self._state
        if self.plan.is_idle:
            return "Half a minute is recorded. Use it?" if state.good else "It shows no hand. Retry?"
        return f"{state.good} of {state.wanted} takes are good. Use them?"
