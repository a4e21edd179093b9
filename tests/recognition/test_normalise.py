"""Normalising: where the hand is and how large it looks must not matter, how it moves must."""

import warnings

import numpy as np

from gesturectl.recognition.normalise import normalise, palm_length

T = 40


def moving_hands(count: int = 3) -> np.ndarray:
    random = np.random.default_rng(2)
    shape = random.normal(0, 0.06, (count, 1, 21, 3))
    path = np.cumsum(random.normal(0, 0.02, (count, T, 1, 3)), axis=1) * [1, 1, 0]
    return (0.5 + shape + path).astype(np.float32)


def test_place_and_size_of_the_hand_do_not_matter():
    windows = moving_hands()
    moved = windows.copy()
    moved[..., :2] += [0.3, -0.2]
    near = 2.5 * windows
    for other in (moved, near):
        assert np.abs(normalise(windows).points[..., :2] - normalise(other).points[..., :2]).max() < 1e-3
    assert np.allclose(normalise(near).scale, 2.5 * normalise(windows).scale)


def test_absent_steps_are_zero_and_do_not_move_the_rest():
    windows = moving_hands()
    windows[1, 5:25] = np.nan
    result = normalise(windows)
    assert result.mask[1].sum() == 20
    assert (result.points[1, 5:25] == 0).all()
    assert np.isfinite(result.points).all()
    seen = result.points[1][result.mask[1] > 0][:, (0, 5, 9, 13, 17), :2]
    assert np.abs(seen.mean(axis=(0, 1))).max() < 1e-5


def test_all_windows_at_once_are_the_same_as_one_by_one():
    windows = moving_hands(6)
    windows[2, ::2] = np.nan
    windows[4] = np.nan
    together = normalise(windows)
    for index in range(6):
        alone = normalise(windows[index : index + 1])
        assert np.array_equal(together.points[index], alone.points[0])
        assert together.scale[index] == alone.scale[0]
        assert together.valid[index] == alone.valid[0]


def test_a_window_is_valid_only_when_enough_was_seen_and_lately():
    windows = moving_hands(4)
    windows[1, 7:] = np.nan  # enough, but long ago
    windows[2, :-7] = np.nan  # too little
    windows[3] = np.nan
    assert normalise(windows).valid.tolist() == [True, False, False, False]


def test_a_missing_or_collapsed_hand_neither_warns_nor_counts():
    windows = np.stack([np.full((T, 21, 3), np.nan, np.float32), np.full((T, 21, 3), 0.5, np.float32)])
    windows[1, ..., 2] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = normalise(windows)
    assert not result.valid.any()
    assert (result.points == 0).all()


def test_a_jump_across_the_image_is_clipped():
    windows = moving_hands(1)
    windows[0, 20] += 100
    assert np.abs(normalise(windows).points).max() <= 8.0


def test_the_scale_is_the_median_palm_length():
    windows = moving_hands()
    windows[0, :9] = np.nan
    lengths = palm_length(windows[0, 9:])
    assert np.isclose(normalise(windows).scale[0], np.median(lengths))
