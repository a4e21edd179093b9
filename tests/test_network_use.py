"""Which modules can reach beyond the process, by what they import; and that none does so by being imported."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gesturectl

PACKAGE = Path(gesturectl.__file__).parent

NAMED = {
    "actions/http.py": "what a profile asks for",
    "actions/mqtt.py": "what a profile asks for",
    "actions/osc.py": "what a profile asks for",
    "benchmarks/stand.py": "a camera on 127.0.0.1 for the program that is measured",
    "capture/stream.py": "a camera that is a URL",
    "daemon/answering.py": "a pair of sockets within the process, to wake the thread of the control socket",
    "daemon/app.py": "a pair of sockets within the process, to hear signals",
    "daemon/client.py": "the control socket",
    "daemon/connection.py": "the control socket",
    "daemon/endpoint.py": "the control socket; on Windows a port of 127.0.0.1",
    "desktop/sway_windows.py": "the Unix socket of sway and i3",
    "desktop/wayland_wire.py": "the Unix socket of Wayland",
    "scrubbing.py": "the computer's name, to leave it out",
    "ui/opening.py": "hands a link to the browser",
    "ui/studio/api.py": "the page, on 127.0.0.1",
    "ui/studio/live.py": "the page, on 127.0.0.1",
    "ui/studio/server.py": "the page, on 127.0.0.1",
    "verbs/engines/on_ray.py": "a cluster that --ray names, or a Ray on 127.0.0.1",
}
"""What each module with a network library needs it for. Another one is added here, and to docs/privacy.md."""

NETWORK = {
    "aiohttp", "asyncore", "ftplib", "grpc", "http", "httpx", "imaplib", "multiprocessing.connection", "nntplib",
    "poplib", "ray", "requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3",
    "webbrowser", "websockets", "xmlrpc",
}  # fmt: skip
"""Modules that reach beyond a process, or help to."""
ASYNCIO = {
    "create_connection", "create_datagram_endpoint", "create_server", "create_unix_connection", "create_unix_server",
    "open_connection", "open_unix_connection", "start_server", "start_unix_server",
}  # fmt: skip


def network_use(source: str) -> set[str]:
    """What of `NETWORK` and `ASYNCIO` a source imports or calls, wherever it stands; types alone don't count."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    used = set()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and (name := _imported_by(node)):
            names = [name]
        elif isinstance(node, ast.Attribute) and node.attr in ASYNCIO:
            used.add(node.attr)
        used |= {known for name in names for known in NETWORK if name == known or name.startswith(f"{known}.")}
    return used


def _imported_by(call: ast.Call) -> str:
    """The module that `import_module("x")` and `__import__("x")` import."""
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    return str(first.value) if function in ("import_module", "__import__") and isinstance(first, ast.Constant) else ""


def test_only_named_modules_use_the_network_or_a_socket():
    used = {
        path.relative_to(PACKAGE).as_posix(): uses
        for path in sorted(PACKAGE.rglob("*.py"))
        if (uses := network_use(path.read_text("utf-8")))
    }
    assert set(used) == set(NAMED), {name: uses for name, uses in used.items() if name not in NAMED}


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import os, urllib.request",
        "from urllib import request",
        "from http.client import HTTPSConnection",
        "def f():\n    import aiohttp",
        "import importlib\nimportlib.import_module('ray')",
        "__import__('socket')",
        "import asyncio\nasync def f():\n    await asyncio.open_connection('a', 1)",
        "async def f(loop):\n    await loop.create_datagram_endpoint(None)",
    ],
)
def test_every_way_to_get_at_the_network_is_seen(source):
    assert network_use(source)


def test_a_name_for_a_type_is_no_use():
    assert not network_use("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import aiohttp\nsocket = 1")


_IMPORT_ALL = """
import importlib, pkgutil, sys
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event.startswith("socket.") else None)
if "--break-it" in sys.argv:
    import socket; socket.socket()
import gesturectl
wanted = "gesturectl.training" if "--training" in sys.argv else "gesturectl"
names = [one.name for one in pkgutil.walk_packages(gesturectl.__path__, "gesturectl.")]
done = 0
for name in names:
    if name.startswith(wanted) and ("training" in sys.argv[-1] or not name.startswith("gesturectl.training")):
        try:
            importlib.import_module(name)
            done += 1
        except ImportError as error:  # an extra, or another system's library
            assert (error.name or "").partition(".")[0] != "gesturectl", error
assert done > 10, done
print(sorted(set(opened) - {"socket.gethostname"}))
"""


def opened_by_importing(*words: str) -> str:
    """What a fresh Python does with sockets when it imports our modules."""
    command = [sys.executable, "-c", _IMPORT_ALL, *words]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_importing_any_module_opens_no_socket():
    assert opened_by_importing() == "[]"


@pytest.mark.train
def test_importing_the_training_opens_no_socket():
    pytest.importorskip("torch")
    assert opened_by_importing("--training") == "[]"


def test_a_socket_that_is_opened_meanwhile_is_seen():
    assert opened_by_importing("--break-it") == "['socket.__new__']"
