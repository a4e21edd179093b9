"""A hand before a camera presses keys in real Wayland windows; nothing between camera and compositor is faked."""

import os
import time

import pytest
from virtual_wayland import Got

from gesturectl.keys import keysym

pytestmark = pytest.mark.display

PROFILE = """
version = 1
[app.reader]
wm_class = "reader"
[app.editor]
wm_class = "editor"
title = "/[.]py$/"
tags = ["code"]

[intents]
swipe_left = "turn"
victory = { do = "select", hold = 0.2 }

[profile.reader]
apps = ["reader"]
[profile.reader.actions]
turn = { keys = "F5" }
select = { keys = "Shift", while = "held" }

[profile.code]
tags = ["code"]
[profile.code.actions]
turn = { keys = "Ctrl+Tab" }
"""


@pytest.fixture
def daemon(user, sway, camera):
    """`gesturectl run` in a sway session, watching a resting hand."""
    user.env["XDG_RUNTIME_DIR"] = str(user.home / "runtime")
    user.env["WAYLAND_DISPLAY"] = str(sway.runtime / sway.display)
    path = user.profiles / "mine.toml"
    path.write_text(PROFILE)
    path.chmod(0o600)
    assert os.environ.get("DISPLAY") is None
    process = user.start("run", "--source", camera.url, "--json", "--no-tray")
    status = user.until(lambda status: status["state"] == "watching" and status["hands"] == ["right"])
    assert (status["injector"], status["watcher"]) == ("wlroots", "wlroots")
    return process


def test_the_same_swipe_presses_the_key_of_the_app_that_has_the_focus(user, camera, daemon, open_wayland_window):
    reader = open_wayland_window("reader")
    editor = open_wayland_window("editor", "notes.txt")
    assert user.until(lambda status: status["app"] == "editor")["profile"] == "default"
    editor.title("main.py")  # by its title this window has a tag, and the tag a profile
    user.until(lambda status: status["profile"] == "code")
    camera.make("swipe_left")
    ctrl, tab = keysym("ctrl"), keysym("tab")
    assert editor.keys(4, timeout_s=6) == [
        Got(ctrl, 0, True),
        Got(tab, 4, True),
        Got(tab, 4, False),
        Got(ctrl, 4, False),
    ]

    reader.focus()
    user.until(lambda status: status["profile"] == "reader")
    time.sleep(1)  # rest: a gesture re-arms
    camera.make("swipe_left")
    assert [one.symbol for one in reader.keys(2, timeout_s=6)] == [keysym("f5")] * 2


def test_switching_windows_while_a_key_is_held_leaves_nothing_held(user, camera, daemon, open_wayland_window):
    editor, reader = open_wayland_window("editor"), open_wayland_window("reader")
    user.until(lambda status: status["profile"] == "reader")
    camera.hold("victory")
    assert reader.keys(1, timeout_s=6) == [Got(keysym("shift"), 0, True)]
    editor.focus()
    user.until(lambda status: status["app"] == "editor")
    camera.let_go("victory")
    reader.focus()
    user.until(lambda status: status["app"] == "reader")
    camera.make("swipe_left")
    pressed = [one for one in reader.keys(3, timeout_s=6) if one.symbol == keysym("f5")]
    assert pressed[0] == Got(keysym("f5"), 0, True), "without Shift"
