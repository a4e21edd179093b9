"""What tests of several folders share."""

from virtual_display import open_window, start_x_server, terminal, x, x_server

__all__ = ["open_window", "start_x_server", "terminal", "x", "x_server"]
