"""Local cameras, against a small copy of the folders in which Linux keeps them."""

from pathlib import Path

import pytest

from gesturectl.capture import devices
from gesturectl.capture.devices import Places, list_cameras, why_unusable


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setattr(devices, "can_list", lambda: True)
    places = Places(tmp_path / "sys", tmp_path / "dev", tmp_path / "proc")
    for folder in (places.classes, places.nodes, places.processes):
        folder.mkdir()
    return places


def plug_in(places: Places, index: int, name: str, node: int = 0) -> Path:
    """A camera's node `index`; `node` counts the nodes of one device (1 is a USB camera's metadata)."""
    entry = places.classes / f"video{index}"
    entry.mkdir()
    (entry / "name").write_text(f"{name}\n")
    (entry / "index").write_text(f"{node}\n")
    device = places.nodes / f"video{index}"
    device.touch()
    return device


def test_cameras_are_listed_by_index_without_their_metadata_nodes(machine: Places) -> None:
    plug_in(machine, 10, "HD Pro Webcam C920")
    plug_in(machine, 0, "Integrated Camera: Integrated C")
    plug_in(machine, 1, "Integrated Camera: Integrated C", node=1)
    cameras = list_cameras(machine)
    assert [(camera.index, camera.name) for camera in cameras] == [(0, "Integrated Camera"), (10, "HD Pro Webcam C920")]
    assert [camera.problem for camera in cameras] == [None, None]
    assert cameras[0].path == str(machine.nodes / "video0")
    assert cameras[0].title == "Integrated Camera (0)"


def test_a_machine_without_cameras_lists_none(machine: Places, tmp_path: Path) -> None:
    assert list_cameras(machine) == ()
    assert list_cameras(Places(classes=tmp_path / "nowhere")) == ()


def test_a_missing_camera_is_called_missing(machine: Places) -> None:
    assert why_unusable(3, machine).fact == "there is no such camera"


@pytest.mark.parametrize(
    ("error", "fact", "remedy"),
    [
        (PermissionError(13, "Permission denied"), "you may not open", "usermod -aG video"),
        (OSError(16, "Device or resource busy"), "in use by another program", "fuser -v"),
        (OSError(19, "No such device"), "No such device", "plug it in again"),
    ],
)
def test_each_refusal_of_the_system_has_its_own_words(
    machine: Places, monkeypatch: pytest.MonkeyPatch, error: OSError, fact: str, remedy: str
) -> None:
    plug_in(machine, 0, "Cam")

    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr(devices.os, "open", refuse)
    problem = why_unusable(0, machine)
    assert fact in problem.fact
    assert remedy in problem.remedy
    assert list_cameras(machine)[0].problem == problem


def test_a_busy_camera_names_the_program_that_holds_it(machine: Places) -> None:
    node = plug_in(machine, 0, "Cam")
    handles = machine.processes / "4711" / "fd"
    handles.mkdir(parents=True)
    (handles / "7").symlink_to(node)
    (machine.processes / "4711" / "comm").write_text("zoom\n")
    (machine.processes / "not-a-process").mkdir()
    problem = why_unusable(0, machine)
    assert problem.fact == "in use by zoom (pid 4711)"


def test_a_camera_that_nobody_holds_and_yet_is_silent_is_to_be_plugged_in_again(machine: Places) -> None:
    plug_in(machine, 0, "Cam")
    assert "won't deliver pictures" in why_unusable(0, machine).fact


def test_other_systems_point_to_their_privacy_settings(machine: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "can_list", lambda: False)
    monkeypatch.setattr(devices.sys, "platform", "darwin")
    assert "Privacy & Security → Camera" in why_unusable(0, machine).remedy
