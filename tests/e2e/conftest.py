"""A user with nothing of their own, the program as a process of its own, and a camera that shows the demo clip."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from clip_camera import ClipCamera

from gesturectl import cli
from gesturectl.daemon.client import ask
from gesturectl.errors import DaemonError

PROGRAM = (sys.executable, "-m", "gesturectl.cli")


@dataclass(frozen=True)
class Ran:
    """What a run of the program left behind."""

    code: int
    out: str
    err: str


@dataclass
class User:
    """Somebody with folders of their own, who starts the program as a process."""

    home: Path
    env: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def profiles(self) -> Path:
        """Where this user's own profiles are."""
        folder = self.home / "config" / "gesturectl" / "profiles"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @property
    def runtime(self) -> Path:
        """Where the daemon's lock and socket are."""
        return self.home / "runtime" / "gesturectl"

    def start(self, *words: str, before: Sequence[str] = (), **options: Any) -> subprocess.Popen[str]:
        """Start the program, by way of the command `before`, and don't wait."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": self.home, "env": self.env, **options}
        pipes["start_new_session"] = bool(before)
        command = [*before, *PROGRAM, *words]
        process = subprocess.Popen(command, text=True, encoding="utf-8", errors="surrogateescape", **pipes)
        self.running.append(process)
        return process

    def run(self, *words: str, timeout_s: float = 60, **options: Any) -> Ran:
        """Run the program to its end."""
        process = self.start(*words, **options)
        out, err = process.communicate(timeout=timeout_s)
        return Ran(process.returncode, out or "", err or "")

    def end(self) -> None:
        """End what they left running."""
        for process in self.running:
            if process.poll() is None:
                if os.getsid(process.pid) == process.pid:  # who starts it for us may not take it along
                    os.killpg(process.pid, signal.SIGKILL)
                process.kill()
                process.communicate()
        self.running.clear()

    def until(self, done: Callable[[dict[str, Any]], bool], timeout_s: float = 20) -> dict[str, Any]:
        """The running daemon's status once it is as wished."""
        deadline_s = time.monotonic() + timeout_s
        status: dict[str, Any] = {}
        while time.monotonic() < deadline_s:
            try:
                status = ask("status", folder=self.runtime)
            except DaemonError:
                status = {}
            if status and done(status):
                return status
            time.sleep(0.1)
        raise AssertionError(f"the daemon didn't get there in {timeout_s:g} s; it said {status}")


def new_user(home: Path) -> User:
    """A user without a display, whose folders are in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "WAYLAND", "DISPLAY"))}
    # One thread: the tests' own timing must not depend on how many cores there are.
    user = User(home, {**kept, "HOME": str(home), "OMP_NUM_THREADS": "1"})
    for name in ("config", "data", "state", "runtime"):
        folder = home / name
        folder.mkdir(mode=0o700)
        user.env["XDG_RUNTIME_DIR" if name == "runtime" else f"XDG_{name.upper()}_HOME"] = str(folder)
    return user


@pytest.fixture(scope="session")
def make_user() -> Iterator[Callable[[Path], User]]:
    """Makes users without a display, in a folder each; whatever they leave running is ended."""
    users: list[User] = []

    def make(home: Path) -> User:
        users.append(new_user(home))
        return users[-1]

    yield make
    for user in users:
        user.end()


@pytest.fixture
def user(tmp_path: Path, make_user: Callable[[Path], User]) -> Iterator[User]:
    """A user for one test."""
    somebody = make_user(tmp_path)
    yield somebody
    somebody.end()


@pytest.fixture
def call(user: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the program as `user.run` does, within this process: for what ends before anything is started."""
    monkeypatch.chdir(user.home)
    for name in [name for name in os.environ if name not in user.env]:
        monkeypatch.delenv(name)
    for name, value in user.env.items():
        monkeypatch.setenv(name, value)

    def main(*words: str) -> Ran:
        try:
            code = cli.main(words)
        except SystemExit as end:  # argparse's way to say that words don't fit
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return main


@pytest.fixture
def camera() -> Iterator[ClipCamera]:
    """A network camera in front of which somebody rests a hand until told to make a gesture."""
    with ClipCamera() as one:
        yield one


@pytest.fixture
def mute_camera() -> Iterator[str]:
    """The URL of a camera that takes the call and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/video"
