"""What a classifier sees in takes of one gesture each."""

from pathlib import Path

import numpy as np
import pytest
from recorded import ToyClassifier, hand_take, steady

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.closed_set import ClosedSet, judge_takes
from gesturectl.gestures.library import StoredTake


def stored(gesture: str, take, name: str = "one") -> StoredTake:
    return StoredTake(gesture, Path(gesture) / f"{name}.npz", take)


def still(seconds: float = 2.0):
    t_ms = steady(seconds)
    return hand_take(t_ms, np.ones(len(t_ms), bool))


def passing():
    """A hand seen for too short to be anything."""
    t_ms = steady(2.0)
    return hand_take(t_ms, (t_ms > 900) & (t_ms < 1200))


def nobody():
    t_ms = steady(1.0)
    return hand_take(t_ms, np.zeros(len(t_ms), bool))


def test_each_take_is_seen_as_what_it_shows_most_surely():
    found, left_out = judge_takes(ToyClassifier(), [stored("fist", still()), stored("nothing", passing())])
    assert found.confusion.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert left_out.unknown == {} and left_out.unusable == ()


def test_mistakes_are_named():
    figures = judge_takes(ToyClassifier(), [stored("fist", still()), stored("swipe_left", still(), "two")])[0].as_json()
    assert figures["accuracy"] == 0.5
    assert figures["mistakes"] == [{"take": "swipe_left/two", "seen_as": "fist"}]
    assert figures["labels"] == ["nothing", "fist", "swipe_left", "swipe_right"]


def test_gestures_the_model_does_not_know_and_takes_without_hands_are_left_out_by_name():
    takes = [
        stored("fist", still()),
        stored("salute", still()),
        stored("salute", still(), "b"),
        stored("fist", nobody()),
    ]
    found, left_out = judge_takes(ToyClassifier(), takes)
    assert len(found.truth) == 1
    assert left_out.unknown == {"salute": 2}
    assert left_out.unusable == ("fist/one: no whole hand is in it for long enough",)


def test_a_library_of_other_gestures_is_an_error_that_says_what_the_model_knows():
    with pytest.raises(GesturectlError, match=r"fist, swipe_left, swipe_right"):
        judge_takes(ToyClassifier(), [stored("salute", still())])


def test_takes_none_of_which_can_be_used_are_an_error_that_says_why():
    with pytest.raises(GesturectlError, match=r"none of the 1 takes .* fist/one: no whole hand"):
        judge_takes(ToyClassifier(), [stored("fist", nobody()), stored("salute", still())])


def test_folds_are_put_together():
    scores = np.eye(2, dtype=np.float32)
    one = ClosedSet(("a", "b"), np.array([0, 1]), scores, ("a/1", "b/1"))
    two = ClosedSet(("a", "b"), np.array([1, 1]), scores, ("b/2", "b/3"))
    joined = ClosedSet.joined([one, two])
    assert joined.confusion.tolist() == [[1, 0], [1, 2]]
