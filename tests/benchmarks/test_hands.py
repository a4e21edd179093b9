"""The hands that recognition is measured with are there, keep time, and do what their names say."""

import numpy as np
import pytest

from gesturectl.benchmarks import hands
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.shipped import classifier_at


@pytest.mark.parametrize("shown", [hands.a_while, hands.at_work, hands.resting])
def test_one_hand_is_in_view_nearly_always_and_time_goes_on(shown):
    frames = shown()
    assert np.mean([frame.present.sum() for frame in frames]) > 0.8
    assert (np.diff([frame.t_ms for frame in frames]) > 0).all()


def test_neither_a_hand_at_rest_nor_one_at_work_gestures():
    for frames, most in ((hands.resting(), 0), (hands.at_work(), 2)):
        recogniser = Recogniser(classifier_at(None))
        assert len([event for frame in frames for event in recogniser.update(frame)]) <= most
