"""Thresholds are as low as a budget of false activations allows."""

from gesturectl.evaluation.thresholds import STEPS, within_budget


def _counts(*values: int) -> tuple[int, ...]:
    """Counts at STEPS; the last one given stands for the rest."""
    return (*values, *[values[-1]] * (len(STEPS) - len(values)))


def test_the_lowest_threshold_within_the_budget_is_chosen() -> None:
    assert within_budget({"fist": _counts(9, 5, 2, 0)}, {"fist": 2})["fist"] == STEPS[2]


def test_a_later_rise_counts_too() -> None:
    assert within_budget({"fist": _counts(0, 0, 4, 0)}, {"fist": 2})["fist"] == STEPS[3]


def test_no_threshold_is_lower_than_the_least() -> None:
    assert within_budget({"fist": _counts(0)}, {"fist": 2}, least=STEPS[4])["fist"] == STEPS[4]


def test_a_gesture_that_never_fits_gets_the_highest() -> None:
    assert within_budget({"fist": _counts(50)}, {"fist": 2})["fist"] == STEPS[-1]


def test_mirror_images_share_their_budget() -> None:
    counts = {"swipe_left": _counts(4, 0), "swipe_right": _counts(0, 0)}
    chosen = within_budget(counts, {"swipe_left": 2, "swipe_right": 2})
    assert chosen == {"swipe_left": STEPS[0], "swipe_right": STEPS[0]}
