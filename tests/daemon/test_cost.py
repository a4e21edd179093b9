"""What all processes together need of a core."""

import time

import pytest

from gesturectl.daemon.cost import Cost


@pytest.fixture
def cost(monkeypatch):
    monkeypatch.setattr(time, "process_time", lambda: 1.0)
    return Cost()


def test_nothing_is_known_before_two_reports(cost):
    assert cost.percent is None
    cost.note(0, 5.0)
    assert cost.percent is None


def test_it_is_what_was_spent_in_the_last_ten_seconds(cost, monkeypatch):
    for now_s in range(30):
        cost.note(now_s, 0.5 * now_s if now_s < 15 else 7.5 + 0.1 * (now_s - 15))
    assert cost.percent == pytest.approx(10.0)
    monkeypatch.setattr(time, "process_time", lambda: 2.0)
    cost.note(30, 9.0)
    assert cost.percent == pytest.approx(20.0)  # a second of our own more


def test_another_process_that_watches_begins_anew(cost):
    cost.note(0, 100.0)
    cost.note(1, 100.5)
    cost.note(2, 0.2)
    assert cost.percent is None
    cost.note(3, 0.7)
    assert cost.percent == pytest.approx(50.0)
