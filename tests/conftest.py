"""What tests of several folders share."""

from virtual_display import open_window, start_x_server, terminal, x, x_server
from virtual_wayland import open_wayland_window, sway, sway_session

__all__ = ["open_wayland_window", "open_window", "start_x_server", "sway", "sway_session", "terminal", "x", "x_server"]
