"""From a frame to gesture events, with the figures that tell how it goes. One thread at a time."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Protocol, TypeVar

from gesturectl.capture.health import FrameRate
from gesturectl.daemon.messages import HandsAt, InView, Tried
from gesturectl.daemon.remembered import Scene, Surroundings
from gesturectl.daemon.view import View, view_of
from gesturectl.pointing.place import places_of
from gesturectl.recognition.attempts import Attempt
from gesturectl.recognition.decide import Rejection
from gesturectl.types import HANDS, Frame, GestureEvent, Hand, Hands, Prediction

T = TypeVar("T")


class Schedule(Protocol):
    """What is needed of `landmarks.schedule.Schedule`."""

    def wants(self, t_ms: int) -> bool:
        """Whether the frame grabbed at `t_ms` is worth decoding."""

    def needs_only_a_glance(self, t_ms: int) -> bool:
        """Whether of that frame a small grey picture will do, unless that shows motion."""

    def free_ms(self, t_ms: int) -> int:
        """For how long after `t_ms` no frame will be wanted because nobody is there."""

    def process(self, frame: Frame) -> Hands:
        """The hands in `frame`."""

    def reset(self) -> None:
        """Forget all hands: the stream breaks off here."""


class Recogniser(Protocol):
    """What is needed of `recognition.recogniser.Recogniser`."""

    @property
    def last(self) -> Mapping[Hand, Prediction]:
        """The newest prediction of each hand in view."""

    @property
    def rejections(self) -> Sequence[Rejection]:
        """Candidates that didn't fire, newest last."""

    def update(self, hands: Hands) -> list[GestureEvent]:
        """The events that these hands bring about."""

    def release(self, t_ms: int) -> list[GestureEvent]:
        """The ends of all gestures that last."""

    def begin_anew(self) -> None:
        """Watching begins again after a break."""

    def catch_up(self) -> None:
        """Look at frames that wait, so that `last` and `rejections` tell of the newest."""

    def tried(self) -> list[Attempt]:
        """What hands tried since this was last asked."""


class Pipeline:
    """Looks at frames one after the other."""

    def __init__(self, schedule: Schedule, recogniser: Recogniser) -> None:
        self._schedule, self._recogniser = schedule, recogniser
        self._looking = threading.Lock()
        self.meter = Meter()
        """How it goes; `frame_came` is for whoever grabs frames to call."""
        self.hands: Hands | None = None
        """What was seen last."""
        self._surroundings = Surroundings()
        self._told: tuple[Hand, ...] = ()

    def wants(self, t_ms: int) -> bool:
        """Whether the frame grabbed at `t_ms` is worth decoding. May be asked in another thread than `look` runs in."""
        # Whatever a look that is under way finds, the newest frame may be wanted after it.
        return self._asked(self._schedule.wants, t_ms, meanwhile=True)

    def needs_only_a_glance(self, t_ms: int) -> bool:
        """Whether of the frame grabbed at `t_ms`, if it is wanted, a glance will do at first. In any thread, too."""
        return self._asked(self._schedule.needs_only_a_glance, t_ms, meanwhile=False)

    def free_ms(self, t_ms: int) -> int:
        """For how long after `t_ms` no frame will be wanted because nobody is there. In any thread, too."""
        return self._asked(self._schedule.free_ms, t_ms, meanwhile=0)

    def _asked(self, question: Callable[[int], T], t_ms: int, meanwhile: T) -> T:
        """What the schedule says, or what holds while a look is under way: grabbing must not wait."""
        if not self._looking.acquire(blocking=False):
            return meanwhile
        try:
            return question(t_ms)
        finally:
            self._looking.release()

    def look(self, frame: Frame) -> list[GestureEvent]:
        """The events that this frame brings about."""
        started_s = time.perf_counter()
        with self._looking:
            hands = self._schedule.process(frame)
        tracked_s = time.perf_counter()
        events = self._recogniser.update(hands)
        self._surroundings.see(hands, events)
        self.meter.took("landmarks", tracked_s - started_s)
        self.meter.took("recognition", time.perf_counter() - tracked_s)
        self.meter.hands_frames += bool(hands.present.any())
        self.hands = hands
        return events

    def cut(self, t_ms: int) -> list[GestureEvent]:
        """The stream breaks off at `t_ms` (pause, lost camera, end): the ends of all gestures that last."""
        with self._looking:
            self._schedule.reset()
        self.hands = None
        self._surroundings.end()
        ended = self._recogniser.release(t_ms)
        self._recogniser.begin_anew()
        return ended

    def tried(self) -> list[Tried]:
        """What hands tried since this was last asked; what fired is told before its event, in the same look."""
        return [Tried(attempt) for attempt in self._recogniser.tried()]

    def scenes(self) -> list[Scene]:
        """What was seen around events, as far as it is known since this was last asked."""
        return self._surroundings.take()

    def change_in_view(self) -> InView | None:
        """The hands in view, if they are others than when this was last asked."""
        hands = self.hands_now
        if hands == self._told or self.hands is None:
            return None
        self._told = hands
        return InView(self.hands.t_ms, hands)

    def hands_at(self) -> HandsAt | None:
        """Where the hands are that were seen last; None before any look."""
        return None if self.hands is None else HandsAt(self.hands.t_ms, places_of(self.hands))

    def view(self, frame: Frame, brightness: float) -> View:
        """What `look` has just made of `frame`, with its picture: a millisecond or two of work."""
        assert self.hands is not None  # noqa: S101  set by `look`
        self._recogniser.catch_up()
        refused = tuple(r for r in reversed(self._recogniser.rejections) if r.t_ms == frame.t_ms)
        return view_of(frame, self.hands, self._recogniser.last, refused, brightness)

    @property
    def hands_now(self) -> tuple[Hand, ...]:
        """The hands in the newest frame that was looked at."""
        if self.hands is None:
            return ()
        return tuple(hand for hand, present in zip(HANDS, self.hands.present, strict=True) if present)


class Meter:
    """Counts frames and keeps the latest durations of each stage."""

    _KEPT = 120
    """A few seconds' worth: an average that follows a change of pace."""

    def __init__(self) -> None:
        self.frames = 0
        """Frames the source gave and somebody took."""
        self.hands_frames = 0
        """Frames in which a hand was seen."""
        self._rate = FrameRate()
        self._seconds: dict[str, deque[float]] = {}

    def frame_came(self, t_ms: int) -> None:
        """The source gave a frame."""
        self.frames += 1
        self._rate.tick(t_ms)

    def skipped(self) -> None:
        """Frames were left to pass, and it isn't known how many."""
        self._rate.skip()

    def broke_off(self) -> None:
        """No more frames for now: the gap says nothing about the source's rate."""
        self._rate = FrameRate()

    def took(self, stage: str, seconds: float) -> None:
        """One frame took so long in `stage`."""
        self._seconds.setdefault(stage, deque(maxlen=self._KEPT)).append(seconds)

    @property
    def fps(self) -> float:
        """Frames a second the source gives now; 0 while unknown."""
        return round(self._rate.fps or 0.0, 1)

    @property
    def stage_ms(self) -> dict[str, float]:
        """Milliseconds a frame in each stage, on average: much is done for some frames only, and then for several."""
        return {stage: round(fmean(tuple(seconds)) * 1000, 2) for stage, seconds in tuple(self._seconds.items())}
