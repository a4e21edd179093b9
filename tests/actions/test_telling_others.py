"""Actions that tell something to others on the network or the message bus: to small real servers on the loopback."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fake_servers import mqtt_broker, web_server

from gesturectl.actions import parse
from gesturectl.actions.base import Stage
from gesturectl.actions.osc import encode
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import ConfigError, DesktopError


def begin(**table: object) -> None:
    """Do what a table says, here and now."""
    parse(table, "here").begin(Stage(RecordingInjector(), lambda _: None, lambda: None, pytest.fail))


def test_a_web_server_is_asked() -> None:
    with web_server() as (address, asked):
        begin(http=f"{address}/toggle?lamp=1")
        begin(http=f"{address}/set", json={"level": 3}, method="PUT")
        begin(http=f"{address}/note", body="hi")
    assert [(one["method"], one["path"]) for one in asked] == [
        ("GET", "/toggle?lamp=1"), ("PUT", "/set"), ("POST", "/note"),
    ]  # fmt: skip
    assert json.loads(asked[1]["body"]) == {"level": 3}
    assert asked[1]["headers"]["Content-Type"] == "application/json"


def test_secrets_come_from_the_environment_and_stay_out_of_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMP_TOKEN", "s3cret")
    with web_server() as (address, asked):
        begin(http=f"{address}/?key=${{LAMP_TOKEN}}", headers={"Authorization": "Bearer ${LAMP_TOKEN}"})
    assert asked[0]["path"] == "/?key=s3cret"
    assert asked[0]["headers"]["Authorization"] == "Bearer s3cret"
    action = parse({"http": "http://me:pass@lamp.local/x?key=abc"}, "here")
    assert action.describe() == "GET http://lamp.local/x"
    monkeypatch.delenv("LAMP_TOKEN")
    with pytest.raises(DesktopError, match="the environment has no LAMP_TOKEN"):
        begin(http="http://lamp.local/${LAMP_TOKEN}")


def test_a_server_that_refuses_or_isnt_there_is_an_error() -> None:
    with web_server(code=403) as (address, _), pytest.raises(DesktopError, match="answers 403"):
        begin(http=address)
    with pytest.raises(DesktopError, match="no answer"):
        begin(http=f"{address}/gone")


def test_what_answers_but_is_no_web_server_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            client, _ = server.accept()
            with client:
                client.recv(4096)
                client.sendall(b"SSH-2.0-something\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(DesktopError, match="no answer"):
            begin(http=f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()


def test_a_broker_gets_the_message_with_a_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_PASSWORD", "pw")
    with mqtt_broker() as (broker, got):
        begin(mqtt="home/lämp", payload="x" * 200, broker=broker, user="me", password="${MQTT_PASSWORD}", retain=True)  # noqa: S106
    (hello, greeting), (kind, message), (goodbye, _) = got
    assert (hello, kind, goodbye) == (0x10, 0x33, 0xE0)
    assert greeting.startswith(b"\0\4MQTT\4\xc2")
    assert greeting.endswith(b"\0\2me\0\2pw")
    (length,) = struct.unpack_from(">H", message)
    assert message[2 : 2 + length].decode() == "home/lämp"
    assert message[2 + length :] == b"\0\1" + b"x" * 200


def test_a_broker_that_refuses_or_isnt_there_is_an_error() -> None:
    with mqtt_broker(code=5) as (broker, _), pytest.raises(DesktopError, match="not allowed"):
        begin(mqtt="a", broker=broker)
    with pytest.raises(DesktopError, match="can't be reached"):
        begin(mqtt="a", broker=broker)


def test_an_osc_message_arrives_byte_for_byte() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(3)
        begin(osc="/play", to=f"127.0.0.1:{receiver.getsockname()[1]}", args=[1, 0.5, "fast", True])
        got = receiver.recv(1024)
    assert got == b"/play\0\0\0,ifsT\0\0\0" + struct.pack(">if", 1, 0.5) + b"fast\0\0\0\0"
    assert encode("/a", ()) == b"/a\0\0,\0\0\0"


def test_a_method_is_called_over_dbus(serve: Callable[..., Any]) -> None:
    called: list[Any] = []

    def answer(message: Any) -> Any:
        called.append((message.path, message.interface, message.member, message.body))
        return "org.example.Error.No" if message.member == "Refuse" else ("", [])

    serve("org.example.Lamp", answer)
    lamp = {"dbus": "org.example.Lamp", "path": "/Lamp"}
    begin(**lamp, method="org.example.Lamp.Set", signature="sib", args=["red", 3, True])
    assert called == [("/Lamp", "org.example.Lamp", "Set", ["red", 3, True])]
    with pytest.raises(DesktopError, match="Refuse"):
        begin(**lamp, method="org.example.Lamp.Refuse")


@pytest.mark.parametrize(
    "table",
    [
        {"http": "lamp.local"},
        {"http": "http://["},
        {"http": "file:///etc/passwd"},
        {"http": "http://x", "body": "a", "json": 1},
        {"mqtt": "a/#", "broker": "b"},
        {"mqtt": "a"},
        {"mqtt": "a", "broker": "b", "user": "me", "password": "plain"},
        {"osc": "play", "to": "h:1"},
        {"osc": "/play", "to": "h"},
        {"osc": "/play", "to": "h:1", "args": [[1]]},
        {"osc": "/play", "to": "h:1", "args": [2**40]},
        {"dbus": "org.example.Lamp", "path": "/", "method": "Set"},
        {"dbus": "org.example.Lamp", "path": "/", "method": "a.Set", "args": [1]},
    ],
)
def test_what_cant_work_is_a_mistake(table: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        parse(table, "here")
