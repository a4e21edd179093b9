"""Synthetic takes mean what their labels say, as the hand's owner sees it."""

from collections.abc import Sequence

import numpy as np
import pytest

from gesturectl.recognition.vocabulary import STARTER
from gesturectl.synthesis.handshapes import GESTURES
from gesturectl.synthesis.idle import NEGATIVES
from gesturectl.synthesis.takes import Takes, animate, write_episodes
from gesturectl.types import NOTHING

COUNT = 40


def _takes_of(label: str) -> tuple[Takes, Sequence[tuple[float, float]]]:
    r = np.random.default_rng(5)
    episodes = [GESTURES[label](r) for _ in range(COUNT)]
    return animate(r, episodes), [e.stroke for e in episodes]


def _at(takes: Takes, i: int, t_s: float) -> np.ndarray:
    """The middle fingers' tips of take `i` at `t_s`, in picture heights."""
    return np.array(takes.points[i, np.abs(takes.t_s[i] - t_s).argmin(), [8, 12, 16], :2].mean(0))


def test_every_starter_gesture_has_a_script() -> None:
    assert set(GESTURES) == set(STARTER)


@pytest.mark.parametrize(
    ("label", "axis", "sign"),
    [("swipe_left", 0, 1), ("swipe_right", 0, -1), ("swipe_up", 1, -1), ("swipe_down", 1, 1)],
)
def test_a_swipe_goes_where_its_owner_sees_it_go(label: str, axis: int, sign: int) -> None:
    """In the unmirrored picture the user's left is on the right."""
    takes, strokes = _takes_of(label)
    right = 0
    for i, (start, end) in enumerate(strokes):
        seen_in_mirror = -1 if takes.labels[i] != label else 1
        right += seen_in_mirror * sign * (_at(takes, i, end)[axis] - _at(takes, i, start)[axis]) > 0
    assert right >= 0.9 * COUNT  # in a few the tracker's noise looks elsewhere
    mirrored = [name != label for name in takes.labels]
    assert any(mirrored) == (axis == 0)


@pytest.mark.parametrize("label", ["circle_cw", "circle_ccw"])
def test_a_circle_turns_as_its_owner_sees_it(label: str) -> None:
    takes, strokes = _takes_of(label)
    right = 0
    for i, (start, end) in enumerate(strokes):
        turning = (takes.t_s[i] >= start) & (takes.t_s[i] <= end)
        x, y = takes.points[i, turning, 9, :2].T
        area = np.sum((x - x.mean()) * np.gradient(y) - (y - y.mean()) * np.gradient(x))
        # y points down: a positive area is clockwise in the picture, so counterclockwise for its owner.
        right += (area > 0) == (takes.labels[i] == "circle_ccw")
    assert right >= 0.95 * COUNT


def test_nothing_is_quiet_all_the_time() -> None:
    r = np.random.default_rng(1)
    for script in NEGATIVES:
        episode = script(r)
        assert episode.label == NOTHING
        assert episode.quiet == [(-99.0, 99.0)]
        assert np.isnan(episode.ready).all()


def test_ready_and_quiet_never_overlap() -> None:
    r = np.random.default_rng(2)
    for label, script in GESTURES.items():
        episode = script(r)
        (_, before), (after, _) = episode.quiet
        assert before <= episode.ready[0] <= episode.ready[1] <= after, label


def test_the_same_seed_gives_the_same_takes() -> None:
    def make() -> Takes:
        r = np.random.default_rng(3)
        return animate(r, write_episodes(r, 10, negatives=0.5))

    one, two = make(), make()
    assert one.labels == two.labels
    assert np.array_equal(one.points, two.points)
    assert np.array_equal(one.present, two.present)


def test_points_are_finite_and_hands_are_mostly_seen() -> None:
    r = np.random.default_rng(4)
    takes = animate(r, write_episodes(r, 100, negatives=0.5))
    assert np.isfinite(takes.points).all()
    assert 0.6 < takes.present.mean() < 0.98
    assert (np.diff(takes.t_s, axis=1) >= 0).all()
