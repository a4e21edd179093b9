"""Cuts takes out of a stream of hands, with nobody pressing anything: from leaving rest to being at rest again.

    settling   not known yet how the hands rest: out of the picture, or still for a moment
    resting    as they rest; a hand that gets far from there (or comes in) for a moment has begun something
    moving     until the hands are back, or gone, or still for so long that it is a pose that is held; what comes after
               such a pose, until the hands rest again, is the way back

What counts as rest is found out, not asked. A hand that stops where it stopped before, in one go, was resting there:
people who raise their hand from the desk first, and then begin, need no other treatment. No clock: time is the frames'.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gesturectl.recording.posture import Posture, apart, middle, posture, wander
from gesturectl.types import Hands

LEFT_REST = 0.5
"""Palms from its rest at which a hand has begun something; a hand held still wanders by 0.1, trackers add as much."""
AT_REST = 0.4
"""Palms from its rest within which a hand is back: nobody comes back to quite the same place."""
_BEGUN_MS = 120
"""How long a hand must be away from its rest: less is a tracker's jump to something else."""
_STILL_MS = 350
"""How long a hand must be still to be at rest."""
_STILL = 0.22
"""Palms around its middle in which a still hand stays, in most frames."""
_DWELL_MS = 450
"""How long a hand must be still where it may have rested before: longer than the pause before a stroke."""
HELD_MS = 1500
"""How long a hand must be still elsewhere to be a pose that is held, and over."""
_STEP_MS = 150
"""Between two frames that show a hand, at most, as a rule: 12 a second, one of them lost."""
GONE_MS = 600
"""How long a hand must be missing to have left; a fast stroke may hide it for less."""
LONGEST_MS = 9000
"""What lasts longer is no gesture: the hand works."""
KEPT_MS = 1500
"""What is remembered of the rest before something begins."""


class Doing(StrEnum):
    """What the hands are doing."""

    SETTLING = "settling"
    RESTING = "resting"
    MOVING = "moving"


class Ended(StrEnum):
    """How something that a hand did came to its end."""

    BACK = "back"
    """The hands are where they rested before."""
    GONE = "gone"
    """They left the picture."""
    HELD = "held"
    """They are still, elsewhere: a pose."""
    TOO_LONG = "too long"
    """It didn't end."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One frame and how the hands are held in it."""

    hands: Hands
    posture: Posture

    @property
    def t_ms(self) -> int:
        """When it was captured."""
        return self.hands.t_ms


@dataclass(frozen=True, slots=True, eq=False)
class Episode:
    """Something that the hands did between two rests, the way there and back included."""

    frames: tuple[Seen, ...]
    """From a little before it began until its end was noticed."""
    began_ms: int
    """When a hand left its rest or came in."""
    ended: Ended
    before: Posture
    """How the hands rested before."""
    undoes_last: bool = False
    """The pose that was held before this was no gesture: it was how the hand rests."""


