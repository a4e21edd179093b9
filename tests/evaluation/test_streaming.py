"""Streaming figures: what counts as detected, misclassified and false, by short stories."""

import numpy as np
import pytest

from gesturectl.evaluation.streaming import StreamScore, judge, watched_s
from gesturectl.gestures.stream import LabelledEvent
from gesturectl.types import GestureEvent, Phase

WAVE = LabelledEvent("wave", 1000, 2000)
PUSH = LabelledEvent("push", 5000, 6000)


def begun(gesture: str, t_ms: int) -> GestureEvent:
    return GestureEvent(gesture, "right", Phase.BEGIN, 0.9, t_ms)


def score(*events: tuple[str, int], labelled=(WAVE, PUSH), seconds=3600.0) -> StreamScore:
    return judge([begun(*event) for event in events], labelled, seconds)


@pytest.mark.parametrize("t_ms", [1000, 1500, 2000, 2500])
def test_an_event_from_the_start_until_half_a_second_after_the_end_detects(t_ms):
    assert [found.labelled for found in score(("wave", t_ms)).detections] == [WAVE]


@pytest.mark.parametrize("t_ms", [999, 2501])
def test_an_event_outside_is_a_false_activation(t_ms):
    result = score(("wave", t_ms))
    assert (len(result.detections), len(result.false), len(result.misclassified)) == (0, 1, 0)


def test_the_wrong_gesture_inside_anothers_interval_is_misclassified():
    result = score(("push", 2400))
    assert (len(result.detections), len(result.false), len(result.misclassified)) == (0, 0, 1)


def test_a_second_event_for_one_gesture_is_a_false_activation():
    result = score(("wave", 1500), ("wave", 2100))
    assert (len(result.detections), len(result.false)) == (1, 1)


def test_two_gestures_in_a_row_take_an_event_each_whatever_their_order_in_the_file():
    labelled = (LabelledEvent("wave", 1000, 4000), LabelledEvent("wave", 900, 1200))
    result = judge([begun("wave", 1100), begun("wave", 3900)], labelled, 10)
    assert [found.labelled.end_ms for found in result.detections] == [1200, 4000]


def test_latency_counts_from_the_end_and_is_negative_for_early_events():
    result = score(("wave", 1900), ("push", 6150))
    assert sorted(result.latencies_ms.tolist()) == [-100, 150]
    assert result.as_json()["fired_early_share"] == 0.5
    assert result.as_json()["latency_ms_p50"] == 25.0


def test_the_jaccard_index_is_the_mean_over_gestures_of_hits_among_everything():
    # wave: 1 detected, 1 false -> 1/2; push: 0 of 1, 1 misclassified -> 0
    result = score(("wave", 1500), ("wave", 3000), ("push", 1600))
    assert result.jaccard == pytest.approx(0.25)
    assert result.jaccard_pooled == pytest.approx(1 / 4)
    assert result.false_positive_share == pytest.approx(1.0)


def test_negative_streams_have_a_rate_with_a_bound_and_nothing_to_detect():
    figures = score(("wave", 10), labelled=(), seconds=7200).as_json()
    assert figures["detection_rate"] is None and figures["jaccard"] is None and figures["latency_ms_p50"] is None
    assert figures["false_activations_per_hour"] == 0.5
    assert figures["false_activations_per_hour_upper95"] == pytest.approx(4.74386 / 2, rel=1e-4)


def test_quiet_is_what_no_labelled_event_covers_and_overlaps_count_once():
    labelled = (WAVE, LabelledEvent("push", 1500, 3000), PUSH)  # 1.0 to 3.5 s and 5.0 to 6.5 s
    assert score(labelled=labelled, seconds=10).quiet_s == pytest.approx(10 - 2.5 - 1.5)


def test_streams_put_together_count_as_one():
    whole = StreamScore.joined([score(("wave", 1500)), score(("push", 5500), ("ok", 9000))])
    assert (whole.events, len(whole.detections), len(whole.false), whole.hours) == (4, 2, 1, 2.0)
    assert whole.per_gesture()["ok"] == {"events": 0, "detected": 0, "misclassified": 0, "false": 1}


def test_an_empty_folder_has_figures_too():
    figures = StreamScore.joined([]).as_json()
    assert figures["hours"] == 0 and figures["false_activations_per_hour_upper95"] is None


def test_a_suspended_machine_watched_nothing():
    t_ms = np.array([0, 100, 200, 7_200_000, 7_200_100], np.int64)
    assert watched_s(t_ms) == pytest.approx((100 + 100 + 1000 + 100 + 100) / 1000)
