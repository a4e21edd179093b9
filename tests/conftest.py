"""What tests of several folders share."""

from fake_bus import bus, bus_daemon, serve
from virtual_display import open_window, start_x_server, terminal, x, x_server
from virtual_wayland import open_wayland_window, sway, sway_session

__all__ = [
    "bus",
    "bus_daemon",
    "open_wayland_window",
    "open_window",
    "serve",
    "start_x_server",
    "sway",
    "sway_session",
    "terminal",
    "x",
    "x_server",
]
