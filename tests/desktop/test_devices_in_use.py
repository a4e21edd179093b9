"""Who uses the camera and whether a microphone runs, read from a /proc of our own."""

import os
from pathlib import Path

import pytest

from gesturectl.desktop.devices_in_use import camera_user, microphone_runs


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    for number, parent, name, files in (
        (10, 1, "gesturectl", ["/dev/video0"]),
        (11, 10, "vision (child) x", ["/dev/video0"]),
        (20, 1, "wireplumber", ["/dev/video0"]),
        (30, 1, "editor", ["/home/me/video0.txt"]),
    ):
        process(tmp_path, number, parent, name, files)
    return tmp_path


def process(proc: Path, number: int, parent: int, name: str, files: list[str]) -> None:
    folder = proc / str(number)
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    (folder / "stat").write_text(f"{number} ({name}) S {parent} 1 1")
    for index, target in enumerate(files):
        (folder / "fd" / str(index)).symlink_to(target)


def test_we_and_our_children_and_the_sound_server_dont_count(proc: Path) -> None:
    assert camera_user(proc, ourselves=10) == ""


def test_another_program_with_a_camera_open_is_named(proc: Path) -> None:
    process(proc, 40, 1, "meet", ["/dev/null", "/dev/video2"])
    assert camera_user(proc, ourselves=10) == "meet"


def test_the_real_proc_can_be_read() -> None:
    assert isinstance(camera_user(ourselves=os.getpid()), str)


def test_a_microphone_runs_while_a_card_records(proc: Path) -> None:
    assert not microphone_runs(proc)
    status = proc / "asound/card0/pcm0c/sub0/status"
    status.parent.mkdir(parents=True)
    status.write_text("closed\n")
    assert not microphone_runs(proc)
    status.write_text("state: RUNNING\nowner_pid   : 999\n")
    assert microphone_runs(proc)
    playback = proc / "asound/card0/pcm0p/sub0/status"
    playback.parent.mkdir(parents=True)
    playback.write_text("state: RUNNING\n")
    status.write_text("closed\n")
    assert not microphone_runs(proc), "what plays isn't what records"
