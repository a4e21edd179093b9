"""The control socket, and whoever means it ill."""

import json
import os
import socket
import stat
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesturectl.daemon import endpoint
from gesturectl.daemon.client import ask
from gesturectl.daemon.control import COMMANDS, LINE_BYTES, ControlServer, parse_request
from gesturectl.errors import ConfigError, DaemonError, GesturectlError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="speaks to the Unix socket directly")


@pytest.fixture
def server(tmp_path):
    """A server whose handler echoes and refuses "reload"."""
    stopping = threading.Event()

    def handle(command, arguments):
        if command == "reload":
            raise ConfigError("x", [GesturectlError("x.toml", "bad key", "Mend it.")])
        return {"command": command, **arguments}

    folder = endpoint.private_folder(tmp_path / "run")
    server = ControlServer(folder / endpoint.NAME, handle, stopping)
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield folder
    stopping.set()
    thread.join(3)
    server.close()
    assert not thread.is_alive()
    assert not (folder / endpoint.NAME).exists()


def talk(folder, data, lines=1):
    """The answers to raw bytes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(3)
        client.connect(str(folder / endpoint.NAME))
        client.sendall(data)
        received = b""
        while received.count(b"\n") < lines:
            try:
                part = client.recv(65536)
            except ConnectionResetError:  # hung up on with bytes still unread
                break
            if not part:
                break
            received += part
    return [json.loads(line) for line in received.splitlines()]


def test_a_command_and_its_arguments_arrive(server):
    assert ask("profile", {"name": "slides"}, folder=server)["name"] == "slides"


def test_several_requests_may_use_one_connection(server):
    answers = talk(server, b'{"command":"status"}\n{"command":"pause"}\n', lines=2)
    assert [answer["command"] for answer in answers] == ["status", "pause"]


def test_a_refusal_keeps_its_words_and_its_exit_code(server):
    with pytest.raises(ConfigError, match=r"x\.toml: bad key\. Mend it\.") as refused:
        ask("reload", folder=server)
    assert refused.value.exit_code == ConfigError.exit_code
    assert len(refused.value.problems) == 1


def test_only_the_user_may_enter(server):
    assert stat.S_IMODE(server.stat().st_mode) == 0o700
    assert stat.S_IMODE((server / endpoint.NAME).stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux names the peer's user here")
def test_another_user_is_hung_up_on(server, monkeypatch):
    monkeypatch.setattr(endpoint.os, "getuid", lambda: 4_000_000)
    with pytest.raises(DaemonError):
        ask("status", folder=server)


def test_a_request_that_never_ends_is_cut_off(server):
    answers = talk(server, b"x" * (LINE_BYTES + 5000))
    assert "longer" in answers[0]["error"]["fact"]
    assert ask("status", folder=server)["command"] == "status"


def test_a_flood_is_cut_off_and_others_are_still_served(server):
    answers = talk(server, b'{"command":"status"}\n' * 200, lines=200)
    assert "too many" in answers[-1]["error"]["fact"]
    assert len(answers) < 100
    assert ask("status", folder=server)["command"] == "status"


def test_silent_clients_keep_nobody_from_being_served(server):
    silent = []
    for _ in range(10):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.connect(str(server / endpoint.NAME))
        silent.append(client)
    assert ask("status", folder=server)["command"] == "status"
    for client in silent:
        client.close()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered_with_an_error_or_a_command(data):
    try:
        command, arguments = parse_request(data)
    except GesturectlError as error:
        assert error.fact
    else:
        assert command in COMMANDS
        assert set(arguments) <= COMMANDS[command]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["command", "name", "token", "x"]), json_values) | json_values)
def test_any_json_is_answered_with_an_error_or_a_command(value):
    try:
        command, _ = parse_request(json.dumps(value).encode())
    except GesturectlError as error:
        assert error.fact
    else:
        assert command in COMMANDS


@pytest.mark.parametrize(
    "line", [b"[" * 60_000, b'{"command":"status","x":1}', b'{"command":["status"]}', b"null", b"\xff\xfe", b""]
)
def test_hostile_lines_are_refused_over_the_socket(server, line):
    (answer,) = talk(server, line + b"\n")
    assert answer["ok"] is False
    assert answer["error"]["fact"]
    assert ask("status", folder=server)["command"] == "status"


def test_a_wrong_secret_is_refused_where_there_is_one():
    line = b'{"command":"status","token":"guess"}'
    with pytest.raises(DaemonError):
        parse_request(line, "secret")
    assert parse_request(line.replace(b"guess", b"secret"), "secret") == ("status", {})


def test_without_a_daemon_the_client_says_how_to_start_one(tmp_path):
    with pytest.raises(DaemonError, match=r"isn't running.*gesturectl run"):
        ask("status", folder=tmp_path)


def test_a_daemon_that_doesn_t_answer_is_told_from_none(tmp_path):
    with endpoint.listen(tmp_path / endpoint.NAME), pytest.raises(DaemonError, match="didn't answer"):
        ask("status", folder=tmp_path, timeout_s=0.2)


def test_a_stale_socket_is_replaced_and_not_a_running_daemon(tmp_path):
    endpoint.listen(tmp_path / endpoint.NAME).close()
    with pytest.raises(DaemonError, match="isn't running"):
        ask("status", folder=tmp_path)
    endpoint.listen(tmp_path / endpoint.NAME).close()


def test_a_path_too_long_for_a_socket_is_said(tmp_path):
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    with pytest.raises(DaemonError, match="XDG_RUNTIME_DIR"):
        endpoint.listen(folder / endpoint.NAME)


def test_a_folder_that_is_a_link_or_a_file_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("")
    for name in ("link", "file"):
        with pytest.raises(DaemonError):
            endpoint.private_folder(tmp_path / name)


def test_an_open_folder_is_closed_to_others(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    assert stat.S_IMODE(endpoint.private_folder(folder).stat().st_mode) == 0o700


def test_a_client_that_dribbles_is_let_go_in_the_end(server, monkeypatch):
    monkeypatch.setattr("gesturectl.daemon.control._IDLE_S", 0.1)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(3)
        client.connect(str(server / endpoint.NAME))
        started_s = time.monotonic()
        assert client.recv(10) == b""
        assert time.monotonic() - started_s < 2
    assert os.path.exists(server / endpoint.NAME)  # noqa: PTH110
