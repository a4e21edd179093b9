"""Times of the week at which gestures rest."""

from datetime import datetime

import pytest

from gesturectl.rest_times import parse_rest_time

MONDAY_NOON = datetime(2026, 3, 2, 12, 0)


@pytest.mark.parametrize(
    ("text", "at", "holds"),
    [
        ("09:00-17:00", "2026-03-02 12:00", True),
        ("09:00-17:00", "2026-03-02 17:00", False),
        ("22:00-07:00", "2026-03-02 23:30", True),
        ("22:00-07:00", "2026-03-03 06:59", True),
        ("22:00-07:00", "2026-03-03 07:00", False),
        ("Mon-Fri 12:00-13:00", "2026-03-06 12:30", True),
        ("Mon-Fri 12:00-13:00", "2026-03-07 12:30", False),
        ("Fri 22:00-02:00", "2026-03-07 01:00", True),
        ("Fri 22:00-02:00", "2026-03-06 01:00", False),
        ("Sat-Mon 9:00-10:00", "2026-03-02 09:30", True),
        ("Sat-Mon 9:00-10:00", "2026-03-03 09:30", False),
    ],
)
def test_a_span_holds_on_its_days_and_over_midnight(text: str, at: str, holds: bool) -> None:
    span = parse_rest_time(text)
    assert span is not None
    assert span.holds(datetime.fromisoformat(at)) is holds


@pytest.mark.parametrize("text", ["", "always", "25:00-26:00", "Foo 10:00-11:00", "10:00-10:00", "10-11", "10:00"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert parse_rest_time(text) is None
