"""Where things are: what ships with the program, and the user's own folders."""

from pathlib import Path

import platformdirs

_APP = "gesturectl"
_PACKAGE = Path(__file__).parent


def bundled(folder: str) -> Path:
    """The folder `profiles` or `models` that ships with the program: package data, or in the repository before."""
    installed = _PACKAGE / "data" / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder


def asset(name: str) -> Path:
    """A file of `gesturectl/assets`."""
    return _PACKAGE / "assets" / name


def config_dir() -> Path:
    """The user's settings and hand-written profiles."""
    return platformdirs.user_config_path(_APP, appauthor=False)


def data_dir() -> Path:
    """The user's takes and models."""
    return platformdirs.user_data_path(_APP, appauthor=False)


def state_dir() -> Path:
    """Logs and other traces that may be deleted at any time."""
    return platformdirs.user_state_path(_APP, appauthor=False)


def runtime_dir() -> Path:
    """Where the control socket and the lock are while the daemon runs; only the user may enter."""
    return platformdirs.user_runtime_path(_APP, appauthor=False)
