"""The label on a virtual X display: seen, and not in the way."""

from collections.abc import Callable

import numpy as np
import pytest
from eventually import eventually
from virtual_display import Window

from gesturectl.ui.feedback.label import draw_label
from gesturectl.ui.feedback.overlay import Overlay

pytestmark = pytest.mark.display


def on_screen(x: str, left: int, top: int, width: int, height: int) -> np.ndarray:
    """(height, width, 3) RGB of the screen."""
    import Xlib.display
    from Xlib import X

    display = Xlib.display.Display(x)
    image = display.screen().root.get_image(left, top, width, height, X.ZPixmap, 0xFFFFFFFF)
    display.close()
    return np.frombuffer(image.data, np.uint8).reshape(height, width, 4)[..., 2::-1]


def test_it_is_seen_at_the_bottom_in_its_colours_and_then_gone(x: str):
    import Xlib.display

    screen = Xlib.display.Display(x).screen()
    picture = draw_label("swipe_left", "press Ctrl+Tab")
    height, width = picture.shape[:2]
    left, top = (screen.width_in_pixels - width) // 2, screen.height_in_pixels - height - 72
    overlay = Overlay()
    overlay.show(picture)
    assert eventually(lambda: np.array_equal(on_screen(x, left, top, width, height), picture))
    overlay.hide()
    assert eventually(lambda: not np.array_equal(on_screen(x, left, top, width, height), picture))
    overlay.close()


def test_clicks_and_keys_go_to_what_lies_below(x: str, open_window: Callable[[str], Window]):
    import Xlib.display
    from Xlib import X
    from Xlib.ext import xtest

    window = open_window("Below")
    display = Xlib.display.Display(x)
    screen = display.screen()
    window.window.configure(x=0, y=0, width=screen.width_in_pixels, height=screen.height_in_pixels)
    window.display.sync()
    overlay = Overlay()
    picture = draw_label("swipe_left", "press Ctrl+Tab")
    overlay.show(picture)
    middle = screen.height_in_pixels - 72 - picture.shape[0] // 2
    screen.root.warp_pointer(screen.width_in_pixels // 2, middle)
    for kind in (X.ButtonPress, X.ButtonRelease):
        xtest.fake_input(display, kind, 1)
    display.sync()
    assert [pressed.symbol for pressed in window.downs(1)] == [1]
    assert display.get_input_focus().focus.id == window.window.id
    overlay.close()
    display.close()