class Cutter:
    """Finds out when something begins and when it is over, frame after frame."""

    def __init__(self) -> None:
        self._frames: deque[Seen] = deque()
        self.forget()

    def forget(self) -> None:
        """The stream breaks off here: what was being done is dropped."""
        self._frames.clear()
        self.doing = Doing.SETTLING
        """What the hands are doing now."""
        self._rest: Posture | None = None
        self._away_since_ms: int | None = None
        self._began_ms = 0
        self._stops: list[tuple[int | None, Posture]] = []
        self._unsure = False
        """The rest may as well be a pose that is still held."""
        self._sure_rest: Posture | None = None
        """How the hands rested before that pose."""

    def see(self, hands: Hands) -> Episode | None:
        """Take the next frame; what has just come to its end, if something has."""
        if self._frames and hands.t_ms <= self._frames[-1].t_ms:
            self.forget()
        self._frames.append(Seen(hands, posture(hands)))
        match self.doing:
            case Doing.SETTLING:
                self._settle()
            case Doing.RESTING:
                self._watch_rest()
            case Doing.MOVING:
                return self._watch_motion()
        return None

    # ---- at rest

    def _settle(self) -> None:
        if self._since(self._frames[0].t_ms) >= _STILL_MS and self._is_still(_STILL_MS):
            self._rest_here(_STILL_MS)
        self._keep(KEPT_MS)

    def _watch_rest(self) -> None:
        assert self._rest is not None  # noqa: S101  set before this is called
        now = self._frames[-1]
        if not self._is_away(now.posture, self._rest):
            if self._is_still(_STILL_MS):
                rest = self._lately(_STILL_MS)  # hands sink and drift
                self._unsure &= bool((rest.present == self._rest.present).all())
                self._rest = rest
            if (now.posture.present | ~self._rest.present).all():  # a hand that is missing may be away
                self._away_since_ms = None
        elif self._away_since_ms is None:
            self._away_since_ms = now.t_ms
        if self._away_since_ms is not None and self._since(self._away_since_ms) >= _BEGUN_MS:
            self.doing = Doing.MOVING
            self._began_ms = self._left_rest_ms(self._rest, self._away_since_ms)
            self._stops = []
            return
        self._keep(KEPT_MS)

    def _rest_here(self, over_ms: int, unsure: bool = False) -> None:
        self._rest = self._lately(over_ms)
        self._away_since_ms = None
        self._unsure = unsure
        self.doing = Doing.RESTING

    # ---- in motion

    def _watch_motion(self) -> Episode | None:
        assert self._rest is not None  # noqa: S101  set before this is called
        if self._since(self._began_ms) > LONGEST_MS:
            return self._end(Ended.TOO_LONG, self._began_ms, self._rest)
        present = self._lately(GONE_MS).present
        if not present.any():
            return self._end(Ended.GONE, self._began_ms, self._rest)
        self._note_departures()
        if self._since(self._away_since_ms or 0) < _BEGUN_MS + _STILL_MS or not self._is_still(_STILL_MS):
            return None
        here = self._lately(_STILL_MS)
        if self._unsure and self._sure_rest is not None and self._is_same(here, self._sure_rest):
            self._rest_here(_STILL_MS)  # the way back from the pose
            self._keep(KEPT_MS)
            return None
        if not self._is_away(here, self._rest, AT_REST):
            return self._end(Ended.BACK, self._began_ms, self._rest)
        if not self._is_still(_DWELL_MS):
            return None
        for left_ms, stop in self._stops:
            if left_ms is not None and not self._is_away(here, stop, AT_REST):
                return self._end(Ended.BACK, left_ms, stop)
        if all(self._is_away(here, stop, AT_REST) for _, stop in self._stops):
            self._stops.append((None, here))
        return self._end(Ended.HELD, self._began_ms, self._rest) if self._is_still(HELD_MS) else None

    def _note_departures(self) -> None:
        """Remember since when the hands have left where they stopped before."""
        now = self._lately(_BEGUN_MS)
        for k, (left_ms, stop) in enumerate(self._stops):
            if left_ms is None and self._is_away(now, stop):
                self._stops[k] = (self._left_rest_ms(stop, self._frames[-1].t_ms - _BEGUN_MS), stop)

    def _end(self, ended: Ended, began_ms: int, before: Posture) -> Episode | None:
        first_ms = began_ms - KEPT_MS
        frames = tuple(seen for seen in self._frames if seen.t_ms >= first_ms)
        undoes_last = self._unsure and ended is Ended.BACK and before is self._rest
        episode = Episode(frames, began_ms, ended, before, undoes_last)
        was_return = self._unsure and before is self._rest and not undoes_last
        if ended is Ended.TOO_LONG:
            self.forget()
            return episode
        if ended is Ended.HELD and not was_return:
            self._sure_rest = before
            self._rest_here(_STILL_MS, unsure=True)
        else:
            self._rest_here(_STILL_MS)
        self._keep(KEPT_MS)
        return None if was_return else episode

    # ---- what the last frames show

    def _since(self, t_ms: int) -> int:
        return self._frames[-1].t_ms - t_ms

    def _keep(self, for_ms: int) -> None:
        while self._since(self._frames[0].t_ms) > for_ms:
            self._frames.popleft()

    def _last(self, over_ms: int) -> list[Seen]:
        """The last frames, newest first."""
        found = []
        for seen in reversed(self._frames):
            if self._since(seen.t_ms) > over_ms:
                break
            found.append(seen)
        return found

    def _lately(self, over_ms: int) -> Posture:
        return middle([seen.posture for seen in self._last(over_ms)])

    def _is_still(self, over_ms: int) -> bool:
        """Whether each hand has stayed where it is, or out of the picture, for so long."""
        if self._since(self._frames[0].t_ms) < over_ms:
            return False
        last, lately = self._last(over_ms), self._last(GONE_MS)
        for slot in range(2):
            there = [seen for seen in last if seen.posture.present[slot]]
            if not there:
                if any(seen.posture.present[slot] for seen in lately):
                    return False  # missing, but it may be a drop-out
                continue
            if len(there) < 0.6 * len(last) or self._since(there[-1].t_ms) < over_ms - _STEP_MS:
                return False
            if np.quantile(wander([seen.posture for seen in there], slot), 0.85) > _STILL:
                return False
        return True

    def _is_away(self, now: Posture, rest: Posture, limit: float = LEFT_REST) -> bool:
        """Whether a hand is elsewhere than at rest. One that is missing isn't: it may be a drop-out."""
        for slot in range(2):
            if now.present[slot] and not (rest.present[slot] and apart(now, rest, slot) <= limit):
                return True
        return False

    def _is_same(self, now: Posture, rest: Posture) -> bool:
        """Whether the hands are as at rest, those that are out of the picture, too."""
        return bool((now.present == rest.present).all()) and not self._is_away(now, rest, AT_REST)

    def _left_rest_ms(self, rest: Posture, by_ms: int) -> int:
        """When the hands were last at `rest` before `by_ms`."""
        for seen in reversed(self._frames):
            if seen.t_ms <= by_ms and not self._is_away(seen.posture, rest, AT_REST / 2):
                return seen.t_ms
        return self._frames[0].t_ms
