"""JPEGs as cameras send them: whole, at a glance, and damaged."""

import cv2
import numpy as np
import pytest

from gesturectl.capture import jpeg

PICTURE = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8), (0, 0), 9)


def sent(picture: np.ndarray = PICTURE) -> np.ndarray:
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1]
    return np.asarray(coded, np.uint8).reshape(-1)


def test_a_whole_picture_is_rgb() -> None:
    image = jpeg.decoded(sent())
    assert image is not None
    assert np.abs(image[..., ::-1].astype(int) - PICTURE).mean() < 2


@pytest.mark.parametrize(
    ("width", "seen"), [(640, (120, 160)), (1280, (90, 160)), (320, (120, 160)), (700, (120, 175))]
)
def test_a_glance_is_grey_and_no_smaller_than_motion_needs(width: int, seen: tuple[int, int]) -> None:
    picture = cv2.resize(PICTURE, (width, {640: 480, 1280: 720, 320: 240, 700: 480}[width]))
    small = jpeg.glanced(sent(picture), width)
    assert small is not None
    assert small.shape == seen
    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), seen[::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - grey).mean() < 1


@pytest.mark.parametrize("filling", [b"", b"\0" * 900, b"\r\n"])
def test_what_fills_up_a_camera_s_buffer_is_passed_over(filling: bytes) -> None:
    padded = np.append(sent(), np.frombuffer(filling, np.uint8))
    assert jpeg.glanced(padded, 640) is not None
    assert jpeg.decoded(padded) is not None


def test_a_picture_that_was_cut_off_is_neither_glanced_at_nor_decoded() -> None:
    half = sent()[: sent().size // 2]
    assert jpeg.glanced(half, 640) is None
    assert jpeg.decoded(half) is None


def test_one_without_an_end_mark_can_be_decoded_but_is_not_glanced_at() -> None:
    assert jpeg.glanced(sent()[:-2], 640) is None
    assert jpeg.decoded(sent()[:-2]) is not None


@pytest.mark.parametrize("bytes_sent", [b"", b"\xff\xd9", b"no picture \xff\xd9", b"\xff\xd8\xff\xd9"])
def test_what_is_no_jpeg_is_damaged(bytes_sent: bytes) -> None:
    rubbish = np.frombuffer(bytes_sent, np.uint8)
    assert jpeg.glanced(rubbish, 640) is None
    assert jpeg.decoded(rubbish) is None


def test_a_small_picture_is_not_worth_a_glance() -> None:
    assert jpeg.glanced(sent(cv2.resize(PICTURE, (300, 200))), 300) is None
