"""A label above all windows for a moment, on X11. Clicks go through it, and it takes no focus."""

import os
import platform
from typing import Any

from gesturectl.desktop.base import Unavailable
from gesturectl.types import UInt8

_ABOVE_THE_EDGE = 72
"""Pixels between the label and the bottom of the screen: above most panels."""
_OPACITY = 0.92
"""Where a compositor runs."""


def unavailable() -> Unavailable | None:
    """Why no label can be shown here; None if one can."""
    if platform.system() in ("Windows", "Darwin"):
        return Unavailable("the label isn't built for this system yet", "The icon in the tray flashes all the same.")
    if os.environ.get("WAYLAND_DISPLAY"):
        fact = "Wayland lets no program draw above the others on every desktop"
        return Unavailable(fact, "The icon in the tray flashes all the same.")
    if not os.environ.get("DISPLAY"):
        return Unavailable("there is no display", "Start it within your desktop's session.")
    return None


class Overlay:
    """One window that shows labels. For one thread. Every method raises DesktopError if the X server goes away."""

    def __init__(self) -> None:
        from Xlib import X
        from Xlib.ext import shape

        from gesturectl.desktop.x11_display import open_display, translated

        self._translated = translated
        self._display = open_display()
        with translated():
            self._screen = self._display.screen()
            self._window = self._screen.root.create_window(
                0, 0, 1, 1, 0, self._screen.root_depth, X.InputOutput, X.CopyFromParent,
                override_redirect=True, background_pixel=self._screen.black_pixel, event_mask=0,
            )  # fmt: skip
            self._window.set_wm_name("gesturectl")
            self._property("_NET_WM_WINDOW_OPACITY", "CARDINAL", [round(_OPACITY * 0xFFFFFFFF)])
            self._property(
                "_NET_WM_WINDOW_TYPE", "ATOM", [self._display.intern_atom("_NET_WM_WINDOW_TYPE_NOTIFICATION")]
            )
            # An empty shape for input: whatever is clicked is what lies below.
            self._window.shape_rectangles(shape.SO.Set, shape.SK.Input, X.Unsorted, 0, 0, [])
            self._gc = self._window.create_gc()
            self._display.sync()

    def show(self, picture: UInt8) -> None:
        """Show `picture` (height, width, 3) RGB at the bottom of the primary screen, until `hide`."""
        from Xlib import X

        height, width = picture.shape[:2]
        with self._translated():
            left, top, wide, high = self._primary()
            self._window.configure(
                x=left + (wide - width) // 2,
                y=top + high - height - _ABOVE_THE_EDGE,
                width=width,
                height=height,
                stack_mode=X.Above,
            )
            self._window.map()
            self._paint(picture)
            self._display.sync()

    def hide(self) -> None:
        """Show nothing."""
        with self._translated():
            self._window.unmap()
            self._display.sync()

    def close(self) -> None:
        """Disconnect."""
        with self._translated():
            self._display.close()

    def _paint(self, picture: UInt8) -> None:
        """In strips: a request to the X server holds 256 KiB at most."""
        import numpy as np
        from Xlib import X

        height, width = picture.shape[:2]
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[..., :3] = picture[..., ::-1]  # blue first, as nearly all servers have it
        rows = max(1, 200_000 // (width * 4))
        for top in range(0, height, rows):
            strip = pixels[top : top + rows]
            self._window.put_image(
                self._gc, 0, top, width, len(strip), X.ZPixmap, self._screen.root_depth, 0, strip.tobytes()
            )

    def _primary(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of the primary monitor; of everything where nobody names one."""
        whole = (0, 0, int(self._screen.width_in_pixels), int(self._screen.height_in_pixels))
        if not self._display.has_extension("RANDR"):
            return whole
        from Xlib.ext import randr

        monitors = list(randr.get_monitors(self._screen.root, is_active=True).monitors)
        if not monitors:
            return whole
        best = next((monitor for monitor in monitors if monitor.primary), monitors[0])
        return best.x, best.y, best.width_in_pixels, best.height_in_pixels

    def _property(self, name: str, kind: str, values: list[Any]) -> None:
        self._window.change_property(self._display.intern_atom(name), self._display.intern_atom(kind), 32, values)
