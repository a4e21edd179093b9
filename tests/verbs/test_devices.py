"""`gesturectl devices` says which cameras there are and what they deliver."""

import json

import numpy as np
import pytest

from gesturectl import cli
from gesturectl.capture.devices import CameraInfo, Problem
from gesturectl.errors import CameraLostError
from gesturectl.types import Frame
from gesturectl.verbs import devices


class Dim:
    """A camera that falls to 15 fps in the dark."""

    description = "Dim Cam (0)"
    live = True
    closed = 0

    def __init__(self) -> None:
        self._t_ms = 0

    def grab(self) -> int:
        self._t_ms += 67
        return self._t_ms

    def retrieve(self) -> Frame:
        return Frame(self._t_ms, np.full((480, 640, 3), 30, np.uint8))

    def close(self) -> None:
        Dim.closed += 1


def opened(index: int) -> Dim:
    if index == 1:
        raise CameraLostError("camera 1", "in use by zoom (pid 4711)", "Close that program")
    return Dim()


@pytest.fixture(autouse=True)
def three_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = (
        CameraInfo(0, "Dim Cam", "/dev/video0", None),
        CameraInfo(1, "Busy Cam", "/dev/video1", None),
        CameraInfo(2, "Forbidden Cam", "/dev/video2", Problem("you may not open /dev/video2", "Ask")),
    )
    monkeypatch.setattr(devices, "candidates", lambda: cameras)
    monkeypatch.setattr(devices, "can_list", lambda: True)
    monkeypatch.setattr(devices, "open_source", opened)
    monkeypatch.setattr(Dim, "closed", 0)


def test_the_list_opens_no_camera(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["devices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "  0  Dim Cam  /dev/video0  looks usable"
    assert lines[2] == "  2  Forbidden Cam  /dev/video2  unusable: you may not open /dev/video2. Ask"
    assert Dim.closed == 0


def test_a_probe_measures_and_releases_each_camera(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["devices", "--probe", "--json"]) == 0
    dim, busy, forbidden = json.loads(capsys.readouterr().out)["cameras"]
    assert dim["usable"]
    assert dim["probe"]["fps"] == pytest.approx(15, abs=0.2)
    assert (dim["probe"]["width"], dim["probe"]["height"], dim["probe"]["brightness"]) == (640, 480, 30)
    assert "dim light" in dim["probe"]["trouble"]
    assert (busy["usable"], busy["reason"], busy["probe"]) == (False, "in use by zoom (pid 4711)", None)
    assert not forbidden["usable"]
    assert Dim.closed == 1


def test_a_probe_reads_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["devices", "--probe"]) == 0
    out = capsys.readouterr().out
    assert "  0  Dim Cam  /dev/video0  640×480, 14.9 pictures a second, brightness 30 of 255\n" in out
    assert "unusable: in use by zoom (pid 4711). Close that program" in out


def test_no_camera_is_said_plainly(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "candidates", lambda: ())
    assert cli.main(["devices"]) == 0
    assert "no camera found; plug one in" in capsys.readouterr().out


def test_where_cameras_are_not_listed_only_a_probe_finds_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "can_list", lambda: False)
    cli.main(["devices"])
    assert "devices --probe" in capsys.readouterr().out
    cli.main(["devices", "--probe", "--json"])
    assert [camera["index"] for camera in json.loads(capsys.readouterr().out)["cameras"]] == [0]
