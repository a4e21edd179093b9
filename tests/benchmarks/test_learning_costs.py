"""What training costs: the child that trains, and what is said without torch."""

import importlib.util
from itertools import islice

import pytest

from gesturectl.benchmarks import training


@pytest.mark.train
def test_a_child_trains_and_tells_what_a_step_takes():
    told = training._steps(1)
    assert told["threads"] == 1
    assert 0 < told["processor_ms"] < told["clock_ms"] * 1.5
    assert told["peak_mb"] is None or told["peak_mb"] > 100


def test_without_torch_own_gestures_are_measured_and_the_rest_is_told(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(training, "enrol", lambda known, takes: None)
    (only,) = training.training(1, lambda words: None)
    assert [row.name for row in only.rows] == [f"{n} of 5 takes" for n in ("1 gesture", "3 gestures", "10 gestures")]
    assert "torch isn't installed" in only.note


def test_each_way_to_train_is_a_row_of_each_figure(monkeypatch):
    told = {"threads": 1, "clock_ms": 3.0, "processor_ms": 2.0, "peak_mb": None}
    monkeypatch.setattr(training, "_steps", lambda threads: told)
    monkeypatch.setattr(training, "enrol", lambda known, takes: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    clock, processor = islice(training.training(2, lambda words: None), 1, None)  # no memory where it isn't told
    assert (clock.rows[0].values, processor.rows[0].values) == ((3.0, 3.0), (2.0, 2.0))
    assert [row.ours for row in clock.rows][:2] == [True, False]
