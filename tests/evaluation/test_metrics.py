"""Closed-set figures against values worked out by hand."""

import math

import numpy as np
import pytest

from gesturectl.evaluation.metrics import accuracy, confusion_matrix, f1_scores, macro_f1, reliability

TRUTH = [0, 0, 0, 1, 1, 2]
PREDICTED = [0, 0, 1, 1, 1, 0]


def test_the_confusion_has_the_true_class_down_and_the_predicted_across():
    confusion = confusion_matrix(TRUTH, PREDICTED, 3)
    assert confusion.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]


def test_accuracy_is_the_share_on_the_diagonal():
    assert accuracy(confusion_matrix(TRUTH, PREDICTED, 3)) == pytest.approx(4 / 6)


def test_macro_f1_counts_every_class_alike():
    # F1 = 2 hits / (shown + predicted): 4/6, 4/5, 0/1
    confusion = confusion_matrix(TRUTH, PREDICTED, 3)
    assert f1_scores(confusion).tolist() == pytest.approx([4 / 6, 4 / 5, 0.0])
    assert macro_f1(confusion) == pytest.approx((4 / 6 + 4 / 5) / 3)


def test_a_class_that_neither_occurs_nor_is_predicted_does_not_count():
    confusion = confusion_matrix(TRUTH, PREDICTED, 4)
    assert math.isnan(f1_scores(confusion)[3])
    assert macro_f1(confusion) == pytest.approx((4 / 6 + 4 / 5) / 3)


def test_nothing_has_no_accuracy():
    assert math.isnan(accuracy(confusion_matrix([], [], 3)))
    assert math.isnan(macro_f1(confusion_matrix([], [], 3)))


def test_the_calibration_error_weighs_each_bin_by_its_count():
    # Three at 0.9, two of them right; one at 0.6, right: 3/4 · |0.9 − 2/3| + 1/4 · |0.6 − 1|
    scores = [[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.6, 0.4]]
    bins = reliability([0, 1, 1, 0], scores, bins=10)
    assert bins.ece == pytest.approx(0.75 * (0.9 - 2 / 3) + 0.25 * 0.4)
    assert bins.count.tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 3, 0]


def test_a_bin_holds_its_upper_edge_and_a_sure_score_falls_into_the_last():
    assert reliability([0, 0], [[0.5, 0.5], [1.0, 0.0]], bins=2).count.tolist() == [1, 1]


def test_an_honest_classifier_has_no_calibration_error():
    scores = np.tile([0.75, 0.25], (400, 1))
    truth = np.arange(400) % 4 == 3
    assert reliability(truth, scores).ece == pytest.approx(0.0, abs=1e-12)
