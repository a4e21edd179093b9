"""Times of the week at which gestures rest, as a person writes them: "22:00-07:00", "Mon-Fri 12:00-13:00"."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_FORM = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:\s*-\s*(?P<last>[a-z]{3}))?\s+)?"
    r"(?P<from>\d{1,2}:\d{2})\s*-\s*(?P<to>\d{1,2}:\d{2})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RestTime:
    """One span of a day, on some days; over midnight it belongs to the day on which it starts."""

    days: frozenset[int]
    """0 is Monday."""
    start: time
    end: time
    """Not included."""

    def holds(self, now: datetime) -> bool:
        """Whether it is now."""
        if self.start <= self.end:
            return now.weekday() in self.days and self.start <= now.time() < self.end
        if now.time() >= self.start:
            return now.weekday() in self.days
        return now.time() < self.end and (now - timedelta(days=1)).weekday() in self.days


def parse_rest_time(text: str) -> RestTime | None:
    """The span that `text` names; None if it is none."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    try:
        start, end = (time.fromisoformat(found[key].zfill(5)) for key in ("from", "to"))
        first = DAYS.index((found["first"] or "mon").lower())
        last = DAYS.index((found["last"] or found["first"] or "sun").lower())
    except ValueError:  # no such hour, no such day
        return None
    if start == end:
        return None
    span = range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
    return RestTime(frozenset(span), start, end)
