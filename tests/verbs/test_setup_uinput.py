"""Setting uinput up: shown first, done only when asked."""

import json
import os
from pathlib import Path

import pytest

from gesturectl.cli import main


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")


def test_by_default_it_says_what_it_would_do_and_does_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["setup-uinput", "--root", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert 'TAG+="uaccess"' in told
    assert f"would write {tmp_path}/etc/udev/rules.d/70-gesturectl-uinput.rules" in told
    assert "Nothing was done" in told
    assert list(tmp_path.iterdir()) == []


def test_without_a_root_it_says_which_programs_it_would_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup-uinput", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["done"] is False
    assert ["modprobe", "uinput"] in told["commands"]


def test_it_is_done_with_yes_and_taken_back_with_undo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup-uinput", "--root", str(tmp_path), "--yes"]) == 0
    rule = tmp_path / "etc/udev/rules.d/70-gesturectl-uinput.rules"
    assert 'KERNEL=="uinput"' in rule.read_text()
    assert rule.stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "etc/modules-load.d/gesturectl-uinput.conf").read_text().endswith("uinput\n")
    assert main(["setup-uinput", "--root", str(tmp_path), "--undo"]) == 0
    assert rule.exists()
    assert main(["setup-uinput", "--root", str(tmp_path), "--undo", "--yes"]) == 0
    assert not rule.exists()


def test_without_the_right_to_write_it_says_how_to_get_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    assert main(["setup-uinput", "--root", str(blocked), "--yes"]) == 6
    assert "sudo" in capsys.readouterr().err
    assert os.path.isfile(blocked)  # noqa: PTH113
