"""The tracer and the search for pictures find what they are there to find: else their silence would mean nothing."""

import io
import subprocess
import sys

import cv2
import numpy as np
import pytest
from clip_camera import pictures
from marked_picture import mark, picture_in_file
from tracing import Trace, traced, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())

_NOBODY = "192.0.2.1"
"""An address for documentation (RFC 5737): nobody has it."""


def trace_of(code, folder):
    """What a Python that runs `code` is seen to do."""
    start = "import socket, os, sys, threading\nfrom contextlib import suppress\n"
    subprocess.run([*traced(folder), sys.executable, "-I", "-c", start + code], timeout=30, check=True, cwd=folder)
    return Trace.read(folder)


LEAKS = {
    "a connection": f"s = socket.socket(); s.setblocking(False); s.connect_ex(('{_NOBODY}', 443))",
    "a connection over IPv6": "with suppress(OSError): socket.socket(socket.AF_INET6).connect_ex(('2001:db8::1', 443))",
    "the question which address is ours": f"socket.socket(type=socket.SOCK_DGRAM).connect_ex(('{_NOBODY}', 80))",
    "a datagram": f"with suppress(OSError): socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('{_NOBODY}', 9))",
    "an ear for everybody": "socket.socket().bind(('0.0.0.0', 0))",
    "an ear for everybody over IPv6": "with suppress(OSError): socket.socket(socket.AF_INET6).bind(('::', 0))",
    "a resolver of this machine": "socket.socket(type=socket.SOCK_DGRAM).connect_ex(('127.0.0.53', 53))",
    "systemd's resolver": "socket.socket(socket.AF_UNIX).connect_ex('/run/systemd/resolve/io.systemd.Resolve')",
    "a raw socket": "with suppress(OSError): socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "packets": "with suppress(OSError): socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "a child": f"os.fork() or socket.socket(type=socket.SOCK_DGRAM).connect_ex(('{_NOBODY}', 80))",
    "a thread": f"threading.Thread(target=lambda: socket.socket(type=2).connect_ex(('{_NOBODY}', 80))).start()",
}


@pytest.mark.parametrize("code", LEAKS.values(), ids=LEAKS)
def test_what_goes_beyond_this_machine_is_seen(code, tmp_path):
    assert trace_of(code, tmp_path / "trace").leaks()


def test_a_name_that_is_looked_up_is_seen(tmp_path):
    trace = trace_of("with suppress(OSError): socket.getaddrinfo('gesturectl.invalid', 80)", tmp_path / "trace")
    assert trace.names_sought()


def test_what_stays_on_this_machine_is_no_leak(tmp_path):
    code = """
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
server.accept()[0].send(b"hello")
pair = socket.socketpair()
pair[0].send(b"hello")
six = socket.create_server(("::1", 0), family=socket.AF_INET6)
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0))
socket.socket(socket.AF_UNIX).bind("ear")
"""
    trace = trace_of(code, tmp_path / "trace")
    assert trace.leaks() == []
    assert trace.names_sought() == []
    assert "ear" in trace.written()


def test_every_way_to_write_a_file_is_seen(tmp_path):
    code = """
open("opened", "w"); open("dev", "w").close(); os.rename("dev", "renamed"); os.mkdir("made"); os.memfd_create("memory")
os.symlink("opened", "linked"); os.link("opened", "hard"); open("made/inner", "ab"); open(sys.executable, "rb")
with suppress(OSError): open("/missing/file", "w")
"""
    names = {path.rpartition("/")[2] for path in trace_of(code, tmp_path / "trace").written()}
    assert names == {"opened", "dev", "renamed", "made", "memfd:memory", "linked", "hard", "inner"}


def test_what_is_sent_and_written_is_seen_whole(tmp_path):
    code = """
content = b"\\xff\\x00picture" * 3000
ends, pair = os.pipe(), socket.socketpair()
os.write(ends[1], content)
pair[0].send(content)
pair[0].sendmsg([b"head", content])
open("file", "wb", buffering=0).write(content)
pair[0].send(b"a line of text")
"""
    given = [content for _, content in trace_of(code, tmp_path / "trace").given()]
    assert [content for content in given if len(content) > 20] == [b"\xff\x00picture" * 3000] * 4
    assert b"a line of text" in given


@pytest.fixture(scope="module")
def picture():
    """As a program receives it from the test's camera."""
    made = pictures(0, 0)[0].copy()
    mark(made)
    return cv2.imdecode(cv2.imencode(".jpg", made)[1], cv2.IMREAD_COLOR)


@pytest.mark.parametrize(
    "coded",
    [
        lambda picture: picture.tobytes(),
        lambda picture: b"head" + picture[..., ::-1].tobytes(),
        lambda picture: cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA).tobytes(),
        lambda picture: cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).tobytes(),
        lambda picture: cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA).tobytes(),
        lambda picture: picture[5:6].tobytes(),
        lambda picture: b"log line\n" + cv2.imencode(".jpg", picture)[1].tobytes(),
        lambda picture: cv2.imencode(".png", picture)[1].tobytes(),
        lambda picture: npz(picture),
    ],
)
def test_a_picture_in_a_file_is_found_however_it_is_kept(picture, coded):
    assert picture_in_file(coded(picture))


def test_where_no_picture_is_none_is_found():
    noise = np.random.default_rng(0)
    for content in (b"", b"a line\n" * 1000, noise.bytes(1 << 20), npz(noise.normal(size=(300, 2, 21, 3)))):
        assert picture_in_file(content) == ""


def npz(array):
    """A file as NumPy packs them."""
    file = io.BytesIO()
    np.savez_compressed(file, array=array)
    return file.getvalue()
