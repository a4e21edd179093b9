"""The control socket, and whoever means it ill."""

import contextlib
import json
import os
import socket
import stat
import struct
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from gesturectl.daemon import endpoint
from gesturectl.daemon.client import ask
from gesturectl.daemon.control import LINE_BYTES, ControlServer, answer, parse_request
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
def test_a_peer_that_the_system_calls_another_user_is_hung_up_on(server, monkeypatch):
    monkeypatch.setattr(endpoint.os, "getuid", lambda: 4_000_000)
    with pytest.raises(DaemonError):
        ask("status", folder=server)


ENTERED, NO_ENTRY, HUNG_UP = 12, 10, 11


def as_nobody(folder):
    """What the user nobody gets who asks for the status: an answer, no entry, or hung up on."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os._exit(ENTERED if talk(folder, b'{"command":"status"}\n') else HUNG_UP)
        except PermissionError:
            os._exit(NO_ENTRY)
        except OSError:  # hung up on before it had spoken
            os._exit(HUNG_UP)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_another_user_gets_no_further_than_the_folder_and_is_hung_up_on_where_it_is_open():
    stopping = threading.Event()
    with tempfile.TemporaryDirectory(prefix="gesturectl-", dir="/tmp") as above:
        Path(above).chmod(0o755)
        folder = endpoint.private_folder(Path(above) / "run")
        server = ControlServer(folder / endpoint.NAME, lambda command, _: {"command": command}, stopping)
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            assert ask("status", folder=folder)["command"] == "status"
            assert as_nobody(folder) == NO_ENTRY
            folder.chmod(0o755)
            assert as_nobody(folder) == NO_ENTRY  # the socket is closed to others as well
            (folder / endpoint.NAME).chmod(0o777)
            expected = HUNG_UP if sys.platform in ("linux", "darwin") else ENTERED
            assert as_nobody(folder) == expected
            assert ask("status", folder=folder)["command"] == "status"
        finally:
            stopping.set()
            thread.join(3)
            server.close()


def test_the_peer_that_macos_names_is_read_out_of_its_structure():
    groups = struct.pack("=h2x16I", 1, *range(16))
    assert endpoint.user_in(struct.pack("=II", 0, 501) + groups) == 501
    assert endpoint.user_in(struct.pack("=II", 7, 501) + groups) is None
    assert endpoint.user_in(b"") is None


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


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 60_000,
        b'{"command":"status","x":1}',
        b'{"command":["status"]}',
        b"null",
        b"\xff\xfe",
        b"",
        b'{"command":"status","command":"quit"}',
        b'{"command":"why","last":NaN}',
        b'{"command":"why","last":1e999}',
        b'{"command":"why","last":-Infinity}',
        b'{"command":"why","last":' + b"9" * 40 + b"}",
        b'{"command":"why","last":' + b"9" * 5000 + b"}",
        b'{"command":"profile","name":"\\ud800"}',
        b'{"command":"record_bind","action":' + b"[" * 20 + b"]" * 20 + b"}",
    ],
)
def test_hostile_lines_are_refused_over_the_socket(server, line):
    (answer,) = talk(server, line + b"\n")
    assert answer["ok"] is False
    assert answer["error"]["fact"]
    assert ask("status", folder=server)["command"] == "status"


def test_a_mistake_in_a_command_costs_that_answer_and_its_traceback_stays_in_the_log(caplog):
    def broken(command, arguments):
        return {"at": {1, 2}} if command == "why" else {}[command]

    for command in ("why", "status"):
        told = json.loads(answer(json.dumps({"command": command}).encode(), broken))
        assert told["ok"] is False
        assert "unexpectedly" in told["error"]["fact"]
        assert "Traceback" not in json.dumps(told)
    assert all(record.exc_info for record in caplog.records if record.levelname == "ERROR")


def test_what_is_no_number_is_null_in_an_answer():
    told = answer(b'{"command":"status"}', lambda *_: {"fps": float("nan"), "deep": [{"score": float("inf")}, 1.5]})
    assert json.loads(told) == {"ok": True, "fps": None, "deep": [{"score": None}, 1.5]}


def test_what_moves_a_terminal_s_cursor_is_neither_answered_nor_told(server):
    hostile = "\x1b]0;evil\x07\x1b[2J\u009b31m\u202e"
    told = answer(json.dumps({"command": "reload"}).encode(), lambda *_: refuse(hostile))
    assert told.isascii()
    assert not any(byte < 0x20 for byte in told)
    error = json.loads(told)["error"]
    assert all(letter.isprintable() for letter in error["place"] + error["fact"] + error["remedy"])
    assert "evil" in error["fact"]


def refuse(text):
    raise GesturectlError(text, text, text)


@pytest.mark.parametrize("guess", ["guess", "", None, 3, ["secret"], "secre\u00e9"])
def test_a_wrong_secret_is_refused_where_there_is_one(guess):
    line = json.dumps({"command": "status", "token": guess}).encode()
    with pytest.raises(DaemonError):
        parse_request(line, "secret")
    with pytest.raises(DaemonError):
        parse_request(b'{"command":"status"}', "secret")
    line = b'{"command":"status","token":"guess"}'
    assert parse_request(line.replace(b"guess", b"secret"), "secret") == ("status", {})


def test_without_a_daemon_the_client_says_how_to_start_one(tmp_path):
    with pytest.raises(DaemonError, match=r"isn't running.*gesturectl run"):
        ask("status", folder=tmp_path)


def test_a_daemon_that_doesn_t_answer_is_told_from_none(tmp_path):
    with endpoint.listen(tmp_path / endpoint.NAME), pytest.raises(DaemonError, match="didn't answer"):
        ask("status", folder=tmp_path, timeout_s=0.2)


@pytest.mark.parametrize("said", [b"[]\n", b"[" * 60_000 + b"\n", b"\xff\n", b"x" * (LINE_BYTES + 9), b"half"])
def test_nonsense_from_a_daemon_is_an_error_as_well(tmp_path, said):
    with endpoint.listen(tmp_path / endpoint.NAME) as listening:

        def speak():
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(said)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(DaemonError):
            ask("status", folder=tmp_path, timeout_s=2.0)
        thread.join(3)


def test_where_the_queue_at_its_door_is_full_one_waits_and_is_let_in_then(tmp_path):
    with endpoint.listen(tmp_path / endpoint.NAME) as listening:
        listening.listen(0)
        waiting = [endpoint.connect(tmp_path / endpoint.NAME, 1.0)[0]]
        with pytest.raises(BlockingIOError) if sys.platform == "linux" else contextlib.nullcontext():
            waiting.append(endpoint.connect(tmp_path / endpoint.NAME, 0.05)[0])
        let_in = threading.Timer(0.1, lambda: listening.accept()[0].close())
        let_in.start()
        waiting.append(endpoint.connect(tmp_path / endpoint.NAME, 3.0)[0])
        let_in.join()
        for client in waiting:
            client.close()


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
