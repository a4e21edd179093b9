"""The small network beside the discriminants."""

import numpy as np

from gesturectl.recognition.head_network import train_network


def rings(random, count):
    """Points on two rings about the origin, which no straight line parts, among features that say nothing."""
    angle, ring = random.uniform(0, 2 * np.pi, count), random.integers(0, 2, count)
    radius = np.where(ring == 0, 1.0, 3.0)
    features = random.normal(0, 0.1, (count, 12))
    features[:, 0] += radius * np.cos(angle)
    features[:, 1] += radius * np.sin(angle)
    return features, ring


def test_it_tells_apart_what_no_straight_line_does():
    random = np.random.default_rng(1)
    features, ring = rings(random, 600)
    network = train_network(features, ring, gestures=1)
    unseen, truth = rings(random, 200)
    inner = network.log_odds(unseen)[:, 0] > 0
    assert (inner == (truth == 0)).mean() > 0.95


def test_all_kinds_of_background_are_one():
    random = np.random.default_rng(2)
    features, ring = rings(random, 300)
    group = np.where(ring == 0, 0, random.integers(1, 9, len(ring)))
    assert train_network(features, group, gestures=1).log_odds(features).shape == (300, 1)


def test_the_same_examples_give_the_same_network():
    features, ring = rings(np.random.default_rng(3), 100)
    first, second = (train_network(features, ring, gestures=1) for _ in range(2))
    np.testing.assert_array_equal(first.hidden, second.hidden)
    np.testing.assert_array_equal(first.out, second.out)


def test_a_handful_of_examples_is_enough_to_train_on():
    odds = train_network(np.eye(4), np.array([0, 1, 2, 2]), gestures=2).log_odds(np.eye(4))
    assert np.isfinite(odds).all()
