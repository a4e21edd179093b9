"""Opening a page in the browser and a folder in the file manager, without waiting for them."""

import os
import subprocess
import sys
import webbrowser
from pathlib import Path

from gesturectl.errors import DesktopError
from gesturectl.process import environment_for_others

_TEXT_BROWSERS = ("lynx", "links", "elinks", "w3m", "www-browser")
"""They would take our terminal, and have no scripts."""


def open_link(link: str) -> None:
    """Open `link` in the person's browser. Raises DesktopError if none can be started."""
    try:
        browser = webbrowser.get()
        if getattr(browser, "name", "") in _TEXT_BROWSERS or not browser.open(link):
            raise webbrowser.Error
    except (webbrowser.Error, OSError) as error:
        raise DesktopError(
            "browser", "none can be started", "Run 'gesturectl studio --print' for the address."
        ) from error


def open_folder(folder: Path) -> None:
    """Open `folder` in the file manager; it is made if it is missing. Raises DesktopError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if sys.platform == "win32":
            os.startfile(folder)  # noqa: S606  it is a folder
        else:
            program = "open" if sys.platform == "darwin" else "xdg-open"
            null = subprocess.DEVNULL
            subprocess.Popen(
                [program, str(folder)], stdin=null, stdout=null, stderr=null, start_new_session=True,
                env=environment_for_others(),
            )  # fmt: skip
    except OSError as error:
        raise DesktopError(
            str(folder), f"it can't be opened ({error.strerror or error})", "Open it yourself."
        ) from error
