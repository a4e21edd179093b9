"""Black, frozen and slow pictures are told apart from good ones."""

import numpy as np
import pytest

from gesturectl.capture.health import FrameRate, PictureHealth, PictureTrouble, dim_light_hint
from gesturectl.types import Frame

RNG = np.random.default_rng(1)


def noisy(t_ms: int, shade: int) -> Frame:
    return Frame(t_ms, (shade + RNG.integers(0, 4, (480, 640, 3))).astype(np.uint8))


def test_a_live_picture_is_fine_however_long_it_lasts() -> None:
    health = PictureHealth()
    assert [health.check(noisy(t_ms, 90)) for t_ms in range(0, 10_000, 500)] == [None] * 20
    assert health.brightness == pytest.approx(91.5, abs=0.5)


def test_a_dark_room_with_sensor_noise_is_not_black() -> None:
    health = PictureHealth()
    assert {health.check(noisy(t_ms, 12)) for t_ms in range(0, 10_000, 500)} == {None}


def test_a_covered_camera_is_black_after_two_seconds_and_fine_at_once_when_uncovered() -> None:
    health = PictureHealth()
    told = [health.check(noisy(t_ms, 0)) for t_ms in range(0, 3000, 500)]
    assert told == [None] * 4 + [PictureTrouble.BLACK] * 2
    assert health.check(noisy(3000, 90)) is None


def test_the_same_picture_for_two_and_a_half_seconds_is_frozen() -> None:
    health = PictureHealth()
    still = noisy(0, 90).image
    told = [health.check(Frame(t_ms, still)) for t_ms in range(0, 3000, 500)]
    assert told == [None] * 5 + [PictureTrouble.FROZEN]
    health.forget()
    assert health.check(Frame(6000, still)) is None


def test_a_frozen_picture_is_told_though_it_is_now_glanced_at_and_now_looked_at() -> None:
    health = PictureHealth()
    still, small = noisy(0, 90).image, noisy(0, 90).image[::4, ::4, 0]
    frames = [Frame(t_ms, still, small if t_ms % 1500 else None) for t_ms in range(0, 3500, 250)]
    assert [health.check(frame) for frame in frames] == [None] * 10 + [PictureTrouble.FROZEN] * 4


def test_a_live_picture_is_fine_though_it_is_only_glanced_at() -> None:
    health = PictureHealth()
    frames = [Frame(t_ms, noisy(t_ms, 90).image, noisy(t_ms, 90).image[::4, ::4, 0]) for t_ms in range(0, 5000, 250)]
    assert {health.check(frame) for frame in frames} == {None}
    assert health.brightness == pytest.approx(91.5, abs=0.5)


def test_the_rate_is_that_of_the_last_seconds() -> None:
    rate = FrameRate(window_ms=2000)
    assert rate.fps is None
    for t_ms in range(0, 3000, 33):
        rate.tick(t_ms)
    assert rate.fps == pytest.approx(30.3, abs=0.1)
    for t_ms in range(3000, 6000, 67):
        rate.tick(t_ms)
    assert rate.fps == pytest.approx(14.9, abs=0.1)


def test_frames_that_were_left_to_pass_are_no_part_of_the_rate() -> None:
    rate = FrameRate(window_ms=2000)
    for t_ms in (0, 33, 66, 100):
        rate.tick(t_ms)
    for look in range(1, 60):
        rate.skip()
        rate.tick(100 + 200 * look)
    assert rate.fps == pytest.approx(30.0)
    for frame in range(1, 50):
        rate.tick(11_900 + 67 * frame)
    assert rate.fps == pytest.approx(14.9, abs=0.1)


def test_a_slow_camera_is_told_to_want_light_when_it_is_dark() -> None:
    assert dim_light_hint(29.0, 30.0, 20.0) == ""
    assert "because of dim light" in dim_light_hint(15.0, 30.0, 35.0)
    assert "because of dim light" not in dim_light_hint(15.0, 30.0, 140.0)
    assert dim_light_hint(15.0, 30.0, 140.0).startswith("15 pictures a second instead of 30")
