"""The exact Poisson bound against tables (Garwood 1936; half the chi-squared quantile)."""

import math

import pytest

from gesturectl.evaluation.poisson import at_most, upper_bound


@pytest.mark.parametrize(
    ("events", "bound"), [(0, 2.99573), (1, 4.74386), (2, 6.29579), (3, 7.75366), (10, 16.96222), (100, 118.0793)]
)
def test_the_bound_is_that_of_the_tables(events, bound):
    assert upper_bound(events, 1.0) == pytest.approx(bound, rel=1e-5)


def test_silence_for_eight_hours_bounds_the_rate_below_three_eighths():
    assert upper_bound(0, 8.0) == pytest.approx(0.374, abs=5e-4)


def test_the_bound_solves_its_equation_also_for_many_events():
    assert at_most(3000, upper_bound(3000, 1.0)) == pytest.approx(0.05, rel=1e-6)


def test_without_exposure_nothing_is_bounded():
    assert upper_bound(0, 0.0) == math.inf


def test_another_confidence_gives_another_bound():
    assert upper_bound(0, 1.0, confidence=0.975) == pytest.approx(3.68888, rel=1e-5)
