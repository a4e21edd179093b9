"""Windows in milliseconds: the camera's rate, gaps, bursts of NaN and clocks that jump."""

import time

import numpy as np
import pytest

from gesturectl.recognition.window import History, WindowSpec, isotropic, resample

SPEC = WindowSpec()


def waving_hand(t_ms: np.ndarray) -> np.ndarray:
    """(K, 21, 3) a hand that sways 0.6 image heights from side to side about once a second."""
    rest = np.random.default_rng(0).normal(0, 0.05, (21, 3))
    sway = np.stack([0.3 * np.sin(t_ms / 160.0), 0.1 * np.cos(t_ms / 210.0), 0 * t_ms], axis=-1)
    return (rest + 0.5 + sway[:, None, :]).astype(np.float32)


def window_at(fps: float, end_ms: int = 2600) -> np.ndarray:
    t_ms = np.round(np.arange(end_ms - 2400, end_ms + 1, 1000 / fps)).astype(np.int64)
    t_ms[-1] = end_ms
    return resample(t_ms, waving_hand(t_ms), np.ones(len(t_ms), bool), [end_ms], SPEC)[0]


@pytest.mark.parametrize(("fps", "tolerance"), [(60, 0.002), (30, 0.004), (20, 0.008), (15, 0.014)])
def test_a_window_is_the_same_at_any_frame_rate(fps, tolerance):
    truth = waving_hand(SPEC.times(2600)[0])
    assert np.abs(window_at(fps) - truth).max() < tolerance


def test_the_last_step_is_the_newest_sample():
    t_ms = np.array([0, 40, 80, 120])
    points = waving_hand(t_ms)
    assert np.array_equal(resample(t_ms, points, np.ones(4, bool), [120], SPEC)[0, -1], points[-1])


def test_no_window_looks_into_the_future():
    t_ms = np.arange(0, 4000, 33)
    present = np.random.default_rng(1).random(len(t_ms)) > 0.3
    points = waving_hand(t_ms)
    ends = np.arange(100, 3900, 77)
    whole = resample(t_ms, points, present, ends, SPEC)
    for end, window in zip(ends, whole, strict=True):
        past = t_ms <= end
        alone = resample(t_ms[past], points[past], present[past], [end], SPEC)[0]
        assert np.array_equal(window, alone, equal_nan=True)


def test_a_short_drop_out_is_bridged_and_a_long_one_is_a_gap():
    t_ms = np.arange(0, 1601, 40)
    for missing_ms, bridged in ((160, True), (480, False)):
        present = ~((t_ms >= 800) & (t_ms < 800 + missing_ms))
        window = resample(t_ms, waving_hand(t_ms), present, [1600], SPEC)[0]
        inside = window[(SPEC.times(1600)[0] > 880) & (SPEC.times(1600)[0] < 700 + missing_ms)]
        assert np.isfinite(inside).all() == bridged
        assert np.isfinite(window[-1]).all()


def test_one_sample_fills_only_its_own_steps():
    window = resample([1000], waving_hand(np.array([1000])), np.array([True]), [1000], SPEC)[0]
    assert np.isfinite(window).all(axis=(1, 2)).nonzero()[0].tolist() == [38, 39]


def test_no_sample_gives_an_empty_window():
    nothing = np.zeros((0, 21, 3), np.float32)
    assert np.isnan(resample([], nothing, np.zeros(0, bool), [5, 900], SPEC)).all()
    assert np.isnan(resample([1000], waving_hand(np.array([1000])), np.array([True]), [200], SPEC)).all()


def test_a_burst_of_nan_counts_as_absent():
    t_ms = np.arange(0, 1601, 33)
    points = waving_hand(t_ms)
    points[20:36, 4] = np.nan
    assert np.array_equal(
        resample(t_ms, points, np.ones(len(t_ms), bool), [1600], SPEC),
        resample(t_ms, points, np.isfinite(points).all(axis=(1, 2)), [1600], SPEC),
        equal_nan=True,
    )
    assert np.isnan(resample(t_ms, points, np.ones(len(t_ms), bool), [1600], SPEC)).any()


def test_isotropic_points_are_in_image_heights():
    assert isotropic(np.array([0.5, 0.5, 0.1], np.float32), 2.0).tolist() == pytest.approx([1.0, 0.5, 0.2])


def test_a_history_gives_the_window_of_its_samples():
    history, t_ms = History(), np.arange(0, 2601, 33)
    points = waving_hand(t_ms)
    for t, hand in zip(t_ms, points, strict=True):
        history.append(int(t), hand)
    expected = resample(t_ms, points, np.ones(len(t_ms), bool), [t_ms[-1]], SPEC)[0]
    assert np.array_equal(history.windows([int(t_ms[-1])], SPEC)[0], expected)


def test_a_history_forgets_when_time_goes_backwards():
    history, hand = History(), waving_hand(np.array([0]))[0]
    for t in (5000, 5033, 40):
        history.append(t, hand)
    assert len(history) == 1
    assert np.isfinite(history.windows([40], SPEC)[0]).any()


def test_a_history_keeps_three_seconds_and_never_more_than_it_can_hold():
    history, hand = History(capacity=100), waving_hand(np.array([0]))[0]
    for t in range(0, 60_000, 50):
        history.append(t, hand if t % 100 else None)
    assert len(history) == 61
    for t in range(60_000, 61_000):
        history.append(t, hand)
    assert 50 <= len(history) <= 100
    assert np.isfinite(history.windows([60_999], SPEC)[0][-1]).all()


def test_a_history_is_quick_enough_for_every_frame():
    history = History()
    for t, hand in zip(range(0, 3000, 16), waving_hand(np.arange(0, 3000, 16)), strict=True):
        history.append(t, hand)
    spent = []
    for _ in range(50):
        start = time.perf_counter()
        history.windows([2992], SPEC)[0]
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.001
