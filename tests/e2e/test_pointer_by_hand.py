"""A hand before a camera moves the pointer of a real X server; nothing between the two is faked."""

import time

import pytest

pytestmark = pytest.mark.display


def pointer_at(name):
    from Xlib import display

    connection = display.Display(name)
    try:
        found = connection.screen().root.query_pointer()
        return found.root_x, found.root_y
    finally:
        connection.close()


def test_the_pointer_follows_the_hand_while_the_mode_is_on(user, camera, x, open_window):
    user.env["DISPLAY"] = x
    window = open_window("Editor")
    window.focus()
    daemon = user.start("run", "--source", camera.url, "--json", "--no-tray")
    user.until(lambda status: status["state"] == "watching" and status["hands"] == ["right"])

    assert user.run("pointer", "on").out.startswith("on")
    before_x, _ = pointer_at(x)
    camera.make("swipe_left")
    deadline_s, least_x = time.monotonic() + 6, before_x
    while time.monotonic() < deadline_s and least_x > before_x - 50:
        least_x = min(least_x, pointer_at(x)[0])
        time.sleep(0.02)
    assert least_x <= before_x - 50
    assert window.pressed(1, timeout_s=2) == [], "the swipe itself does nothing meanwhile"

    assert user.run("pointer", "off").out == "off\n"
    rest = pointer_at(x)
    camera.make("swipe_left")
    assert window.pressed(2, timeout_s=8), "and it does its own again"
    assert pointer_at(x) == rest
    assert user.run("quit").code == 0
    daemon.communicate(timeout=5)
