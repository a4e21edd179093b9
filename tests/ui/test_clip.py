"""Writing a clip, whole or not at all."""

import sys

import numpy as np
import pytest
from killing import disk_full_after

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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize("size", [0, 30, 1000, 3000])
def test_a_full_disk_leaves_the_old_clip_and_says_so(tmp_path, size):
    (tmp_path / "x.mp4").write_text("the old one")
    noise = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
    with (
        pytest.raises(GesturectlError, match="can't"),
        disk_full_after(size),
        ClipWriter(tmp_path / "x.mp4", 30) as clip,
    ):
        for _ in range(30):
            clip.write(noise)
    assert [file.name for file in tmp_path.iterdir()] == ["x.mp4"]
    assert (tmp_path / "x.mp4").read_text() == "the old one"


@pytest.mark.parametrize("name", ["nowhere/x.mp4", "x.gif"])
def test_a_place_that_won_t_do_is_said_before_the_work(tmp_path, name):
    with pytest.raises(GesturectlError, match="x"), ClipWriter(tmp_path / name, 30):
        pytest.fail("the work was begun")
    assert list(tmp_path.iterdir()) == []
