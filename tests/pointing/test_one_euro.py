"""The One-Euro filter: what Casiez et al. promise of it."""

import math

import numpy as np

from gesturectl.pointing.one_euro import OneEuro

FRAME_MS = 33


def smoothed(points, **tuning):
    euro = OneEuro(**{"min_cutoff_hz": 1.0, "beta": 1.5, **tuning})
    return np.array([euro.smooth(number * FRAME_MS, tuple(point)) for number, point in enumerate(points)])


def test_a_still_hand_that_trembles_becomes_stiller():
    noise = np.random.default_rng(0).normal(0, 0.02, (300, 2))
    assert smoothed(noise)[30:].std() < noise.std() / 2


def test_the_faster_the_hand_the_shorter_the_lag():
    def lag_ms(speed):
        way = np.arange(120)[:, None] * FRAME_MS / 1000 * speed * np.array([[1.0, 0.0]])
        return (way - smoothed(way))[-1, 0] / speed * 1000

    assert lag_ms(8.0) < lag_ms(1.0) / 2 < lag_ms(0.05)


def test_a_slanting_way_stays_straight():
    way = np.cumsum(np.random.default_rng(1).uniform(0, 0.3, 90))[:, None] * np.array([[1.0, 0.5]])
    x, y = smoothed(way).T
    assert np.allclose(y, x / 2)


def test_the_first_step_is_the_paper_s_equation():
    euro = OneEuro(min_cutoff_hz=2.0, beta=0.0)
    euro.smooth(0, (0.0, 0.0))
    tau_s, dt_s = 1 / (2 * math.pi * 2.0), 0.05
    assert math.isclose(euro.smooth(50, (1.0, 0.0))[0], 1 / (1 + tau_s / dt_s))


def test_a_time_that_stands_still_changes_nothing():
    euro = OneEuro(1.0, 1.0)
    euro.smooth(10, (0.0, 0.0))
    assert euro.smooth(10, (5.0, 5.0)) == (0.0, 0.0)
    euro.restart()
    assert euro.smooth(10, (5.0, 5.0)) == (5.0, 5.0)
