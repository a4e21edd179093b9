"""Writing a clip, whole or not at all."""

import numpy as np
import pytest

from gesturectl.capture.source import open_source
from gesturectl.errors import GesturectlError
from gesturectl.ui.clip import ClipWriter

RED = np.zeros((48, 64, 3), np.uint8) + np.array((250, 10, 10), np.uint8)


def test_what_is_written_can_be_read_again_with_its_colours(tmp_path):
    path = tmp_path / "x.mp4"
    with ClipWriter(path, 30) as writer:
        for _ in range(5):
            writer.write(RED)
    assert list(tmp_path.iterdir()) == [path]
    camera = open_source(str(path), fast=True)
    assert camera.grab() == 0
    assert np.abs(camera.retrieve().image.astype(int).mean(axis=(0, 1)) - (250, 10, 10)).max() < 25
    camera.close()


def test_nothing_is_left_when_the_work_breaks_off(tmp_path):
    (tmp_path / "x.mp4").write_text("the old one")
    with pytest.raises(KeyboardInterrupt), ClipWriter(tmp_path / "x.mp4", 30) as writer:
        writer.write(RED)
        raise KeyboardInterrupt
    assert [file.name for file in tmp_path.iterdir()] == ["x.mp4"]
    assert (tmp_path / "x.mp4").read_text() == "the old one"


@pytest.mark.parametrize("name", ["nowhere/x.mp4", "x.gif"])
def test_a_place_that_won_t_do_is_said_before_the_work(tmp_path, name):
    with pytest.raises(GesturectlError, match="x"), ClipWriter(tmp_path / name, 30):
        pytest.fail("the work was begun")
    assert list(tmp_path.iterdir()) == []
