"""The control socket and clients that dribble, flood, crowd, or don't read: nobody else waits for them."""

import json
import socket
import sys
import threading
import time

import pytest
from daemon_fakes import eventually

from gesturectl.daemon import connection, control, endpoint
from gesturectl.daemon.allowance import Allowance
from gesturectl.daemon.client import ask
from gesturectl.daemon.control import ControlServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="speaks to the Unix socket directly")

STATUS, SLOW = b'{"command":"status"}\n', b'{"command":"reload"}\n'
BIG = "x" * 60_000


class Crowd:
    """A server whose answers are big, and clients of it."""

    def __init__(self, folder):
        self.folder = endpoint.private_folder(folder / "run")
        self._stopping = threading.Event()
        self.done = threading.Event()
        self.server = ControlServer(self.folder / endpoint.NAME, self._handle, self._stopping)
        self._thread = threading.Thread(target=self.server.serve)
        self._clients = []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        for client in self._clients:
            client.close()
        self._stopping.set()
        self._thread.join(3)
        assert not self._thread.is_alive()
        self.server.close()

    def _handle(self, command, arguments):
        """ "reload" takes until it is `done`; "quit" ends everything before it is answered."""
        if command == "reload":
            self.done.wait(10)
        if command == "quit":
            self._stopping.set()
            time.sleep(0.1)
        return {"big": BIG}

    def client(self, said=b""):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._clients.append(client)
        client.settimeout(3)
        client.connect(str(self.folder / endpoint.NAME))
        client.sendall(said)
        return client

    def is_served(self):
        return ask("status", folder=self.folder, timeout_s=3)["big"] == BIG

    @property
    def connected(self):
        return len(self.server._clients)


def is_hung_up_on(client):
    """Whether the server has ended the connection, once all that it said is read."""
    try:
        while client.recv(1 << 20):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.fixture
def crowd(tmp_path):
    with Crowd(tmp_path) as crowd:
        yield crowd


def test_a_client_that_says_a_byte_now_and_then_has_no_more_time_than_a_silent_one(crowd, monkeypatch):
    monkeypatch.setattr(control, "PATIENCE_S", 0.4)
    slow, silent = crowd.client(), crowd.client()
    stopped = threading.Event()

    def dribble():
        while not stopped.wait(0.05):
            try:
                slow.send(b" ")
            except OSError:
                return

    thread = threading.Thread(target=dribble)
    thread.start()
    assert crowd.is_served()
    assert is_hung_up_on(silent)
    assert is_hung_up_on(slow)
    stopped.set()
    thread.join(3)
    assert eventually(lambda: crowd.connected == 0)


def test_clients_that_never_read_their_answers_keep_nobody_waiting(crowd, monkeypatch):
    deaf = [crowd.client(STATUS * 30) for _ in range(5)]
    for _ in range(5):
        assert crowd.is_served()
    monkeypatch.setattr(control, "PATIENCE_S", 0.1)
    assert all(is_hung_up_on(client) for client in deaf)
    assert eventually(lambda: crowd.connected == 0)


def test_a_request_that_takes_its_time_keeps_nobody_else_waiting(crowd):
    slow = [crowd.client(SLOW) for _ in range(3)]
    for _ in range(3):
        assert crowd.is_served()
    assert crowd.connected >= 3
    crowd.done.set()
    for client in slow:
        with client.makefile("rb") as file:
            assert json.loads(file.readline())["ok"]


def test_a_client_waits_for_its_answer_before_its_next_request_counts(crowd):
    client = crowd.client(SLOW + STATUS)
    client.settimeout(0.3)
    with pytest.raises(TimeoutError):
        client.recv(1)
    crowd.done.set()
    client.settimeout(3)
    with client.makefile("rb") as file:
        assert [json.loads(file.readline())["ok"] for _ in range(2)] == [True, True]


def test_where_every_place_is_taken_the_next_waits_for_the_first_that_is_done(crowd, monkeypatch):
    monkeypatch.setattr(crowd.server._answering, "_most", 2)
    slow = [crowd.client(SLOW) for _ in range(2)]
    assert eventually(lambda: not crowd.server._answering.free)
    third = crowd.client(STATUS)
    third.settimeout(0.3)
    with pytest.raises(TimeoutError):
        third.recv(1)
    crowd.done.set()
    for client in (*slow, third):
        client.settimeout(3)
        with client.makefile("rb") as file:
            assert json.loads(file.readline())["ok"]
    assert not crowd.server._answering.busy


def test_a_client_that_leaves_before_its_answer_is_missed_by_nobody(crowd):
    crowd.client(SLOW).close()
    assert eventually(lambda: crowd.server._answering.busy)
    crowd.done.set()
    assert eventually(lambda: crowd.connected == 0)
    assert crowd.is_served()


def test_what_was_asked_before_the_end_is_answered(crowd):
    assert ask("quit", folder=crowd.folder)["big"] == BIG


def test_of_a_deaf_client_no_more_is_kept_than_a_request_and_an_answer(crowd):
    deaf = crowd.client()
    deaf.settimeout(0.2)
    sent = 0
    with pytest.raises(TimeoutError):  # the system's buffers are full: we don't read on
        while sent < 50 << 20:
            sent += deaf.send(STATUS * 1000)
    (kept,) = crowd.server._clients
    assert len(kept._coming) <= connection.LINE_BYTES + 4096
    assert len(kept._going) <= connection.LINE_BYTES
    assert crowd.is_served()


def test_more_clients_than_there_is_room_for_push_the_slowest_out(crowd):
    first = crowd.client()
    assert eventually(lambda: crowd.connected == 1)
    others = [crowd.client() for _ in range(control._CLIENTS + 10)]
    assert crowd.is_served()
    assert is_hung_up_on(first)
    assert crowd.connected <= control._CLIENTS
    others[-1].sendall(STATUS)
    assert others[-1].recv(10)


def test_new_connections_buy_nobody_more_requests_and_everybody_is_answered(crowd, monkeypatch):
    asked = []
    crowd.server._allowance = Counted(asked)
    clients = [crowd.client(STATUS) for _ in range(control._CLIENTS)]
    for client in clients:
        with client.makefile("rb") as file:
            assert json.loads(file.readline())["ok"]
    assert asked.count(False) >= 5  # had to wait


class Counted:
    """Lets every other request through."""

    def __init__(self, asked):
        self.asked = asked

    def left(self, now_s):
        return 1

    def take(self, now_s):
        self.asked.append(len(self.asked) % 2 == 1)
        return self.asked[-1]


def test_an_answer_goes_to_a_client_that_has_said_all_it_will_say(crowd):
    client = crowd.client(STATUS)
    client.shutdown(socket.SHUT_WR)
    with client.makefile("rb") as file:
        assert json.loads(file.readline())["ok"]
        assert file.read() == b""


def test_a_request_that_comes_in_pieces_is_one(crowd):
    client = crowd.client()
    for byte in STATUS:
        client.sendall(bytes([byte]))
    assert client.recv(10)


def test_an_allowance_fills_again_with_time():
    allowance = Allowance(3, 2)
    assert [allowance.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(0.5), allowance.take(0.5)] == [True, False]
    assert [allowance.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_when_no_descriptor_is_left_it_waits_instead_of_burning_the_processor(crowd, monkeypatch):
    calls = []

    class Full:
        def accept(self):
            calls.append(1)
            raise OSError(24, "Too many open files")

    real = crowd.server._server
    monkeypatch.setattr(crowd.server, "_server", Full())
    crowd.server._accept()
    monkeypatch.setattr(crowd.server, "_server", real)
    assert crowd.is_served()
    assert len(calls) == 1
