"""The desktop that nobody sees."""

import os
import subprocess
import sys

import pytest

from gesturectl.benchmarks import virtual_desktop

_LOOK = """
from gesturectl.desktop.dbus import owned
from gesturectl.desktop.x11 import X11Injector
print(owned("org.kde.StatusNotifierWatcher"), X11Injector.rank() > 0)
"""


@pytest.mark.display
def test_it_has_a_display_a_bus_and_a_panel():
    if why := virtual_desktop.missing():
        pytest.skip(why)
    with virtual_desktop.desktop() as environment:
        looked = subprocess.run(
            [sys.executable, "-c", _LOOK], env={**os.environ, **environment}, capture_output=True, text=True, check=True
        )
    assert looked.stdout.split() == ["True", "True"]


def test_what_it_needs_is_told(monkeypatch):
    monkeypatch.setattr(virtual_desktop.shutil, "which", lambda program: None)
    assert virtual_desktop.missing() == "Xvfb and dbus-daemon must be installed for it"
