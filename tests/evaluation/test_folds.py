"""Folds: everything is tested once, people stay together, gestures are spread."""

import pytest

from gesturectl.errors import UsageError
from gesturectl.evaluation.folds import folds_of

GESTURES = ["wave"] * 7 + ["push"] * 5 + ["fist"] * 3
SUBJECTS = ["ann", "bob", "cat"] * 5


@pytest.mark.parametrize("how", ["subject", "2", "3", "5"])
def test_every_take_is_tested_exactly_once(how):
    tested = [i for fold in folds_of(GESTURES, SUBJECTS, how) for i in fold.test]
    assert sorted(tested) == list(range(15))


def test_a_person_is_in_one_fold_only():
    folds = folds_of(GESTURES, SUBJECTS, "subject")
    assert [fold.name for fold in folds] == ["ann", "bob", "cat"]
    assert all({SUBJECTS[i] for i in fold.test} == {fold.name} for fold in folds)


def test_numbered_folds_spread_every_gesture_and_are_of_like_size():
    folds = folds_of(GESTURES, SUBJECTS, "3")
    assert [len(fold.test) for fold in folds] == [5, 5, 5]
    for name in set(GESTURES):
        counts = [sum(GESTURES[i] == name for i in fold.test) for fold in folds]
        assert max(counts) - min(counts) <= 1


def test_the_same_seed_gives_the_same_folds():
    assert folds_of(GESTURES, SUBJECTS, "3") == folds_of(GESTURES, SUBJECTS, "3")
    assert folds_of(GESTURES, SUBJECTS, "3") != folds_of(GESTURES, SUBJECTS, "3", seed=1)


@pytest.mark.parametrize("how", ["1", "0", "-3", "many", "", "8", "٣"])
def test_impossible_folds_say_what_to_give(how):
    with pytest.raises(UsageError) as failure:
        folds_of(GESTURES, SUBJECTS, how)
    assert "folds" in failure.value.remedy


@pytest.mark.parametrize("subjects", [["ann"] * 15, ["ann", ""] * 7 + ["bob"]])
def test_people_who_are_not_known_apart_make_no_folds(subjects):
    with pytest.raises(UsageError, match="folds subject"):
        folds_of(GESTURES, subjects, "subject")
