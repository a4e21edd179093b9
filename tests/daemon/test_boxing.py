"""What a boxed-in process can't do any more, tried for real in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

from gesturectl.daemon.boxing.box import offered

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or bool(offered()[1]), reason=f"not all of it is offered here: {offered()[1]}"
)

PROBE = """
import ctypes, json, os, socket, sys, threading
from pathlib import Path
from gesturectl.daemon.boxing.box import box_in
outside = Path(sys.argv[1])
network = sys.argv[2] == "network"
(outside / "secret").write_text("secret")
listener = socket.create_server(("127.0.0.1", 0))
words = box_in(network)

def tried(call):
    try:
        call()
    except OSError as error:
        return error.strerror
    return "done"

def fork():
    if os.fork() == 0:
        os._exit(0)

def thread():
    ran = []
    one = threading.Thread(target=lambda: ran.append(1))
    one.start()
    one.join()
    assert ran

said = {
    "words": words,
    "read outside": tried(lambda: (outside / "secret").read_text()),
    "list outside": tried(lambda: list(outside.iterdir())),
    "write outside": tried(lambda: (outside / "new").write_text("x")),
    "write within": tried(lambda: (Path(json.__file__).parent / "new").write_text("x")),
    "remove": tried(lambda: (outside / "secret").unlink()),
    "make folder": tried(lambda: (outside / "folder").mkdir()),
    "change rights": tried(lambda: os.chmod(json.__file__, 0o777)),
    "tcp": tried(lambda: socket.create_connection(listener.getsockname(), 2)),
    "udp": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
    "unix": tried(lambda: socket.socket(socket.AF_UNIX)),
    "serve": tried(lambda: socket.create_server(("127.0.0.1", 0))),
    "run": tried(lambda: os.execv("/bin/true", ["true"])),
    "fork": tried(fork),
    "signal": tried(lambda: os.kill(os.getppid(), 0)),
    "read own": tried(lambda: Path(json.__file__).read_text()),
    "device": tried(lambda: Path("/dev/null").write_text("x")),
    "thread": tried(thread),
    "terminal": tried(lambda: __import__("fcntl").ioctl(0, 0x5412, b"x")),
}
print(json.dumps(said))
"""


def probed(tmp_path, network):
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path), "network" if network else "none"],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


REFUSED = (
    "read outside", "list outside", "write outside", "write within", "remove", "make folder", "change rights", "udp",
    "unix", "serve", "run", "fork", "signal", "terminal",
)  # fmt: skip


def test_without_a_network_camera_it_reaches_nothing(tmp_path):
    said = probed(tmp_path, network=False)
    for what in (*REFUSED, "tcp"):
        assert said[what].startswith(("Permission denied", "Operation not permitted")), (what, said[what])
    assert said["read own"] == said["device"] == said["thread"] == "done"
    assert (tmp_path / "secret").exists()
    assert "no network" in said["words"]


def test_with_a_network_camera_only_the_network_is_left(tmp_path):
    said = probed(tmp_path, network=True)
    for what in REFUSED:
        if what != "udp":  # the name of a camera must be looked up
            assert said[what].startswith(("Permission denied", "Operation not permitted")), (what, said[what])
    assert said["tcp"] == "done"


def test_all_of_home_is_not_readable_because_python_was_started_there(tmp_path):
    code = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path.home()))  # as `python -m` does
from gesturectl.daemon.boxing.box import box_in
(Path.home() / "letter").write_text("private")
box_in(False)
try:
    print((Path.home() / "letter").read_text())
except PermissionError:
    print("shut")
"""
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "shut", ran.stderr
