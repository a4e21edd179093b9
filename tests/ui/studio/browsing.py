"""A real browser on the page of a real daemon, before a rendered camera. Nobody's own files are touched."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from clip_camera import ClipCamera

from gesturectl.daemon.client import ask

CHROMIUM = "/usr/bin/chromium"


class Home:
    """A user of their own, with a daemon."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = dict(os.environ)
        for name in ("config", "data", "state", "runtime"):
            path = folder / name
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.env["XDG_RUNTIME_DIR" if name == "runtime" else f"XDG_{name.upper()}_HOME"] = str(path)
        self.profiles = folder / "config" / "gesturectl" / "profiles"
        self.library = folder / "data" / "gesturectl" / "library"

    def ask(self, command: str, **arguments: object) -> dict:
        return ask(command, arguments, folder=self.folder / "runtime" / "gesturectl", timeout_s=15)

    @contextlib.contextmanager
    def daemon(self, camera: ClipCamera, *options: str) -> Iterator["Home"]:
        """A daemon that watches `camera`, until the context ends."""
        # It films while a browser draws: elsewhere than in tests, nothing else takes all processors.
        nice = ["nice", "-n", "-10"] if sys.platform == "linux" and os.geteuid() == 0 else []
        command = [*nice, sys.executable, "-m", "gesturectl.cli", "run", "--source", camera.url, "--no-tray", *options]
        with (self.folder / "daemon.log").open("ab") as log:
            process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        try:
            wait_until(lambda: self._watches(), 30)
            yield self
        finally:
            process.terminate()
            process.wait(10)

    def _watches(self) -> bool:
        try:
            return bool(self.ask("status")["state"] == "watching")
        except Exception:
            return False


def wait_until(condition, timeout_s: float = 10.0) -> None:
    """Raises AssertionError if `condition` doesn't come true in time."""
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "it never came true"
        time.sleep(0.1)


@contextlib.contextmanager
def chromium():
    """Playwright's handle of a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
