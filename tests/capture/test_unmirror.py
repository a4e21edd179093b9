"""A mirrored source is turned over, and otherwise left as it is."""

from pathlib import Path

import cv2
import numpy as np

from gesturectl.capture.source import open_source


def test_a_mirrored_source_is_turned_over(tmp_path: Path) -> None:
    picture = np.zeros((20, 40, 3), np.uint8)
    picture[:, :20, 2] = 255  # BGR: the left half is red
    assert cv2.imwrite(str(tmp_path / "0.png"), picture)

    def first(mirrored: bool) -> np.ndarray:
        camera = open_source(str(tmp_path), fast=True, mirrored=mirrored)
        assert camera.grab() == 0
        frame = camera.retrieve()
        camera.close()
        return frame.image

    assert np.array_equal(first(mirrored=True), first(mirrored=False)[:, ::-1])
    assert first(mirrored=True)[5, 5].tolist() == [0, 0, 0]
    assert first(mirrored=True)[5, 35].tolist() == [255, 0, 0]
