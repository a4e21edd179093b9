"""The whole daemon as a process of its own, run from its tray by a panel on a real message bus."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventually import eventually

sys.path.insert(0, str(Path(__file__).parents[1] / "ui" / "tray"))

from panel import Panel

pytestmark = [pytest.mark.display, pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")]

START_S = 60.0
"""On a machine that runs all other tests at the same time."""


@pytest.fixture
def daemon(serve: Any, bus: str, tmp_path: Path) -> Iterator[tuple[Panel, subprocess.Popen[str]]]:
    """A daemon without a camera, in front of a panel."""
    panel = Panel(serve)
    homes = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    environment = {**os.environ, **homes, "HOME": str(tmp_path), "DBUS_SESSION_BUS_ADDRESS": bus}
    environment.pop("DISPLAY", None)
    command = [sys.executable, "-m", "gesturectl.cli", "run", "--dry-run", "--source", "http://127.0.0.1:9/"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert eventually(lambda: panel.icons or process.poll() is not None, START_S)
        assert process.poll() is None, process.communicate()[1]
        yield panel, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
        panel.close()


def test_it_says_what_it_shows_pauses_changes_settings_and_quits_by_the_menu(daemon, tmp_path: Path):
    panel, process = daemon
    assert eventually(lambda: panel.menu().labels[0] == "Waiting for the camera · dry run", START_S)
    panel.click("Pause")
    assert eventually(lambda: panel.menu().labels[0] == "Paused · dry run")
    assert panel.menu().find("Pause").told["toggle-state"] == 1
    panel.click("Profile", "slides")
    assert eventually(lambda: panel.menu().find("Profile", "slides").told["toggle-state"] == 1)
    panel.click("Gestures", "wave", "In use")
    assert eventually(lambda: "wave (off)" in panel.menu().find("Gestures").labels)
    settings = tmp_path / "XDG_CONFIG_HOME" / "gesturectl" / "settings.toml"
    assert '"wave"' in settings.read_text()
    panel.click("Quit")
    _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "tray: status notifier" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_while_the_tray_has_the_main_thread(daemon, number: int):
    _, process = daemon
    process.send_signal(number)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in told
